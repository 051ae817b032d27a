// @ts-check
/** One measured run as numbers that can be compared: shapes, and the arithmetic from what was counted. */

/**
 * @typedef {object} Measurement
 * @property {number} eventsPerSecond
 * @property {number} requestsPerSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number | null} cpuPerEvent microseconds of the server's (the floor's: the engine process's) CPU time
 * @property {number | null} residentMegabytes
 * @property {number} diskPerEvent bytes of the whole folder right after, replaced parts not yet removed
 * @property {number} diskPerEventAtRest bytes after all merges
 * @property {number | null} generatorPerEvent microseconds of the load generator's CPU time; null for the floor
 * @property {number} eventsStored
 */

/**
 * @param {object} counted
 * @param {number} counted.windowMs
 * @param {number} counted.events in the window
 * @param {number} counted.requests in the window
 * @param {number} counted.p50Ms
 * @param {number} counted.p99Ms
 * @param {number | null} counted.cpuMicroseconds in the window
 * @param {number | null} counted.residentBytes
 * @param {number | null} counted.generatorMicroseconds
 * @param {{ events: number, bytesAtRest: number, bytesAtOnce: number }} stored in the whole run
 * @returns {Measurement}
 */
export function toMeasurement(counted, stored) {
  const perEvent = (/** @type {number | null} */ total) => (total === null ? null : total / counted.events);
  return {
    eventsPerSecond: (counted.events / counted.windowMs) * 1000,
    requestsPerSecond: (counted.requests / counted.windowMs) * 1000,
    p50Ms: counted.p50Ms,
    p99Ms: counted.p99Ms,
    cpuPerEvent: perEvent(counted.cpuMicroseconds),
    residentMegabytes: counted.residentBytes === null ? null : counted.residentBytes / 1e6,
    diskPerEvent: stored.bytesAtOnce / stored.events,
    diskPerEventAtRest: stored.bytesAtRest / stored.events,
    generatorPerEvent: perEvent(counted.generatorMicroseconds),
    eventsStored: stored.events,
  };
}
