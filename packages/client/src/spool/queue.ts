/** A queue in a folder of its own: what one process writes, or what another left. It puts reader and writer together. */
import { join } from 'node:path';
import { type Cursor, cursorNames, readCursor } from './cursor.ts';
import { measureSegment } from './measure-segment.ts';
import { listNames, removeEmptyFolder } from './owner-folder.ts';
import { QueueReader, type ReaderParts } from './queue-reader.ts';
import { QueueWriter, type WriterParts } from './queue-writer.ts';
import { firstOf, openSegment, releaseSegment, type Segment } from './segment.ts';
import { removeFile, type SpoolFiles } from './spool-files.ts';

export interface Queue {
  directory: string;
  readonly segments: Segment[];
  readonly reader: QueueReader;
}

export interface OwnQueue extends Queue {
  readonly writer: QueueWriter;
}

export type QueueParts = Omit<ReaderParts, 'onRemoved'> & WriterParts;

const beginning: Cursor = { segment: 0, offset: 0, sequence: 0 };

export function startQueue(parts: QueueParts, directory: string): OwnQueue {
  const segments: Segment[] = [];
  const writer = new QueueWriter(parts, directory, segments, 0);
  const onRemoved = (segment: Segment): void => writer.forget(segment);
  const reader = new QueueReader({ ...parts, onRemoved }, directory, segments, beginning);
  return { directory, segments, reader, writer };
}

/** What another process left. Only its last segment is read now: the others' ends are the next ones' beginnings. */
export function openLeftQueue(parts: Omit<ReaderParts, 'onRemoved'>, directory: string): Queue {
  const segments = openSegments(parts.files, directory);
  const start = startOf(readCursor(parts.files, directory), segments);
  const reader = new QueueReader({ ...parts, onRemoved: () => {} }, directory, segments, start);
  return { directory, segments, reader };
}

/** Bytes on disk. */
export function queueBytes({ segments }: Queue): number {
  let bytes = 0;
  for (const { written } of segments) bytes += written;
  return bytes;
}

/** Closes its files; removes the folder when all in it is settled. */
export function closeQueue(files: SpoolFiles, { directory, segments, reader }: Queue): void {
  reader.reclaim();
  reader.saveCursor();
  for (const segment of segments) releaseSegment(files, segment);
  if (segments.length > 0) return;
  for (const name of cursorNames) removeFile(files, join(directory, name));
  removeEmptyFolder(files, directory);
}

/** All of them, or none: it is tried again, and must leave no file open. */
function openSegments(files: SpoolFiles, directory: string): Segment[] {
  const segments: Segment[] = [];
  try {
    for (const name of listNames(files, directory).sort()) {
      const first = firstOf(name);
      if (first !== null) segments.push(openSegment(files, join(directory, name), first));
    }
    segments.forEach((segment, index) => {
      const next = segments[index + 1];
      if (next !== undefined) segment.end = next.first;
      else Object.assign(segment, lastExtent(files, segment));
    });
    return segments;
  } catch (error) {
    for (const segment of segments) releaseSegment(files, segment);
    throw error;
  }
}

function lastExtent(files: SpoolFiles, segment: Segment): Partial<Segment> {
  const { bytes, end } = measureSegment(files.readFileSync(segment.path), segment.first);
  // The torn tail is cut by not counting it: nothing is ever written behind it.
  return { size: bytes, written: bytes, end, writtenEnd: end };
}

/** A cursor of a segment that is gone says that all before the next one was settled. */
function startOf(cursor: Cursor | null, segments: readonly Segment[]): Cursor {
  const [first] = segments;
  if (first === undefined) return cursor ?? beginning;
  if (cursor !== null && segments.some((segment) => segment.first === cursor.segment)) return cursor;
  const next = segments.find((segment) => cursor !== null && segment.first >= cursor.segment) ?? first;
  return { segment: next.first, offset: 0, sequence: next.first };
}
