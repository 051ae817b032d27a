/** How many parts of the table have no readable by_key: a look-up would not see what is in them. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export const countUnreadableKeysStatement: Statement = {
  sql: `SELECT count() FROM system.parts
WHERE active AND database = currentDatabase() AND table = {table:String} AND name NOT IN (
  SELECT parent_name FROM system.projection_parts
  WHERE active AND database = currentDatabase() AND table = {table:String} AND name = 'by_key' AND NOT is_broken
)`,
  params: { table: usageTable },
};
