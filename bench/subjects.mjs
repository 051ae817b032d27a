// @ts-check
/** Everything that can be measured, each with the function that measures it once. */
import { oneMonth, thirteenMonths } from './event-span.mjs';
import { measureBurst } from './measure-burst.mjs';
import { measureFloor } from './measure-floor.mjs';
import { measureGrowth } from './measure-growth.mjs';
import { measureHeavyQuery } from './measure-heavy-query.mjs';
import { measureScenario } from './measure-scenario.mjs';
import * as names from './scenarios.mjs';

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {boolean} once measured in the first round only, because it takes long
 * @property {(folder: string) => Promise<import('./measurement.mjs').Taken>} measure
 */

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {{ names: readonly string[], growthEvents: number | null }} wanted
 * @returns {Subject[]} in the order in which they are measured
 */
export function subjects(bench, wanted) {
  const floor = { name: names.floorName, title: names.floorTitle, span: oneMonth };
  /** @type {Subject[]} */
  const all = [
    { name: floor.name, once: false, measure: (folder) => measureFloor(bench, floor, folder) },
    ...names.scenarios.map((scenario) => ({
      name: scenario.name,
      once: false,
      measure: (/** @type {string} */ folder) => measureScenario(bench, scenario, folder),
    })),
    { name: names.burst.name, once: false, measure: (folder) => measureBurst(bench, folder) },
    { name: names.heavyQueryName, once: true, measure: (folder) => measureHeavyQuery(bench, folder) },
  ];
  return [
    ...all.filter(({ name }) => wanted.names.includes(name)),
    ...growthSubjects(bench, wanted.growthEvents),
  ];
}

/**
 * @param {import('./run-on-server.mjs').Bench} bench
 * @param {number | null} events
 * @returns {Subject[]}
 */
function growthSubjects(bench, events) {
  if (events === null) return [];
  const floor = { name: names.growthFloorName, title: names.growthFloorTitle, span: thirteenMonths };
  return [
    { name: floor.name, once: true, measure: (folder) => measureFloor(bench, floor, folder) },
    { name: names.growth.name, once: true, measure: (folder) => measureGrowth(bench, events, folder) },
  ];
}
