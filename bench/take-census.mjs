// @ts-check
/** What lies on disk after a run, once the process that wrote it has ended. */
import { converse } from './child-processes.mjs';
import { folderBytes } from './folder-bytes.mjs';

/**
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @param {{ folder: string, usageDirectory: string, bytesBefore: number, expectedEvents: number }} place
 * @returns {Promise<import('./engine-census.mjs').Census & { bytesAtOnce: number }>}
 */
export async function takeCensus(children, { folder, usageDirectory, bytesBefore, expectedEvents }) {
  const bytesAtOnce = (await folderBytes(folder)) - bytesBefore;
  /** @type {import('./engine-census.mjs').Census | null} */
  let census = null;
  const child = children.forkModule('engine-census.mjs');
  await converse(child, { directory: usageDirectory }, (/** @type {typeof census} */ heard) => {
    census = heard;
  });
  const found = /** @type {import('./engine-census.mjs').Census | null} */ (census);
  if (found?.events !== expectedEvents) {
    throw new Error(`on disk are ${found?.events} events, acknowledged were ${expectedEvents}`);
  }
  return { ...found, bytesAtOnce };
}
