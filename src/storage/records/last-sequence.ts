/** The greatest sequence of any record: one step at the end of each table's index on sequences. */
import { type Kysely, sql } from 'kysely';
import type { RecordTables } from './schema.ts';

export async function selectLastSequence(db: Kysely<RecordTables>): Promise<number> {
  const result = await sql<{ last: number }>`SELECT MAX(
    COALESCE((SELECT MAX(sequence) FROM customer_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM service_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM prices), 0)) AS last`.execute(db);
  return result.rows[0]?.last ?? 0;
}
