/** The greatest sequence stored; 0 in an empty table. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export const lastSequenceStatement: Statement = {
  sql: `SELECT max(sequence) FROM ${usageTable}`,
  params: {},
};
