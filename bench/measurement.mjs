// @ts-check
/** One measured run as numbers that can be compared: shapes, and the arithmetic from what was counted. */

/**
 * @typedef {object} Measurement
 * @property {number} eventsPerSecond acknowledged
 * @property {number | null} storedPerSecond from the first event to the answer of a question asked at the end
 * @property {number} requestsPerSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {number | null} cpuPerEvent microseconds of the server's (the floor's: the engine process's) CPU time
 * @property {number | null} residentMegabytes
 * @property {number | null} diskPerEvent bytes of the whole folder right after, replaced parts not yet removed
 * @property {number | null} diskPerEventAtRest bytes after all merges
 * @property {number | null} generatorPerEvent microseconds of the load generator's CPU time; null for the floor
 * @property {number} refusals answers 503; their requests were sent again
 * @property {number | null} drainMs what a question took that was asked right after the last acknowledgement
 */
/**
 * @typedef {object} Figure a result that is no row of the table
 * @property {string} name
 * @property {string} label what is printed in front of the value
 * @property {number} value
 * @property {string} unit
 * @property {number} digits behind the point
 */
/**
 * @typedef {object} Taken what one measurement of a subject yields
 * @property {{ name: string, title: string, measurement: Measurement }[]} rows
 * @property {Figure[]} figures
 * @property {string} engineVersion
 */

/**
 * @param {object} counted
 * @param {number} counted.windowMs
 * @param {number} counted.events in the window
 * @param {number} counted.requests in the window
 * @param {number} [counted.refusals]
 * @param {number} counted.p50Ms
 * @param {number} counted.p99Ms
 * @param {number} counted.maxMs
 * @param {number | null} counted.cpuMicroseconds in the window
 * @param {number | null} counted.residentBytes
 * @param {number | null} counted.generatorMicroseconds
 * @param {object} [whole] of the run, where it was measured for this row alone
 * @param {{ events: number, bytesAtRest: number, bytesAtOnce: number }} [whole.disk]
 * @param {number} [whole.storedPerSecond]
 * @param {number} [whole.drainMs]
 * @returns {Measurement}
 */
export function toMeasurement(counted, { disk, storedPerSecond = undefined, drainMs = undefined } = {}) {
  const perEvent = (/** @type {number | null} */ total) =>
    total === null || counted.events === 0 ? null : total / counted.events;
  return {
    eventsPerSecond: (counted.events / counted.windowMs) * 1000,
    storedPerSecond: storedPerSecond ?? null,
    requestsPerSecond: (counted.requests / counted.windowMs) * 1000,
    p50Ms: counted.p50Ms,
    p99Ms: counted.p99Ms,
    maxMs: counted.maxMs,
    cpuPerEvent: perEvent(counted.cpuMicroseconds),
    residentMegabytes: counted.residentBytes === null ? null : counted.residentBytes / 1e6,
    diskPerEvent: disk === undefined ? null : disk.bytesAtOnce / disk.events,
    diskPerEventAtRest: disk === undefined ? null : disk.bytesAtRest / disk.events,
    generatorPerEvent: perEvent(counted.generatorMicroseconds),
    refusals: counted.refusals ?? 0,
    drainMs: drainMs ?? null,
  };
}

/**
 * @param {string} name
 * @param {string} label
 * @param {number} value
 * @param {string} [unit]
 * @param {number} [digits]
 * @returns {Figure}
 */
export function figure(name, label, value, unit = '', digits = 2) {
  return { name, label, value, unit, digits };
}
