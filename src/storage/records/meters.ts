/** The statements about meters. A meter is written once; a service's default meter is derived and not kept. */
import type { Kysely } from 'kysely';
import type { Meter } from '../../domain/meters/meter.ts';
import type { MeterPage } from '../record-store.ts';
import { meterToRow, rowToMeter } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertMeter(db: Kysely<RecordTables>, meter: Meter): Promise<void> {
  await db.insertInto('meters').values(meterToRow(meter)).execute();
}

export async function selectMeter(db: Kysely<RecordTables>, id: string): Promise<Meter | null> {
  const row = await db.selectFrom('meters').select('definition').where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : rowToMeter(row);
}

export async function selectMeterPage(db: Kysely<RecordTables>, page: MeterPage): Promise<Meter[]> {
  let query = db.selectFrom('meters').select('definition').orderBy('id').limit(page.limit);
  if (page.after !== null) query = query.where('id', '>', page.after);
  if (page.service !== undefined) query = query.where('service', '=', page.service);
  return (await query.execute()).map(rowToMeter);
}

export async function selectAllMeters(db: Kysely<RecordTables>): Promise<Meter[]> {
  const rows = await db.selectFrom('meters').select('definition').orderBy('sequence').execute();
  return rows.map(rowToMeter);
}
