/**
 * Dead letters as lines of a file in the spool's directory, on disk before their events leave the spool. Whoever
 * works through them renames the file first: what is written meanwhile then goes into a new one.
 */
import { join } from 'node:path';
import type { DeadLetter, DeadLetters } from '../outbox.ts';
import { errnoOf, type SpoolFiles, syncFolder } from './spool-files.ts';

export function makeDeadLetterFile(files: SpoolFiles, directory: string, id: string): DeadLetters {
  const place = { directory, path: join(directory, `dead-letters-${id}.ndjson`) };
  let writing: Promise<void> = Promise.resolve();
  return {
    write: (letters) => {
      const written = writing.then(() => appendLines(files, place, letters));
      writing = written.catch(() => {});
      return written;
    },
    close: () => {},
  };
}

interface Place {
  readonly directory: string;
  readonly path: string;
}

async function appendLines(files: SpoolFiles, place: Place, letters: readonly DeadLetter[]): Promise<void> {
  const text = letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
  // Renamed while we wrote: whoever took it may have read it before, so it is written again where it will be seen.
  while (!(await appendOnce(files, place, text)));
}

/** False when the file was taken away meanwhile. */
async function appendOnce(files: SpoolFiles, { directory, path }: Place, text: string): Promise<boolean> {
  const file = files.openSync(path, 'a+', 0o600);
  try {
    const before = files.fstatSync(file).size;
    const bytes = Buffer.from(`${endsInLine(files, file, before) ? '' : '\n'}${text}`);
    try {
      for (let done = 0; done < bytes.length; ) done += files.writeSync(file, bytes, done);
    } catch (error) {
      files.ftruncateSync(file, before);
      throw error;
    }
    await new Promise<void>((resolve, reject) => {
      files.fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
    });
    // A new file is on disk when its name is.
    if (before === 0) syncFolder(files, directory);
    return files.fstatSync(file).ino === inodeOf(files, path);
  } finally {
    files.closeSync(file);
  }
}

/** A crash may have left half a line: it must not take the next one along. */
function endsInLine(files: SpoolFiles, file: number, size: number): boolean {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  files.readSync(file, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

function inodeOf(files: SpoolFiles, path: string): number {
  try {
    return files.statSync(path).ino;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return -1;
    throw error;
  }
}
