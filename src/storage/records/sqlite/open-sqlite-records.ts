/**
 * Opens the record store on an SQLite file: starts its thread, brings the schema up to date.
 * That only one process has the file is the data folder's care, not ours.
 */
import { Kysely } from 'kysely';
import type { RecordStore } from '../../record-store.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/list.ts';
import type { RecordTables } from '../schema.ts';
import { makeSqlRecordStore } from '../sql-record-store.ts';
import { makeSqliteDialect } from './sqlite-dialect.ts';
import { startSqliteWorker } from './sqlite-worker.ts';

export async function openSqliteRecords({ file }: { readonly file: string }): Promise<RecordStore> {
  const db = await openSqliteDatabase(file);
  try {
    await migrate(db, migrations);
  } catch (error) {
    await db.destroy();
    throw new Error(`cannot open the record store ${file}: ${messageOf(error)}`, { cause: error });
  }
  return makeSqlRecordStore(db);
}

/** The file as Kysely sees it, its schema as it was found. */
export async function openSqliteDatabase(file: string): Promise<Kysely<RecordTables>> {
  try {
    return new Kysely<RecordTables>({ dialect: makeSqliteDialect(await startSqliteWorker(file)) });
  } catch (error) {
    throw new Error(`cannot open the record store ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
