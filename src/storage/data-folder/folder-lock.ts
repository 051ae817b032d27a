/**
 * The lock on a data folder: an SQLite file held with BEGIN EXCLUSIVE. The operating system drops it with the
 * process, however that ends, so there is no stale lock to clean up and no process id to guess about.
 *
 * Nothing else may open `lock.db` in this process, not even to read or copy it: closing any descriptor of the
 * file drops the process's POSIX locks on it.
 */
import { join } from 'node:path';
import Database from 'libsql';
import { DataFolderError } from './data-folder-error.ts';

export const lockFileName = 'lock.db';

/** Takes the lock or throws; returns what releases it. */
export function takeFolderLock(directory: string): () => void {
  const database = openLockFile(directory);
  try {
    // In memory: nothing is ever written, so a journal file would only be litter.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw refusalOf(directory, error);
  }
  return holdUntilExit(database);
}

function openLockFile(directory: string): Database.Database {
  try {
    return new Database(join(directory, lockFileName), { timeout: 0 });
  } catch (error) {
    throw refusalOf(directory, error);
  }
}

/** The listener keeps the connection reachable: collected as garbage, it would give the lock away. */
function holdUntilExit(database: Database.Database): () => void {
  const release = () => {
    process.removeListener('exit', release);
    if (database.open) database.close();
  };
  process.on('exit', release);
  return release;
}

function refusalOf(directory: string, error: unknown): DataFolderError {
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
    return new DataFolderError(
      'folder_in_use',
      `another process has the data folder ${directory} open`,
      error,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new DataFolderError(
    'folder_unwritable',
    `cannot lock the data folder ${directory}: ${reason}`,
    error,
  );
}
