// @ts-check
/**
 * All that was asked for, round after round: the floor, then each scenario, then again. Taking turns spreads whatever
 * else the machine does over all of them alike.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './machine.mjs';
import { subjects } from './subjects.mjs';
import { ratiosToFloor, summarizeFigures, summarizeRows } from './summarize.mjs';

/** @typedef {import('./measurement.mjs').Measurement} Measurement */
/**
 * @typedef {object} Report
 * @property {import('./machine.mjs').Machine} machine
 * @property {string} engineVersion
 * @property {number} rounds
 * @property {number} seconds
 * @property {import('./summarize.mjs').Row[]} rows
 * @property {import('./summarize.mjs').FigureSummary[]} figures
 */

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {{ directory: string, names: readonly string[], growthEvents: number | null, rounds: number }} options
 * @returns {Promise<Report>}
 */
export async function runRounds(bench, { directory, rounds, ...wanted }) {
  const machine = describeMachine();
  /** @type {import('./summarize.mjs').TakenRow[]} */
  const rows = [];
  /** @type {import('./measurement.mjs').Figure[]} */
  const figures = [];
  let engineVersion = '';
  for (let round = 1; round <= rounds; round += 1) {
    const ofRound = [];
    for (const { name, once, measure } of subjects(bench, wanted)) {
      if (once && round > 1) continue;
      const folder = join(directory, `${name}-${round}`);
      const taken = await measure(folder);
      await rm(folder, { recursive: true });
      ofRound.push(...taken.rows);
      figures.push(...taken.figures);
      engineVersion = taken.engineVersion;
      for (const row of taken.rows) bench.tell(progress(`round ${round}, ${row.title}`, row.measurement));
    }
    rows.push(...ofRound);
    figures.push(...ratiosToFloor(ofRound));
  }
  return {
    ...{ machine, engineVersion, rounds, seconds: bench.windowMs / 1000 },
    rows: summarizeRows(rows),
    figures: summarizeFigures(figures),
  };
}

/**
 * @param {string} subject
 * @param {Measurement} measurement
 */
function progress(subject, { eventsPerSecond, p99Ms, refusals }) {
  const rate = eventsPerSecond.toLocaleString('en-US', { maximumFractionDigits: 0 });
  const refused = refusals === 0 ? '' : `, ${refusals} answers 503`;
  return `${subject}: ${rate} events/s, p99 ${p99Ms.toFixed(1)} ms${refused}; the books balance`;
}
