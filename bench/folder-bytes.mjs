// @ts-check
/** How much disk a folder takes: allocated blocks, files that are linked twice counted once. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** POSIX: `blocks` are of 512 bytes, whatever the file system's own size is. */
const bytesPerBlock = 512;

/**
 * @param {string} directory what is removed while this looks is not counted
 * @returns {Promise<number>}
 */
export async function folderBytes(directory) {
  const seen = new Set();
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true })) {
    const found = await lstat(join(directory, name)).catch(ignoreMissing);
    if (found === null || seen.has(found.ino)) continue;
    seen.add(found.ino);
    bytes += found.blocks * bytesPerBlock;
  }
  return bytes;
}

/** @param {NodeJS.ErrnoException} error */
function ignoreMissing(error) {
  if (error.code === 'ENOENT') return null;
  throw error;
}
