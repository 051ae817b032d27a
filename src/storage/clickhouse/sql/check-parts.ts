/** Reads every part against its checksums; the engine then knows which projections are broken. Reads all of the table. */
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export const checkPartsStatement: Statement = {
  sql: `CHECK TABLE ${usageTable}`,
  params: {},
  // A row a part; as one value it would end at the first part that is damaged.
  settings: { check_query_single_value_result: 0 },
};
