/**
 * Writes a queue whose files were removed into a new folder, from the files that are still open. Positions stay the
 * same: what is on its way is not disturbed.
 */
import { join } from 'node:path';
import { listNames, removeEmptyFolder } from './owner-folder.ts';
import type { OwnQueue, Queue } from './queue.ts';
import { type Segment, segmentName } from './segment.ts';
import { removeFile, type SpoolFiles, syncFolder } from './spool-files.ts';

const copyBytes = 1024 * 1024;

export function isOnDisk(files: SpoolFiles, { directory, segments }: Queue): boolean {
  return files.existsSync(directory) && segments.every(({ path }) => files.existsSync(path));
}

/** `directory` is an empty folder. Throws when a segment cannot be written; the queue then is as it was, the folder gone. */
export function restoreQueue(files: SpoolFiles, queue: Queue | OwnQueue, directory: string): void {
  const copies: Copy[] = [];
  try {
    for (const segment of queue.segments)
      copySegment(files, segment, makeCopy(files, segment, directory, copies));
    syncFolder(files, directory);
  } catch (error) {
    for (const { fd, path } of copies) {
      files.closeSync(fd);
      removeFile(files, path);
    }
    removeEmptyFolder(files, directory);
    throw error;
  }
  removeOld(files, queue);
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

interface Copy {
  readonly fd: number;
  readonly path: string;
}

function makeCopy(files: SpoolFiles, segment: Segment, directory: string, copies: Copy[]): number {
  const path = join(directory, segmentName(segment.first));
  const fd = files.openSync(path, 'wx+', 0o600);
  copies.push({ fd, path });
  return fd;
}

/** Of a queue that was removed in part: what was left is in the copy too, and would be sent twice. */
function removeOld(files: SpoolFiles, { directory }: Queue): void {
  for (const name of listNames(files, directory)) removeFile(files, join(directory, name));
  removeEmptyFolder(files, directory);
}

function copySegment(files: SpoolFiles, segment: Segment, fd: number): void {
  const bytes = Buffer.allocUnsafe(Math.min(copyBytes, Math.max(segment.written, 1)));
  for (let at = 0; at < segment.written; ) {
    const got = files.readSync(segment.fd, bytes, 0, Math.min(bytes.length, segment.written - at), at);
    if (got === 0) break;
    for (let done = 0; done < got; ) done += files.writeSync(fd, bytes, done, got - done, at + done);
    at += got;
  }
  files.fdatasyncSync(fd);
}
