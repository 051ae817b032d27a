/** One event in full by its identity: its place from the key projection, then the row by its primary key. */
import type { Identity } from '../../../domain/events/stored-event.ts';
import type { Statement } from '../connection.ts';
import { eventColumns } from '../mapping.ts';
import { keyProjectionSource, usageTable } from '../schema.ts';

export function findEventStatement(identity: Identity): Statement {
  return {
    sql: `SELECT ${eventColumns} FROM ${usageTable}
WHERE (customer_id, service, time) IN (
  SELECT customer_id, service, time FROM ${keyProjectionSource}
  PREWHERE key = reinterpretAsUInt128(sipHash128({source:String}, {id:String}))
) AND source = {source:String} AND id = {id:String}
LIMIT 1`,
    params: { source: identity.source, id: identity.id },
  };
}
