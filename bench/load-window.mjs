// @ts-check
/**
 * Counts the answers of the measured time only: what comes before it warms up, what comes after it is the tail. Latencies
 * are of all requests that were under way in that time, to their end: a server that answers nothing is not fast.
 * The marks say when each tenth of a known number of events was answered.
 */
import { performance } from 'node:perf_hooks';

/**
 * @typedef {object} LoadResult
 * @property {number} windowMs
 * @property {number} requests answered in the window
 * @property {number} events answered in the window
 * @property {number} refusals answers 503 in the window; their requests were sent again
 * @property {number} p50Ms of the time from sending to the whole answer
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {number} generatorMicroseconds CPU time of the load generator in the window
 * @property {readonly number[]} tenthsPerSecond events a second in each tenth; empty when the number is not known
 */

/** @param {number} eventsExpected 0: not known */
export function makeLoadWindow(eventsExpected) {
  /** @type {number[]} */
  const latenciesMs = [];
  /** @type {number[]} */
  const marksMs = [];
  let requests = 0;
  let events = 0;
  let refusals = 0;
  let openedAt = Number.POSITIVE_INFINITY;
  let closedAt = Number.POSITIVE_INFINITY;
  let usage = process.cpuUsage();

  const open = () => {
    openedAt = performance.now();
    usage = process.cpuUsage();
  };

  const close = () => {
    closedAt = performance.now();
    usage = process.cpuUsage(usage);
  };

  /**
   * When all requests have been answered.
   * @returns {LoadResult}
   */
  const result = () => {
    const sorted = Float64Array.from(latenciesMs).sort();
    return {
      ...{ windowMs: closedAt - openedAt, requests, events, refusals },
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      maxMs: percentile(sorted, 1),
      generatorMicroseconds: usage.user + usage.system,
      tenthsPerSecond: marksMs.map(
        (mark, tenth) => (eventsExpected / 10 / (mark - (marksMs[tenth - 1] ?? 0))) * 1000,
      ),
    };
  };

  /**
   * @param {number} startedAt
   * @param {number} eventCount
   */
  const answered = (startedAt, eventCount) => {
    const now = performance.now();
    if (now >= openedAt && startedAt < closedAt) latenciesMs.push(now - startedAt);
    if (now < openedAt || now >= closedAt) return;
    requests += 1;
    events += eventCount;
    const reached = () => events >= (eventsExpected / 10) * (marksMs.length + 1);
    while (eventsExpected > 0 && marksMs.length < 10 && reached()) marksMs.push(now - openedAt);
  };

  const isOver = () => closedAt !== Number.POSITIVE_INFINITY;

  const refused = () => {
    if (performance.now() >= openedAt && !isOver()) refusals += 1;
  };

  const progress = () => ({ events, elapsedMs: performance.now() - openedAt });

  return { open, close, isOver, result, answered, refused, progress };
}

/**
 * The value that this share of all values does not exceed.
 * @param {Float64Array} sorted
 * @param {number} share
 */
export function percentile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
