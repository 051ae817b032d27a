/** Which identities are stored. The engine matches 128-bit keys; the caller compares the bytes. */
import type { Identity } from '../../../domain/events/stored-event.ts';
import type { Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';

export type SeenRow = readonly [source: string, id: string, fingerprint: string, sequence: number];

export function findSeenStatement(identities: readonly Identity[]): Statement {
  return {
    sql: `SELECT source, id, toString(fingerprint), sequence FROM ${usageTable}
WHERE key IN (
  SELECT reinterpretAsUInt128(sipHash128(pair.1, pair.2))
  FROM (SELECT arrayJoin(arrayZip({sources:Array(String)}, {ids:Array(String)})) AS pair)
)`,
    params: { sources: identities.map((one) => one.source), ids: identities.map((one) => one.id) },
  };
}
