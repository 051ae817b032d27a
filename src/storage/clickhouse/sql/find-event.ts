/** One event in full by its identity: its place from the key projection, then the row by its primary key. */
import type { Identity } from '../../../domain/events/stored-event.ts';
import type { Statement } from '../connection.ts';
import { eventColumns } from '../mapping.ts';
import { keyExpression, keyProjectionSource, usageTable } from '../schema.ts';

/** The service is not in the projection: the row is looked for in each service of its month. */
export function findEventStatement(identity: Identity): Statement {
  return {
    sql: `SELECT ${eventColumns} FROM ${usageTable}
WHERE (customer_id, time) IN (
  SELECT customer_id, time FROM ${keyProjectionSource}
  PREWHERE key = (SELECT ${keyExpression} FROM (SELECT {source:String} AS source, {id:String} AS id))
  WHERE source = {source:String} AND id = {id:String}
) AND source = {source:String} AND id = {id:String}
LIMIT 1`,
    params: { source: identity.source, id: identity.id },
  };
}
