// @ts-check
/**
 * Fills the real usage table by the engine itself, a month at a time, so that ten million events take a minute and no
 * memory to speak of. What an event holds follows from its number alone. No two events of a month share a second, because
 * the table that ours is compared with keeps seconds: which event is the latest must not be open.
 */
import { sequenceStart } from '../dist/storage/usage-rows/encode-rows.js';
import {
  customerCount,
  customerIdDigits,
  customerIdPrefix,
  regions,
  serviceIds,
  sources,
  statuses,
} from './known-names.mjs';

/** @typedef {import('../dist/storage/clickhouse/connection.js').Connection} Connection */
/** @typedef {{ fromMs: number, toMs: number }} Month `toMs` is exclusive. */

/** 2024-11 to 2025-11, in UTC. @type {readonly Month[]} */
export const months = Array.from({ length: 13 }, (_, index) => ({
  fromMs: Date.UTC(2024, 10 + index, 1),
  toMs: Date.UTC(2024, 11 + index, 1),
}));

/** The least month has so many seconds. */
export const eventsMax = 13 * 28 * 86_400;

/**
 * @param {Connection} connection
 * @param {{ events: number, tell: (line: string) => void }} options
 */
export async function fillUsage(connection, { events, tell }) {
  for (const [index, month] of months.entries()) {
    const first = Math.floor((events * index) / months.length);
    const end = Math.floor((events * (index + 1)) / months.length);
    const startedAt = Date.now();
    await connection.command(monthSql(month, first, end - first));
    const seconds = (Date.now() - startedAt) / 1000;
    tell(`ours: ${end.toLocaleString('en-US')} events, the last month in ${seconds.toFixed(1)} s`);
  }
}

/**
 * @param {Month} month
 * @param {number} first
 * @param {number} count
 */
function monthSql({ fromMs, toMs }, first, count) {
  const seconds = (toMs - fromMs) / 1000;
  return `INSERT INTO usage_events (source, id, time, customer_id, service, quantity, amount, properties, traceparent,
  fingerprint, sequence, received_at)
WITH number + ${first} AS n,
  sipHash64('place', n) AS place, sipHash64('size', n) AS size, sipHash64('kind', n) AS kind,
  lower(hex(sipHash64('id', n))) AS high, lower(hex(sipHash64('more of the id', n))) AS low,
  (place % 1000003) / 1000003 AS share,
  fromUnixTimestamp64Milli(toInt64(${fromMs} + (number * ${stepFor(seconds)} % ${seconds}) * 1000 + kind % 1000), 'UTC') AS moment
SELECT ${listed(sources, 'kind', 1000)},
  concat(substring(high, 1, 8), '-', substring(high, 9, 4), '-4', substring(high, 14, 3), '-a', substring(low, 2, 3), '-', substring(low, 4, 12)),
  moment,
  concat('${customerIdPrefix}', leftPad(toString(toUInt32(floor(share * share * ${customerCount}))), ${customerIdDigits}, '0')),
  ${listed(serviceIds, 'place', 1_000_003)},
  toDecimal128(if(size % 2 = 0, intDiv(size, 2) % 250 + 1, 0), 12) + toDecimal128(if(size % 2 = 0, 0, intDiv(size, 2) % 250000 + 1), 12) / 1000,
  NULL,
  map('region', concat('"', ${listed(regions, 'kind', 5000)}, '"'), 'status', ${listed(statuses.map(String), 'kind', 25_000)},
    'user', concat('"u_', toString(intDiv(kind, 200000) % 1000), '"')),
  '', sipHash64('content', n), n + ${sequenceStart}, moment
FROM numbers(${count})`;
}

/**
 * One of a list, by the digits of a hash above a place.
 * @param {readonly string[]} list
 * @param {string} hash
 * @param {number} above
 */
function listed(list, hash, above) {
  const texts = list.map((text) => `'${text}'`).join(', ');
  return `arrayElement([${texts}], toUInt32(intDiv(${hash}, ${above}) % ${list.length} + 1))`;
}

/**
 * A step that leads through every second before it comes to one again: a prime that divides no month, near the golden ratio.
 * @param {number} seconds
 */
function stepFor(seconds) {
  const step = 1_618_033;
  if (seconds % step === 0) throw new Error('the step divides the month');
  return step;
}
