/**
 * Writes a queue whose files were removed into a new folder, from the files that are still open. Positions stay the
 * same: what is on its way is not disturbed.
 */
import { join } from 'node:path';
import type { OwnQueue, Queue } from './queue.ts';
import { type Segment, segmentName } from './segment.ts';
import { type SpoolFiles, syncFolder } from './spool-files.ts';

const copyBytes = 1024 * 1024;

/** Throws when a segment cannot be written; the queue then is as it was. */
export function restoreQueue(files: SpoolFiles, queue: Queue | OwnQueue, directory: string): void {
  const copies = queue.segments.map((segment) => copySegment(files, segment, directory));
  syncFolder(files, directory);
  queue.segments.forEach((segment, index) => {
    const copy = copies[index];
    if (copy === undefined) return;
    // The old file is left open for whoever reads it this moment; the system closes it with the process.
    if (segment.readers === 0) files.closeSync(segment.fd);
    segment.fd = copy.fd;
    segment.path = copy.path;
  });
  queue.directory = directory;
  queue.reader.moveTo(directory);
  if ('writer' in queue) queue.writer.moveTo(directory);
}

function copySegment(
  files: SpoolFiles,
  segment: Segment,
  directory: string,
): { readonly fd: number; readonly path: string } {
  const path = join(directory, segmentName(segment.first));
  const fd = files.openSync(path, 'wx+', 0o600);
  const bytes = Buffer.allocUnsafe(Math.min(copyBytes, Math.max(segment.written, 1)));
  for (let at = 0; at < segment.written; ) {
    const got = files.readSync(segment.fd, bytes, 0, Math.min(bytes.length, segment.written - at), at);
    if (got === 0) break;
    for (let done = 0; done < got; ) done += files.writeSync(fd, bytes, done, got - done, at + done);
    at += got;
  }
  files.fdatasyncSync(fd);
  return { fd, path };
}
