// @ts-check
/**
 * Counts the answers of the measured time only: what comes before it warms up, what comes after it is the tail. The
 * totals over all of the load are kept beside, for the check that the server has exactly what it acknowledged.
 */
import { performance } from 'node:perf_hooks';

/**
 * @typedef {object} LoadResult
 * @property {number} windowMs
 * @property {number} requests answered in the window
 * @property {number} events answered in the window
 * @property {number} p50Ms of the time from sending to the whole answer
 * @property {number} p99Ms
 * @property {number} generatorMicroseconds CPU time of the load generator in the window
 */
/** @typedef {{ events: number, quantityThousandths: bigint }} Stored */

export function makeLoadWindow() {
  /** @type {number[]} */
  const latenciesMs = [];
  let events = 0;
  let openedAt = 0;
  let usageBefore = process.cpuUsage();
  let isOpen = false;

  const open = () => {
    isOpen = true;
    openedAt = performance.now();
    usageBefore = process.cpuUsage();
  };

  /** @returns {LoadResult} */
  const close = () => {
    isOpen = false;
    const windowMs = performance.now() - openedAt;
    const { user, system } = process.cpuUsage(usageBefore);
    const sorted = Float64Array.from(latenciesMs).sort();
    return {
      windowMs,
      requests: sorted.length,
      events,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      generatorMicroseconds: user + system,
    };
  };

  /**
   * @param {number} startedAt
   * @param {number} eventCount
   */
  const answered = (startedAt, eventCount) => {
    if (!isOpen) return;
    latenciesMs.push(performance.now() - startedAt);
    events += eventCount;
  };

  return { open, close, answered };
}

/**
 * The value that this share of all values does not exceed.
 * @param {Float64Array} sorted
 * @param {number} share
 */
export function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
