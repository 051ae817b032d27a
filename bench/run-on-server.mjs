// @ts-check
/**
 * What every measurement of the server shares: a fresh data folder with the known records, a fresh server, a fresh load
 * generator; at the end the books are checked and what lies on disk is counted.
 */
import { join } from 'node:path';
import { checkStored } from './check-stored.mjs';
import { folderBytes } from './folder-bytes.mjs';
import { copyKnownRecords } from './known-records.mjs';
import { startLoad } from './load-process.mjs';
import { startServer } from './server-process.mjs';
import { takeCensus } from './take-census.mjs';

/**
 * @typedef {object} Bench what every measurement needs
 * @property {import('./child-processes.mjs').ChildProcesses} children
 * @property {string} recordsFolder made by `makeKnownRecords`
 * @property {number} windowMs
 * @property {number} warmUpMs
 * @property {number} seed
 * @property {string | undefined} profileDirectory
 * @property {(line: string) => void} tell
 */
/**
 * @typedef {object} Running
 * @property {import('./server-process.mjs').ServerProcess} server
 * @property {import('./load-process.mjs').Load} load
 * @property {string} folder
 * @property {number} bytesBefore of the folder when it held the known records only
 */

/**
 * @template Found
 * @param {Bench} bench
 * @param {{ folder: string, span: import('./event-span.mjs').Span }} place the folder does not exist yet
 * @param {(running: Running) => Promise<{ found: Found, stored: import('./load-generator.mjs').StoredTotals }>} work
 */
export async function runOnServer(
  { children, recordsFolder, seed, profileDirectory },
  { folder, span },
  work,
) {
  await copyKnownRecords(recordsFolder, folder);
  const bytesBefore = await folderBytes(folder);
  const server = await startServer(children, folder, { profileDirectory });
  const { url, token, pid } = server;
  const load = startLoad(children, { url, token, pid, seed, span });
  const { found, stored } = await work({ server, load, folder, bytesBefore });
  await checkStored(server, span, stored);
  await load.end();
  await server.stop();
  const usageDirectory = join(folder, 'usage');
  const expectedEvents = stored.events;
  const census = await takeCensus(children, { folder, usageDirectory, bytesBefore, expectedEvents });
  return { found, census };
}
