// @ts-check
/** Keeps track of the processes that the benchmark started, so that none outlives it. Each is ended by its own pid. */
import { fork, spawn } from 'node:child_process';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {ReturnType<typeof makeChildProcesses>} ChildProcesses */

/** How long a child may take to stop when asked before it is killed. */
const stopTimeoutMs = 60_000;

export function makeChildProcesses() {
  /** @type {Set<ChildProcess>} */
  const running = new Set();

  /** @param {ChildProcess} child */
  const keep = (child) => {
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };

  /** Stops whatever still runs, at once. */
  const killAll = () => {
    for (const child of running) child.kill('SIGKILL');
  };

  return {
    /**
     * What it prints goes to our standard error; our standard output is for the results.
     * @param {readonly string[]} args for this same Node
     */
    spawnNode: (args) => keep(spawn(process.execPath, args, { stdio: ['ignore', 2, 2] })),
    /** @param {string} name of a module in this folder */
    forkModule: (name) => keep(fork(new URL(name, import.meta.url))),
    killAll,
  };
}

/**
 * Asks a child to stop and waits until it has.
 * @param {ChildProcess} child
 * @returns {Promise<void>} Rejects when it does not end by itself or ends badly.
 */
export async function stopChild(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }
  if (child.exitCode !== 0) throw new Error(`a process ended with ${child.exitCode ?? child.signalCode}`);
}

/**
 * Sends a child its task and hears its messages until it ends.
 * @template Message
 * @param {ChildProcess} child
 * @param {object} task
 * @param {(message: Message) => void} hear
 * @returns {Promise<void>}
 */
export function converse(child, task, hear) {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => hear(/** @type {Message} */ (message)));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${child.spawnfile} ended with ${code ?? signal}`));
    });
    child.send(task);
  });
}
