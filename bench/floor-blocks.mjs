// @ts-check
/**
 * The events of the headline as blocks ready for the engine: the same events from the same seed, turned into rows by
 * the server's own encoder. Done before anything is timed.
 */
import { encodeRows } from '../dist/storage/usage-rows/encode-rows.js';
import { eventBytesMax, makeEventSeries } from './event-series.mjs';

/** @typedef {{ blocks: number, blockRows: number, seed: number, span: import('./event-span.mjs').Span }} FloorSize */

const writtenEvents = 1_000;

/**
 * @param {FloorSize} size
 * @returns {Buffer[]} in the engine's TabSeparated format
 */
export function makeFloorBlocks({ blocks, blockRows, seed, span }) {
  const series = makeEventSeries({ seed, span });
  const buffer = Buffer.allocUnsafe(1 + writtenEvents * eventBytesMax);
  let sequence = 0;
  return Array.from({ length: blocks }, () => {
    const events = [];
    while (events.length < blockRows) {
      const end = series.writeRange(buffer, 0, sequence, writtenEvents);
      for (const event of JSON.parse(`[${buffer.toString('latin1', 0, end - 1)}]`)) {
        sequence += 1;
        events.push(storedEvent(event, sequence));
      }
    }
    return encodeRows(events);
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
