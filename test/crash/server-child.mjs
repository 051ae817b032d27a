// @ts-check
/**
 * A server as a child process: the executable as users run it, or the faulty one. It may end before it listens, and
 * that is no error here. For tests and for scripts without a test runner; it ends with the process that started it.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../../bin/countinghouse.cjs', import.meta.url));
const faultyServer = fileURLToPath(new URL('./faulty-server.mjs', import.meta.url));

/**
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit
 * @typedef {object} ServerChild
 * @property {string} data
 * @property {string | null} url null: it ended before it listened
 * @property {Promise<Exit>} exited
 * @property {() => Record<string, any>[]} log
 * @property {() => string} errors
 * @property {(signal: NodeJS.Signals) => void} kill
 * @property {() => Promise<void>} nextPhase resolves when the faulty server has begun it
 * @property {() => Promise<Exit>} stop
 * @property {() => Promise<Exit>} end at once
 */

/**
 * Resolves when it listens or has ended.
 * @param {string} data
 * @param {import('./faulty-server.mjs').Faults} [faults] without them it is the executable
 * @returns {Promise<ServerChild>}
 */
export async function startChild(data, faults) {
  const program = faults === undefined ? [executable, 'serve'] : [faultyServer, JSON.stringify(faults)];
  const child = spawn(process.execPath, [...program, '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The executable sets it by itself.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let [output, errors] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk;
  });
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      process.removeListener('exit', endWithUs);
      resolve({ code, signal });
    });
  });
  const log = () => linesOf(output);
  /** @type {Promise<string>} */
  const listening = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      const line = log().find(({ msg }) => msg === 'listening');
      if (line) resolve(line.url);
    });
  });
  /** Resolves when the log has as many lines that say so. @param {string} msg @param {number} count */
  const logged = (msg, count) =>
    new Promise((resolve) => {
      const look = () => {
        if (log().filter((line) => line.msg === msg).length < count) return;
        child.stdout.off('data', look);
        resolve(undefined);
      };
      child.stdout.on('data', look);
    });
  let phases = 0;
  const nextPhase = async () => {
    phases += 1;
    const begun = logged('phase', phases);
    child.kill('SIGUSR2');
    await begun;
  };
  const url = await Promise.race([listening, exited.then(() => null)]);
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    return exited;
  };
  return {
    ...{ data, url, exited, log },
    errors: () => errors,
    kill: (signal) => void child.kill(signal),
    nextPhase,
    stop: () => end('SIGTERM'),
    end: () => end('SIGKILL'),
  };
}

/** Whole lines only: the last one may still be on its way. @param {string} output @returns {Record<string, any>[]} */
function linesOf(output) {
  const lines = output.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
