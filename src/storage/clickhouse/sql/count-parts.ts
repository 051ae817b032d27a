/** How many parts the table consists of at the moment, over all months; those that a merge has replaced do not count. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export const countPartsStatement: Statement = {
  sql: `SELECT count() FROM system.parts
WHERE active AND database = currentDatabase() AND table = {table:String}`,
  params: { table: usageTable },
};
