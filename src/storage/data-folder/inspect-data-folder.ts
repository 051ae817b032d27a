/**
 * Looks at a data folder that no process has open, and changes nothing in it. What the stores mean by their files it
 * does not know: whether they are there, how large they are, and whether the records file is one at all.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderError } from './data-folder-error.ts';
import { takeFolderLock } from './folder-lock.ts';
import { checkStamp } from './folder-stamp.ts';
import { type DataFolderPlaces, dataFolderFormat, placesIn } from './open-data-folder.ts';

export interface FoundFiles {
  readonly files: number;
  readonly bytes: number;
}

export interface DataFolderReport {
  readonly format: number;
  /** null: not made yet. */
  readonly recordsBytes: number | null;
  /** Why the records file cannot be one. */
  readonly recordsFault: string | null;
  readonly usage: FoundFiles;
  readonly quarantineBytes: number | null;
}

/** Holds the folder's lock while `work` is done. Throws a `DataFolderError` where the folder is none, or in use. */
export async function withFolderHeld<T>(
  path: string,
  work: (places: DataFolderPlaces) => Promise<T>,
): Promise<T> {
  const places = placesIn(path);
  const names = await readdir(places.directory).catch((cause) => {
    throw new DataFolderError('folder_unwritable', `cannot read the data folder ${places.directory}`, cause);
  });
  await checkStamp(places.directory, dataFolderFormat);
  if (!names.includes('countinghouse.json')) {
    throw new DataFolderError('folder_foreign', `${places.directory} is empty: no server has used it yet`);
  }
  const release = takeFolderLock(places.directory);
  try {
    return await work(places);
  } finally {
    release();
  }
}

export async function inspectDataFolder(places: DataFolderPlaces): Promise<DataFolderReport> {
  const recordsBytes = await sizeOf(places.recordsFile);
  return {
    format: dataFolderFormat,
    recordsBytes,
    recordsFault: recordsBytes === null ? null : await faultOfDatabase(places.recordsFile, recordsBytes),
    usage: await countFiles(places.usageDirectory),
    quarantineBytes: await sizeOf(places.quarantineFile),
  };
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(({ size }) => size, nullIfMissing);
}

const databaseMagic = 'SQLite format 3\0';

/** An empty database is an empty file. Whether its pages are whole, only the record store can say. */
async function faultOfDatabase(path: string, bytes: number): Promise<string | null> {
  if (bytes === 0) return null;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(databaseMagic.length),
      0,
      databaseMagic.length,
      0,
    );
    return buffer.toString('latin1', 0, bytesRead) === databaseMagic ? null : 'it is not an SQLite database';
  } finally {
    await file.close();
  }
}

async function countFiles(directory: string): Promise<FoundFiles> {
  const entries =
    (await readdir(directory, { withFileTypes: true, recursive: true }).catch(nullIfMissing)) ?? [];
  let [files, bytes] = [0, 0];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await sizeOf(join(entry.parentPath, entry.name))) ?? 0;
  }
  return { files, bytes };
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
