/**
 * Opens the one folder that holds everything: makes it, locks it, checks and writes its stamp.
 * What lies in it belongs to the stores; here are only their places, the lock and the server's address.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataFolderError } from './data-folder-error.ts';
import { takeFolderLock } from './folder-lock.ts';
import { checkStamp, ensureStamp } from './folder-stamp.ts';
import { removeServerFile, type ServerAddress, writeServerFile } from './server-file.ts';

/**
 * The format of the folders that this program makes and reads. 2: rows have another order, and the fingerprint is of
 * another text; read as 1 the journal would be nonsense, and every repeat of a stored event a conflict. 3: the usage
 * table has other columns (decision 8). 4: it lies in another order (decision 12).
 */
export const dataFolderFormat = 4;

/** Where things are, whether they are there or not. */
export interface DataFolderPlaces {
  /** Absolute. */
  readonly directory: string;
  /** Where the usage store lives; the store makes it. */
  readonly usageDirectory: string;
  readonly recordsFile: string;
  /** What was acknowledged and is not in the usage store yet. */
  readonly journalDirectory: string;
  readonly quarantineFile: string;
}

export interface DataFolder extends DataFolderPlaces {
  /** Leaves the server's address for commands. */
  announce(address: ServerAddress): Promise<void>;
  withdraw(): Promise<void>;
  /** Withdraws the address and releases the lock; may be repeated. */
  close(): Promise<void>;
}

export interface DataFolderOptions {
  /** The format that this program reads and writes. */
  readonly format: number;
}

/** Throws a `DataFolderError` when the folder is in use, somebody else's, of another format or not writable. */
export async function openDataFolder(path: string, { format }: DataFolderOptions): Promise<DataFolder> {
  const directory = resolve(path);
  await orUnwritable(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  // Before the lock, which would leave its file in a stranger's folder; and again under it, because another
  // process may have stamped the folder in between.
  await orUnwritable(directory, () => checkStamp(directory, format));
  const release = takeFolderLock(directory);
  try {
    await orUnwritable(directory, () => ensureStamp(directory, format));
    // We hold the lock, so whoever left an address is dead.
    await orUnwritable(directory, () => removeServerFile(directory));
  } catch (error) {
    release();
    throw error;
  }
  return makeDataFolder(directory, release);
}

export function placesIn(path: string): DataFolderPlaces {
  const directory = resolve(path);
  return {
    directory,
    usageDirectory: join(directory, 'usage'),
    recordsFile: join(directory, 'records.db'),
    journalDirectory: join(directory, 'journal'),
    quarantineFile: join(directory, 'quarantine.ndjson'),
  };
}

function makeDataFolder(directory: string, release: () => void): DataFolder {
  const withdraw = () => removeServerFile(directory);
  let closing: Promise<void> | null = null;
  return {
    ...placesIn(directory),
    announce: (address) => writeServerFile(directory, address),
    withdraw,
    close: () => {
      closing ??= withdraw().finally(release);
      return closing;
    },
  };
}

async function orUnwritable(directory: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      'folder_unwritable',
      `cannot use the data folder ${directory}: ${reason}`,
      error,
    );
  }
}
