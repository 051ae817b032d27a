// @ts-check
/** On what a measurement was made, in words: without it a number means nothing. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Machine
 * @property {string} date
 * @property {string} processor
 * @property {string} memory
 * @property {string} system
 * @property {string} node
 * @property {string} revision
 * @property {string} loadBefore how busy the machine was with other things when it began
 */

/** @returns {Machine} */
export function describeMachine() {
  const cores = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: `${cores[0]?.model.trim() ?? 'unknown'}, ${cores.length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
    revision: revision(),
    loadBefore: loadavg()[0]?.toFixed(1) ?? 'unknown',
  };
}

function revision() {
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'packages', 'bin') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with uncommitted changes' : '');
  } catch {
    return 'unknown';
  }
}
