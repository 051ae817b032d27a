// @ts-check
/** One scenario, once: a fresh data folder, a fresh server, a fresh load generator; then the books are checked. */
import { join } from 'node:path';
import { checkStored } from './check-stored.mjs';
import { converse } from './child-processes.mjs';
import { folderBytes } from './folder-bytes.mjs';
import { copyKnownRecords } from './known-records.mjs';
import { toMeasurement } from './measurement.mjs';
import { readProcessUsage } from './process-usage.mjs';
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
 */

/**
 * @param {Bench} bench
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {string} folder does not exist yet
 */
export async function measureScenario(bench, scenario, folder) {
  const { children, profileDirectory } = bench;
  await copyKnownRecords(bench.recordsFolder, folder);
  const bytesBefore = await folderBytes(folder);
  const server = await startServer(children, folder, { profileDirectory });
  const load = await generateLoad(bench, scenario, server);
  await checkStored(server, load.stored);
  await server.stop();
  const usageDirectory = join(folder, 'usage');
  const expectedEvents = load.stored.events;
  const stored = await takeCensus(children, { folder, usageDirectory, bytesBefore, expectedEvents });
  return { measurement: toMeasurement(load, stored), engineVersion: stored.engineVersion };
}

/**
 * @param {Bench} bench
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('./server-process.mjs').ServerProcess} server
 */
async function generateLoad({ children, windowMs, warmUpMs, seed }, scenario, { url, token, pid }) {
  /** @typedef {import('./load-generator.mjs').LoadMessage} LoadMessage */
  const usage = { opened: readProcessUsage(pid), closed: readProcessUsage(pid) };
  /** @type {{ [Kind in LoadMessage['kind']]?: Extract<LoadMessage, { kind: Kind }> }} */
  const heard = {};
  const child = children.forkModule('load-generator.mjs');
  const plan = { url, token, scenario, windowMs, warmUpMs, seed };
  await converse(child, plan, (/** @type {LoadMessage} */ message) => {
    Object.assign(heard, { [message.kind]: message });
    if (message.kind === 'opened') usage.opened = readProcessUsage(pid);
    if (message.kind === 'closed') usage.closed = readProcessUsage(pid);
  });
  const [before, after] = await Promise.all([usage.opened, usage.closed]);
  const { closed, finished, failed } = heard;
  if (failed) throw new Error(`the load generator gave up: ${failed.reason}`);
  if (!closed || !finished) throw new Error('the load generator ended early');
  return {
    ...closed.result,
    cpuMicroseconds: before && after && after.cpuMicroseconds - before.cpuMicroseconds,
    residentBytes: after?.residentBytes ?? null,
    stored: finished.stored,
  };
}
