// @ts-check
/** What the questions of the comparison have in common: whom and when they are about, and how answers are laid out. */
import { serviceIds } from './known-names.mjs';
import { months } from './question-events.mjs';

/** @typedef {import('../dist/storage/usage-store.js').UsageStore} UsageStore */
/** @typedef {import('../dist/storage/clickhouse/connection.js').Statement} Statement */
/** @typedef {(statement: Statement) => Promise<(string | number | null)[][]>} Ask */
/** @typedef {readonly (readonly (string | number | null)[])[]} Answer each row: keys, then numbers */
/**
 * @typedef {object} Question
 * @property {string} title
 * @property {(round: number) => Promise<Answer>} ours
 * @property {(round: number) => Promise<Answer>} theirs
 */
/**
 * @typedef {object} Parts
 * @property {UsageStore} store
 * @property {Ask} ask the other table
 * @property {(tsv: Buffer) => Promise<void>} insert into the other table
 * @property {{ timeMs: number, sequence: number }} place the event before the thousandth page
 * @property {readonly string[]} known identities of stored events, source and id with a tab between them
 */

export const rowsMax = 100_000;
export const meter = serviceIds[3] ?? '';
export const month = /** @type {import('./question-events.mjs').Month} */ (months[9]);
export const lastMonth = /** @type {import('./question-events.mjs').Month} */ (months[12]);

/** @param {UsageStore} store */
export function usageOf(store) {
  /**
   * As /v1/usage asks it.
   * @param {Partial<import('../dist/storage/usage-store.js').UsageQuery>} query
   */
  return (query) => store.aggregate({ filter: {}, windows: null, groupBy: [], rowsMax, ...query });
}

/** @typedef {import('../dist/storage/usage-store.js').UsageRow} UsageRow */
export const quantity = (/** @type {UsageRow} */ row) => [row.quantity];
export const keyed = (/** @type {UsageRow} */ row) => [row.keys[0]?.toString() ?? null, row.quantity];
export const windowed = (/** @type {UsageRow} */ row) => [(row.windowStartMs ?? 0) / 1000, row.quantity];
/** @typedef {readonly (string | number | null)[]} TheirRow */
export const value = (/** @type {TheirRow} */ row) => [row[2] ?? null];
export const theirKeyed = (/** @type {TheirRow} */ row) => [row[3] ?? null, row[2] ?? null];
export const theirWindowed = (/** @type {TheirRow} */ row) => [row[0] ?? null, row[2] ?? null];
