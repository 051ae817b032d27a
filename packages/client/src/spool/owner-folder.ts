/**
 * The folders in a spool's directory: one a client, with its lock and its queues. How one is made, and how the queues
 * of clients that are gone are claimed. Names only: what is in a queue is not its business.
 *
 * DIR/owner-<id>/lock, DIR/owner-<id>/<id>.queue1/…: the 1 is the format of what is in it. A local disk: over a
 * network file system another machine's lock cannot be seen.
 */
import { join } from 'node:path';
import { holdLock, isLockHeld, lockName } from './owner-lock.ts';
import { errnoOf, removeFile, type SpoolFiles, syncFolder } from './spool-files.ts';

export interface OwnerFolder {
  readonly path: string;
  /** Lets the lock go, and removes the folder when nothing is left in it. */
  release(): void;
}

const queueSuffix = '.queue1';

/** Made under another name until its lock is held, so that nobody finds it without. Throws when it cannot be. */
export function makeOwnerFolder(files: SpoolFiles, directory: string, id: string): OwnerFolder {
  const making = join(directory, `new-${id}`);
  const path = join(directory, `owner-${id}`);
  files.mkdirSync(making, { mode: 0o700 });
  let lock: ReturnType<typeof holdLock>;
  try {
    lock = holdLock(making, files);
  } catch (error) {
    removeEmptyFolder(files, making);
    throw error;
  }
  files.renameSync(making, path);
  syncFolder(files, directory);
  return {
    path,
    release: () => {
      lock.release();
      removeFile(files, join(path, lockName));
      removeEmptyFolder(files, path);
    },
  };
}

/** A folder for a queue, its name on disk; `id` sorts queues by age. */
export function makeQueueFolder(files: SpoolFiles, owner: string, id: string): string {
  const path = join(owner, id + queueSuffix);
  files.mkdirSync(path, { mode: 0o700 });
  syncFolder(files, owner);
  return path;
}

/**
 * Moves the queues of owners that are gone into `mine` and tells of each at once: what is moved is ours, even when the
 * next one cannot be. Of several that try at once each queue goes to one.
 */
export async function claimLeftQueues(
  files: SpoolFiles,
  directory: string,
  mine: string,
  onMoved: (path: string) => void,
): Promise<void> {
  for (const name of files.readdirSync(directory)) {
    const folder = join(directory, name);
    if (!/^(owner|new)-/.test(name) || folder === mine) continue;
    if (name.startsWith('new-') && !isOld(files, folder)) continue;
    if (await isLockHeld(folder, files)) continue;
    moveQueues(files, folder, mine, onMoved);
    removeFile(files, join(folder, lockName));
    removeEmptyFolder(files, folder);
  }
}

function moveQueues(files: SpoolFiles, from: string, to: string, onMoved: (path: string) => void): void {
  for (const name of listNames(files, from)) {
    if (!name.endsWith(queueSuffix)) continue;
    try {
      files.renameSync(join(from, name), join(to, name));
      onMoved(join(to, name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

export function listNames(files: SpoolFiles, folder: string): string[] {
  try {
    return files.readdirSync(folder);
  } catch {
    return [];
  }
}

/** Never more than what is empty: whatever somebody put there stays. */
export function removeEmptyFolder(files: SpoolFiles, path: string): void {
  try {
    files.rmdirSync(path);
  } catch {}
}

/** One that is being made is not old; one whose maker died stays empty. */
function isOld(files: SpoolFiles, folder: string): boolean {
  try {
    return Math.abs(Date.now() - files.statSync(folder).mtimeMs) > 60_000;
  } catch {
    return false;
  }
}
