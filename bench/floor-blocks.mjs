// @ts-check
/**
 * The events of the headline as blocks ready for the engine: the same bodies from the same seed, turned into rows by
 * the server's own encoder. Done before anything is timed.
 */
import { encodeBlock } from '../dist/storage/clickhouse/mapping.js';
import { makeEventBody } from './event-body.mjs';
import { makeRandom } from './random.mjs';

const bodyEvents = 1_000;

/**
 * @param {{ blocks: number, blockRows: number, seed: number }} size
 * @returns {Buffer[]} in the engine's TabSeparated format
 */
export function makeFloorBlocks({ blocks, blockRows, seed }) {
  const body = makeEventBody(bodyEvents, makeRandom(seed));
  let sequence = 0;
  return Array.from({ length: blocks }, () => {
    const events = [];
    while (events.length < blockRows) {
      body.refresh();
      for (const event of JSON.parse(body.bytes.toString('latin1'))) {
        sequence += 1;
        events.push(storedEvent(event, sequence));
      }
    }
    return encodeBlock(events);
  });
}

/**
 * @param {{ source: string, id: string, customer_id: string, service: string, time: string, quantity: string,
 *   properties: Record<string, string | number> }} event
 * @param {number} sequence
 */
function storedEvent({ customer_id: customerId, time, properties, ...event }, sequence) {
  return {
    ...event,
    customerId,
    timeMs: Date.parse(time),
    amount: null,
    properties: Object.entries(properties),
    traceparent: '',
    // Any 64 random bits cost the engine the same; the id has them.
    fingerprint: event.id.slice(0, 8) + event.id.slice(-8),
    sequence,
    receivedAtMs: Date.now(),
  };
}
