// @ts-check
/** How much disk a folder takes: allocated blocks, files that are linked twice counted once. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** POSIX: `blocks` are of 512 bytes, whatever the file system's own size is. */
const bytesPerBlock = 512;

/**
 * @param {string} directory nothing may write to it meanwhile
 * @returns {Promise<number>}
 */
export async function folderBytes(directory) {
  const seen = new Set();
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true })) {
    const { ino, blocks } = await lstat(join(directory, name));
    if (seen.has(ino)) continue;
    seen.add(ino);
    bytes += blocks * bytesPerBlock;
  }
  return bytes;
}
