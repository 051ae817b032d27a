/**
 * The stamp of a data folder, `countinghouse.json`: whose folder it is and in which format.
 * A folder that has things in it and no stamp is somebody else's and is left alone.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderError } from './data-folder-error.ts';
import { lockFileName } from './folder-lock.ts';
import { writeAtomically } from './write-atomically.ts';

const stampFileName = 'countinghouse.json';
const product = 'countinghouse';

/**
 * What an empty folder may hold: a new volume's own folder, and what a start that was cut off before the stamp
 * has left behind.
 */
const ignored = new Set(['lost+found', lockFileName, `${lockFileName}-journal`, `${stampFileName}.new`]);

/** Throws unless the folder is ours and in this format, or empty. Changes nothing. */
export async function checkStamp(directory: string, format: number): Promise<void> {
  await readStamp(directory, format);
}

/** Checks again, and stamps the folder when it has no stamp. Called under the lock. */
export async function ensureStamp(directory: string, format: number): Promise<void> {
  if ((await readStamp(directory, format)) !== null) return;
  await writeAtomically(join(directory, stampFileName), `${JSON.stringify({ product, format })}\n`, 0o600);
}

/** The format found; null for an empty folder. */
async function readStamp(directory: string, format: number): Promise<number | null> {
  const names = await readdir(directory);
  if (!names.includes(stampFileName)) {
    const stranger = names.find((name) => !ignored.has(name));
    if (stranger === undefined) return null;
    throw foreign(directory, `it holds ${JSON.stringify(stranger)} and no ${stampFileName}`);
  }
  const found = formatOf(await readFile(join(directory, stampFileName), 'utf8'));
  if (found === null) throw foreign(directory, `its ${stampFileName} is not one of Countinghouse's`);
  if (found > format) {
    throw new DataFolderError(
      'folder_newer',
      `the data folder ${directory} has format ${found}, this program reads ${format}: use a newer version`,
    );
  }
  if (found < format) {
    throw new DataFolderError(
      'folder_older',
      `the data folder ${directory} has format ${found}, this program reads ${format}: use the older version, or a new folder`,
    );
  }
  return found;
}

function formatOf(text: string): number | null {
  try {
    const stamp: unknown = JSON.parse(text);
    if (typeof stamp !== 'object' || stamp === null) return null;
    if (!('product' in stamp) || stamp.product !== product || !('format' in stamp)) return null;
    return Number.isSafeInteger(stamp.format) ? (stamp.format as number) : null;
  } catch {
    return null;
  }
}

function foreign(directory: string, reason: string): DataFolderError {
  return new DataFolderError(
    'folder_foreign',
    `${directory} is not a data folder of Countinghouse (${reason}): give an empty or a new folder`,
  );
}
