/** The statements about meters. A meter is written once; a service's default meter is derived and not kept. */
import type { Kysely } from 'kysely';
import type { Meter } from '../../domain/meters/meter.ts';
import { meterToRow, rowToMeter } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertMeter(db: Kysely<RecordTables>, meter: Meter): Promise<void> {
  await db.insertInto('meters').values(meterToRow(meter)).execute();
}

export async function selectAllMeters(db: Kysely<RecordTables>): Promise<Meter[]> {
  const rows = await db.selectFrom('meters').select('definition').orderBy('sequence').execute();
  return rows.map(rowToMeter);
}
