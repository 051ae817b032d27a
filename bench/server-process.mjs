// @ts-check
/** The built server as a child process on a data folder of its own: the program that users run, nothing in between. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stopChild } from './child-processes.mjs';

/**
 * @typedef {object} ServerProcess
 * @property {string} url
 * @property {string} token
 * @property {number} pid
 * @property {() => Promise<void>} stop
 */

const executable = fileURLToPath(new URL('../bin/countinghouse.cjs', import.meta.url));
const startTimeoutMs = 30_000;
const pollMs = 20;

/**
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @param {string} directory
 * @param {{ profileDirectory?: string | undefined }} [options] where to leave a CPU profile at the end
 * @returns {Promise<ServerProcess>}
 */
export async function startServer(children, directory, { profileDirectory } = {}) {
  const profiling = profileDirectory === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDirectory];
  const serve = ['serve', '--port', '0', '--data', directory, '--log-level', 'warn'];
  const child = children.spawnNode([...profiling, executable, ...serve]);
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const address = await readAddress(directory);
    if (address !== null) return { ...address, stop: () => stopChild(child) };
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode} before it listened`);
    if (Date.now() > deadline) throw new Error(`the server did not listen within ${startTimeoutMs} ms`);
    await delay(pollMs);
  }
}

/**
 * The server leaves its address in its folder, whole or not at all, as soon as it listens.
 * @param {string} directory
 * @returns {Promise<{ url: string, token: string, pid: number } | null>}
 */
async function readAddress(directory) {
  try {
    return JSON.parse(await readFile(join(directory, 'server.json'), 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}
