// @ts-check
/** Our end of the load generator: gives it one stage after the other and watches what the server uses meanwhile. */
import { once } from 'node:events';
import { readProcessUsage } from './process-usage.mjs';

/** @typedef {import('./load-generator.mjs').LoadMessage} LoadMessage */
/** @typedef {import('./load-generator.mjs').Stage} Stage */
/** @typedef {ReturnType<typeof startLoad>} Load */
/**
 * @typedef {import('./load-window.mjs').LoadResult & {
 *   cpuMicroseconds: number | null, residentBytes: number | null,
 *   stored: import('./load-generator.mjs').StoredTotals, startedAt: number }} StageResult
 *   `startedAt`: when the stage's first event was asked for, by `performance.now()` of this process
 */

/**
 * @param {import('./child-processes.mjs').ChildProcesses} children
 * @param {import('./load-generator.mjs').LoadPlan & { pid: number }} plan
 */
export function startLoad(children, { pid, ...plan }) {
  const child = children.forkModule('load-generator.mjs');
  child.send(plan);
  return {
    /**
     * @param {Stage} stage
     * @param {(progress: { events: number, elapsedMs: number }) => void} [hearProgress]
     * @returns {Promise<StageResult>}
     */
    run: async (stage, hearProgress) => {
      const startedAt = performance.now();
      /** @type {{ [Kind in LoadMessage['kind']]?: Extract<LoadMessage, { kind: Kind }> }} */
      const heard = {};
      const usage = { opened: readProcessUsage(pid), closed: readProcessUsage(pid) };
      const hear = (/** @type {LoadMessage} */ message) => {
        Object.assign(heard, { [message.kind]: message });
        if (message.kind === 'opened') usage.opened = readProcessUsage(pid);
        if (message.kind === 'closed') usage.closed = readProcessUsage(pid);
        if (message.kind === 'progress') hearProgress?.(message);
        return message.kind === 'finished' || message.kind === 'failed';
      };
      child.send(stage);
      await heardLast(child, hear);
      if (heard.failed) throw new Error(`the load generator gave up: ${heard.failed.reason}`);
      if (!heard.closed || !heard.finished) throw new Error('the load generator ended early');
      const [before, after] = await Promise.all([usage.opened, usage.closed]);
      return {
        ...heard.finished.result,
        cpuMicroseconds: before && after && after.cpuMicroseconds - before.cpuMicroseconds,
        residentBytes: after?.residentBytes ?? null,
        stored: heard.finished.stored,
        startedAt,
      };
    },
    end: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {(message: LoadMessage) => boolean} hear true: that was the last
 * @returns {Promise<void>}
 */
function heardLast(child, hear) {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the load generator ended early'));
    const listen = (/** @type {unknown} */ message) => {
      if (!hear(/** @type {LoadMessage} */ (message))) return;
      child.off('message', listen).off('exit', ended);
      resolve();
    };
    child.on('message', listen).once('exit', ended);
  });
}
