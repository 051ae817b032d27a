/** How far a file was sent, in a small file beside it, so that a run that was interrupted goes on where it was. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface SendProgress {
  /** Lines that are settled. */
  readonly lines: number;
  save(lines: number): void;
  /** All was sent: the next run begins anew. */
  finish(): void;
}

const headBytes = 4096;

/** Nothing is kept for standard input. */
export function openProgress(file: string): SendProgress {
  if (file === '-') return { lines: 0, save: () => {}, finish: () => {} };
  const path = `${file}.sent`;
  const read = readProgress(path);
  const bytes = read?.bytes ?? 0;
  const isSame = read !== null && headOf(file, bytes) === read.head;
  return {
    lines: isSame ? read.lines : 0,
    save: (lines) => {
      const length = Math.min(headBytes, headLength(file));
      writeFileSync(`${path}.new`, JSON.stringify({ lines, bytes: length, head: headOf(file, length) }));
      renameSync(`${path}.new`, path);
    },
    finish: () => rmSync(path, { force: true }),
  };
}

interface Saved {
  readonly lines: number;
  /** How much of the file's beginning `head` is the hash of: it may have grown since. */
  readonly bytes: number;
  readonly head: string;
}

function readProgress(path: string): Saved | null {
  try {
    const { lines, bytes, head } = JSON.parse(readFileSync(path, 'utf8')) as Saved;
    return Number.isSafeInteger(lines) && Number.isSafeInteger(bytes) ? { lines, bytes, head } : null;
  } catch {
    return null;
  }
}

function headLength(file: string): number {
  return readHead(file, headBytes).length;
}

function headOf(file: string, bytes: number): string {
  return createHash('sha256').update(readHead(file, bytes)).digest('hex');
}

function readHead(file: string, length: number): Buffer {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}
