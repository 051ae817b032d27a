/** Where the one order stood, as far as records know: now, or at a moment. */
import { type Kysely, sql } from 'kysely';
import type { RecordTables } from './schema.ts';

/** One step at the end of each table's index on sequences. */
export async function selectLastSequence(db: Kysely<RecordTables>): Promise<number> {
  const result = await sql<{ last: number }>`SELECT MAX(
    COALESCE((SELECT MAX(sequence) FROM customer_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM service_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM meters), 0),
    COALESCE((SELECT MAX(sequence) FROM price_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM settings_versions), 0),
    COALESCE((SELECT MAX(sequence) FROM statements), 0),
    COALESCE((SELECT MAX(sequence) FROM audit_entries), 0)) AS last`.execute(db);
  return result.rows[0]?.last ?? 0;
}

/**
 * The audit log has every write; the versions from before there was one are asked for beside it. The tables are walked:
 * they are small, and a moment is asked for by people.
 */
export async function selectSequenceAt(db: Kysely<RecordTables>, timeMs: number): Promise<number> {
  const result = await sql<{ last: number }>`SELECT MAX(
    COALESCE((SELECT MAX(sequence) FROM audit_entries WHERE at_ms <= ${timeMs}), 0),
    COALESCE((SELECT MAX(sequence) FROM customer_versions WHERE updated_at_ms <= ${timeMs}), 0),
    COALESCE((SELECT MAX(sequence) FROM service_versions WHERE updated_at_ms <= ${timeMs}), 0),
    COALESCE((SELECT MAX(sequence) FROM price_versions
      WHERE json_extract(definition, '$.createdAtMs') <= ${timeMs}), 0)) AS last`.execute(db);
  return result.rows[0]?.last ?? 0;
}
