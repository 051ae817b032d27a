/** How many events are stored; the engine knows it without reading rows. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export const countEventsStatement: Statement = {
  sql: `SELECT count() FROM ${usageTable}`,
  params: {},
};
