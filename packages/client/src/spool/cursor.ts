/**
 * Where a queue's settled events end, in a file of one line, replaced by rename. It is a saving, not a promise: without
 * it events are sent again, and the server answers that it has them.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { SpoolFiles } from './spool-files.ts';

export interface Cursor {
  /** The segment by the sequence of its first event. */
  readonly segment: number;
  readonly offset: number;
  /** The sequence of the first event that is not settled. */
  readonly sequence: number;
}

const name = 'cursor';

/** Throws what the file system throws; the old cursor stands then. */
export function writeCursor(files: SpoolFiles, directory: string, cursor: Cursor): void {
  const content = `${cursor.segment} ${cursor.offset} ${cursor.sequence}`;
  const path = join(directory, name);
  files.writeFileSync(`${path}.new`, `${content} ${crc32(content)}\n`, { mode: 0o600 });
  files.renameSync(`${path}.new`, path);
}

/** Null when there is none that can be believed. */
export function readCursor(files: SpoolFiles, directory: string): Cursor | null {
  let text: string;
  try {
    text = files.readFileSync(join(directory, name), 'latin1');
  } catch {
    return null;
  }
  const match = /^((\d{1,16}) (\d{1,16}) (\d{1,16})) (\d+)\n$/.exec(text);
  if (match === null || crc32(match[1] as string) !== Number(match[5])) return null;
  return { segment: Number(match[2]), offset: Number(match[3]), sequence: Number(match[4]) };
}

export const cursorNames: readonly string[] = [name, `${name}.new`];
