// @ts-check
/**
 * The table in which OpenMeter keeps events, and the queries it asks of it, as its repository has them
 * (openmeter/streaming/clickhouse): the same columns, order and shapes, written anew. Filled from ours, so that both hold
 * the same events. Duplicates are none of this table's business: there they are dropped before, within a window of time.
 */
import { usageTable } from '../dist/storage/clickhouse/schema.js';
import { months } from './question-events.mjs';

/** @typedef {import('../dist/storage/clickhouse/connection.js').Connection} Connection */
/** @typedef {import('../dist/storage/clickhouse/connection.js').Statement} Statement */

export const theirTable = 'om_events';
/** One month of it in which one event in a hundred stands twice. */
export const repeatedTable = 'om_events_repeated';
const namespace = 'default';

/** @param {string} table */
const createSql = (table) => `CREATE TABLE ${table} (
  namespace String, id String, type LowCardinality(String), subject String, source String, time DateTime, data String,
  ingested_at DateTime, stored_at DateTime, store_row_id String,
  INDEX om_events_stored_at stored_at TYPE minmax GRANULARITY 4
) ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (namespace, type, subject, toStartOfHour(time))`;

const moment = (/** @type {number} */ ms) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;
const within = (/** @type {import('./question-events.mjs').Month} */ { fromMs, toMs }) =>
  `time >= ${moment(fromMs)} AND time < ${moment(toMs)}`;

/** What a producer sends: the quantity as a number beside the properties. A row's id sorts as events arrive, like a ULID. */
const theirColumns = `'${namespace}', id, service, customer_id, source, toDateTime(time, 'UTC'),
  concat('{"value":', toString(quantity), arrayStringConcat(arrayMap((k, v) -> concat(',"', k, '":', v),
    mapKeys(properties), mapValues(properties))), '}'),
  toDateTime(received_at, 'UTC'), toDateTime(received_at, 'UTC'), concat('01J', leftPad(toString(sequence), 23, '0'))`;

/**
 * @param {Connection} connection
 * @param {(line: string) => void} tell
 */
export async function fillTheirs(connection, tell) {
  await connection.command(createSql(theirTable));
  for (const month of months) {
    await connection.command(
      `INSERT INTO ${theirTable} SELECT ${theirColumns} FROM ${usageTable} WHERE ${within(month)}`,
    );
    tell(`theirs: the month of ${new Date(month.fromMs).toISOString().slice(0, 7)}`);
  }
}

/**
 * @param {Connection} connection
 * @param {import('./question-events.mjs').Month} month
 */
export async function fillRepeated(connection, month) {
  await connection.command(createSql(repeatedTable));
  const rows = `FROM ${theirTable} WHERE ${within(month)}`;
  await connection.command(`INSERT INTO ${repeatedTable} SELECT * ${rows}`);
  await connection.command(
    `INSERT INTO ${repeatedTable} SELECT * REPLACE (concat(store_row_id, 'R') AS store_row_id) ${rows}
AND sipHash64(id) % 100 = 0`,
  );
}

/** @type {readonly string[]} */
export const theirInsertColumns = [
  ...['namespace', 'id', 'type', 'subject', 'source', 'time', 'data'],
  ...['ingested_at', 'stored_at', 'store_row_id'],
];

/** @param {import('../dist/domain/events/stored-event.js').StoredEvent} event a tab or a quote in its texts is not expected */
export function theirRow(event) {
  const { id, service, customerId, source, timeMs, receivedAtMs, quantity, properties, sequence } = event;
  const received = Math.floor(receivedAtMs / 1000);
  const data = JSON.stringify({ value: Number(quantity), ...Object.fromEntries(properties) });
  return `${[
    ...[namespace, id, service, customerId, source, Math.floor(timeMs / 1000), data],
    ...[received, received, `01J${String(sequence).padStart(23, '0')}`],
  ].join('\t')}\n`;
}

const text = (/** @type {string} */ value) => `'${value}'`;
const value = `ifNotFinite(toFloat64OrNull(JSON_VALUE(om.data, '$.value')), null)`;
const property = (/** @type {string} */ name) => `JSON_VALUE(om.data, '$.${name}')`;

/** Their aggregations over their column of JSON. */
export const theirValues = {
  sum: `sum(${value})`,
  count: 'count(*)',
  latest: `argMax(${value}, om.time)`,
  unique: (/** @type {string} */ name) => `uniqExact(nullIf(${property(name)}, 'null'))`,
};

/**
 * @typedef {object} TheirQuestion
 * @property {string} value
 * @property {string} type one meter reads one type
 * @property {readonly string[]} [subjects] none: everybody's
 * @property {import('./question-events.mjs').Month} month
 * @property {{ unit: 'Hour' | 'Day', zone: string }} [window]
 * @property {readonly string[]} groupBy `subject`, or a property
 * @property {boolean} [once] of the table with repeats, each event once: what they would have to say for the right answer
 */

/**
 * The window's start in seconds where there is a window, else that of the first minute; its end; the value; the groups.
 * @param {TheirQuestion} question
 * @returns {Statement}
 */
export function theirStatement({ value, type, subjects, month, window, groupBy, once = false }) {
  const span = window && `toInterval${window.unit}(1), '${window.zone}'`;
  const [start, end] = span
    ? [`tumbleStart(om.time, ${span})`, `tumbleEnd(om.time, ${span})`]
    : ['tumbleStart(min(om.time), toIntervalMinute(1))', 'tumbleEnd(max(om.time), toIntervalMinute(1))'];
  const keys = groupBy.map((key, at) =>
    key === 'subject' ? 'om.subject' : `${property(key)} AS group${at}`,
  );
  const groups = [
    ...(span ? ['windowstart', 'windowend'] : []),
    ...groupBy.map((key, at) => (key === 'subject' ? 'om.subject' : `group${at}`)),
  ];
  const who = subjects ? ` AND om.subject IN (${subjects.map(text).join(', ')})` : '';
  const where = `namespace = '${namespace}' AND om.type = ${text(type)}${who}
  AND om.time >= ${month.fromMs / 1000} AND om.time < ${month.toMs / 1000}`;
  const from = once
    ? `(SELECT * FROM ${repeatedTable} AS om WHERE om.${where} LIMIT 1 BY source, id) AS om`
    : `${theirTable} AS om WHERE om.${where}`;
  return statement(`SELECT ${[`${start} AS windowstart`, `${end} AS windowend`, `${value} AS value`, ...keys].join(', ')}
FROM ${from}
${groups.length > 0 ? `GROUP BY ${groups.join(', ')}` : ''}${span ? ' ORDER BY windowstart' : ''}`);
}

/**
 * A page of their list, newest first.
 * @param {number} fromMs
 * @param {{ second: number, rowId: string } | null} after
 * @param {number} limit
 */
export function theirPage(fromMs, after, limit) {
  const cursor = after
    ? ` AND time <= ${after.second} AND (time < ${after.second} OR store_row_id < ${text(after.rowId)})`
    : '';
  return statement(`${theirList} AND time >= ${fromMs / 1000}${cursor}
ORDER BY time DESC, store_row_id DESC LIMIT ${limit}`);
}

/**
 * Their search for an id.
 * @param {string} id
 * @param {number} fromMs
 */
export function theirSearch(id, fromMs) {
  return statement(`${theirList} AND time >= ${fromMs / 1000} AND id LIKE ${text(`%${id}%`)}
ORDER BY time DESC, store_row_id DESC LIMIT 100`);
}

const theirList = `SELECT id, type, subject, source, time, data, ingested_at, stored_at, store_row_id
FROM ${theirTable} WHERE namespace = '${namespace}'`;

/**
 * @param {string} sql
 * @returns {Statement}
 */
function statement(sql) {
  // A statement's braces are placeholders; theirs has none.
  const settings = /** @type {Record<string, number>} */ (
    /** @type {unknown} */ ({ date_time_output_format: "'unix_timestamp'" })
  );
  return { sql, params: {}, settings };
}
