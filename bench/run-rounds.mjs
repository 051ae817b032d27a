// @ts-check
/**
 * All that was asked for, round after round: the floor, then each scenario, then again. Taking turns spreads whatever
 * else the machine does over all of them alike.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMachine } from './machine.mjs';
import { measureFloor } from './measure-floor.mjs';
import { measureScenario } from './measure-scenario.mjs';
import { floorName, floorTitle, headlineName, scenarios } from './scenarios.mjs';
import { ratioOf, summarize } from './summarize.mjs';

/** @typedef {import('./measurement.mjs').Measurement} Measurement */
/**
 * @typedef {object} Report
 * @property {import('./machine.mjs').Machine} machine
 * @property {string} engineVersion
 * @property {number} rounds
 * @property {number} seconds
 * @property {{ name: string, title: string, summary: import('./summarize.mjs').Summary, rounds: Measurement[] }[]} rows
 * @property {import('./summarize.mjs').Spread | null} ratio of the headline's events/s to the floor's
 */

/**
 * @param {import('./measure-scenario.mjs').Bench} bench
 * @param {{ directory: string, names: readonly string[], rounds: number, tell: (line: string) => void }} options
 * @returns {Promise<Report>}
 */
export async function runRounds(bench, { directory, names, rounds, tell }) {
  const machine = describeMachine();
  const wanted = subjects(bench).filter(({ name }) => names.includes(name));
  const rows = wanted.map((subject) => ({ ...subject, rounds: /** @type {Measurement[]} */ ([]) }));
  let engineVersion = '';
  for (let round = 1; round <= rounds; round += 1) {
    for (const row of rows) {
      const folder = join(directory, `${row.name}-${round}`);
      const taken = await row.measure(folder);
      await rm(folder, { recursive: true });
      row.rounds.push(taken.measurement);
      engineVersion = taken.engineVersion;
      tell(progress(`round ${round}, ${row.title}`, taken.measurement));
    }
  }
  const of = (/** @type {string} */ name) => rows.find((row) => row.name === name)?.rounds ?? [];
  return {
    ...{ machine, engineVersion, rounds, seconds: bench.windowMs / 1000 },
    rows: rows.map(({ name, title, rounds: taken }) => ({
      name,
      title,
      summary: summarize(taken),
      rounds: taken,
    })),
    ratio: names.includes(floorName) ? ratioOf(of(headlineName), of(floorName)) : null,
  };
}

/** @param {import('./measure-scenario.mjs').Bench} bench */
function subjects(bench) {
  const floor = {
    name: floorName,
    title: floorTitle,
    measure: (/** @type {string} */ folder) => measureFloor(bench, folder),
  };
  const loads = scenarios.map((scenario) => ({
    name: scenario.name,
    title: scenario.title,
    measure: (/** @type {string} */ folder) => measureScenario(bench, scenario, folder),
  }));
  return [floor, ...loads];
}

/**
 * @param {string} subject
 * @param {Measurement} measurement
 */
function progress(subject, { eventsPerSecond, p99Ms, eventsStored }) {
  const rate = eventsPerSecond.toLocaleString('en-US', { maximumFractionDigits: 0 });
  const stored = eventsStored.toLocaleString('en-US');
  return `${subject}: ${rate} events/s, p99 ${p99Ms.toFixed(1)} ms, ${stored} events stored and counted`;
}
