/**
 * The file operations of the spool: Node's own. The seam at which tests fill the disk, fail a sync or lose a folder.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

export const nodeSpoolFiles = {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
};

export type SpoolFiles = typeof nodeSpoolFiles;

/** Names made or removed in the folder are on disk when this returns. */
export function syncFolder(files: SpoolFiles, directory: string): void {
  const folder = files.openSync(directory, 'r');
  try {
    files.fsyncSync(folder);
  } finally {
    files.closeSync(folder);
  }
}

/** The system's name of what went wrong (`ENOSPC`, `ENOENT` …), where there is one. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Removes a file; that it is gone already is fine. False when it is still there. */
export function removeFile(files: SpoolFiles, path: string): boolean {
  try {
    files.unlinkSync(path);
    return true;
  } catch (error) {
    return errnoOf(error) === 'ENOENT';
  }
}
