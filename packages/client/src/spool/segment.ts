/** One file of a queue: what it is called, how it is opened, and who still reads it. It knows no frames. */
import { join } from 'node:path';
import type { SpoolFiles } from './spool-files.ts';

export interface Segment {
  path: string;
  /** The sequence of its first event; its name. */
  readonly first: number;
  fd: number;
  /** Bytes that may be read: as firmly kept as was asked. */
  size: number;
  /** The sequence behind the last event that may be read. */
  end: number;
  /** Bytes written; beyond `size` not yet kept. */
  written: number;
  writtenEnd: number;
  /** After a failed write or sync it is never written again. */
  broken: boolean;
  removed: boolean;
  readers: number;
}

const suffix = '.seg';

export function segmentName(first: number): string {
  return `${String(first).padStart(16, '0')}${suffix}`;
}

/** The first sequence a name speaks of; null when it names no segment. */
export function firstOf(name: string): number | null {
  const match = /^(\d{16})\.seg$/.exec(name);
  return match === null ? null : Number(match[1]);
}

export function createSegment(files: SpoolFiles, directory: string, first: number): Segment {
  const path = join(directory, segmentName(first));
  const fd = files.openSync(path, 'wx+', 0o600);
  return { path, first, fd, size: 0, end: first, written: 0, writtenEnd: first, ...fresh };
}

/** A segment that another process wrote. `end` is what the caller knows of it. */
export function openSegment(files: SpoolFiles, path: string, first: number): Segment {
  const fd = files.openSync(path, 'r');
  const { size } = files.fstatSync(fd);
  return { path, first, fd, size, end: first, written: size, writtenEnd: first, ...fresh };
}

const fresh = { broken: false, removed: false, readers: 0 };

/** Closes the file as soon as nobody reads it: a number given back early might be another file's by then. */
export function releaseSegment(files: SpoolFiles, segment: Segment): void {
  segment.removed = true;
  if (segment.readers > 0 || segment.fd < 0) return;
  const { fd } = segment;
  segment.fd = -1;
  files.closeSync(fd);
}

/** Bytes `offset` to `offset + length`, or fewer where the file ends. */
export async function readSegment(
  files: SpoolFiles,
  segment: Segment,
  offset: number,
  length: number,
): Promise<Buffer> {
  segment.readers += 1;
  try {
    return await readBytes(files, segment.fd, offset, length);
  } finally {
    segment.readers -= 1;
    if (segment.removed) releaseSegment(files, segment);
  }
}

async function readBytes(files: SpoolFiles, fd: number, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = await new Promise<number>((resolve, reject) => {
      files.read(fd, bytes, filled, length - filled, offset + filled, (error, count) =>
        error === null ? resolve(count) : reject(error),
      );
    });
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}
