/**
 * How far a file was sent to one destination, in a small file beside it, so that a run that was interrupted goes on where
 * it was. A saving, not a promise: without it lines are sent again, and the server answers that it has them.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

export interface SendProgress {
  /** Lines that are settled. */
  readonly lines: number;
  /** Of these, lines that were refused. */
  readonly refused: number;
  /** False when it could not be kept, as beside a file on a read-only disk. */
  save(lines: number, refused: number): boolean;
  /** All was sent: the next run begins anew. */
  finish(): void;
}

const headBytes = 4096;

/**
 * `destination`: all that decides what becomes of a line, the server's address first: what one server has, another has
 * not. Nothing is kept for standard input, nor for a pipe: to look at its beginning would take that away.
 */
export function openProgress(file: string, destination: readonly unknown[]): SendProgress {
  if (file === '-' || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    return { lines: 0, refused: 0, save: () => true, finish: () => {} };
  }
  const path = `${file}.sent`;
  const read = readProgress(path);
  const key = (bytes: number): string => keyOf(readHead(file, bytes), destination);
  const isSame = read !== null && key(read.bytes) === read.key;
  return {
    lines: isSame ? read.lines : 0,
    refused: isSame ? read.refused : 0,
    save: (lines, refused) => {
      const bytes = readHead(file, headBytes).length;
      return replaceFile(path, JSON.stringify({ lines, refused, bytes, key: key(bytes) }));
    },
    finish: () => rmSync(path, { force: true }),
  };
}

function replaceFile(path: string, text: string): boolean {
  try {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    return true;
  } catch {
    return false;
  }
}

interface Saved {
  readonly lines: number;
  readonly refused: number;
  /** How much of the file's beginning `key` is the hash of: it may have grown since. */
  readonly bytes: number;
  readonly key: string;
}

function readProgress(path: string): Saved | null {
  try {
    const saved = JSON.parse(readFileSync(path, 'utf8')) as Saved;
    const numbers = [saved.lines, saved.refused, saved.bytes];
    return numbers.every((number) => Number.isSafeInteger(number) && number >= 0) ? saved : null;
  } catch {
    return null;
  }
}

function keyOf(head: Buffer, destination: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(destination)).update(head).digest('hex');
}

function readHead(file: string, length: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(length, headBytes));
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}
