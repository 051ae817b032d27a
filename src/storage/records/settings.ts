/** The statements about the instance's settings. */
import type { Kysely } from 'kysely';
import type { InstanceSettings } from '../../domain/records/instance-settings.ts';
import { rowToSettings, settingsToRow } from './mapping.ts';
import type { RecordTables } from './schema.ts';

export async function insertSettings(db: Kysely<RecordTables>, version: InstanceSettings): Promise<void> {
  await db.insertInto('settings_versions').values(settingsToRow(version)).execute();
}

export async function selectAllSettings(db: Kysely<RecordTables>): Promise<InstanceSettings[]> {
  const rows = await db.selectFrom('settings_versions').selectAll().orderBy('sequence').execute();
  return rows.map(rowToSettings);
}
