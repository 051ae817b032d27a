// @ts-check
/** Several rounds of one thing → its median and how far the rounds lie apart; and the ratios between things. */
import { figure } from './measurement.mjs';
import { burst, floorName, growth, growthFloorName, headlineName } from './scenarios.mjs';

/** @typedef {{ median: number, min: number, max: number }} Spread */
/** @typedef {import('./measurement.mjs').Measurement} Measurement */
/** @typedef {import('./measurement.mjs').Taken['rows'][number]} TakenRow */
/** @typedef {import('./measurement.mjs').Figure} Figure */
/** @typedef {Record<keyof Measurement, Spread | null>} Summary */
/** @typedef {{ name: string, title: string, summary: Summary, rounds: Measurement[] }} Row */
/** @typedef {Omit<Figure, 'value'> & { spread: Spread }} FigureSummary */

/**
 * @param {readonly number[]} values
 * @returns {Spread | null} null when there are none
 */
export function spreadOf(values) {
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || min === undefined || max === undefined) return null;
  return { median: (low + high) / 2, min, max };
}

/**
 * @param {readonly TakenRow[]} taken in all rounds
 * @returns {Row[]} one for each name, in the order of their first appearance
 */
export function summarizeRows(taken) {
  return byName(taken).map(([{ name, title }, same]) => {
    const rounds = same.map(({ measurement }) => measurement);
    return { name, title, summary: summarize(rounds), rounds };
  });
}

/**
 * @param {readonly Figure[]} taken in all rounds
 * @returns {FigureSummary[]}
 */
export function summarizeFigures(taken) {
  return byName(taken).flatMap(([{ value: _, ...shape }, same]) => {
    const spread = spreadOf(same.map(({ value }) => value));
    return spread === null ? [] : [{ ...shape, spread }];
  });
}

/**
 * To the floor, within one round: what was measured right after each other shares the machine's mood.
 * @param {readonly TakenRow[]} round
 * @returns {Figure[]}
 */
export function ratiosToFloor(round) {
  const of = (/** @type {string} */ name) => round.find((row) => row.name === name);
  return round.flatMap(({ name, title, measurement }) => {
    const floor = of(name === growth.name ? growthFloorName : floorName)?.measurement;
    if (floor === undefined || ![headlineName, burst.name, growth.name].includes(name)) return [];
    const { eventsPerSecond, storedPerSecond } = measurement;
    return [
      figure(
        `${name}-to-floor`,
        `${title}: events/s to the floor's`,
        eventsPerSecond / floor.eventsPerSecond,
      ),
      figure(
        `${name}-stored-to-floor`,
        `${title}: stored/s to the floor's`,
        (storedPerSecond ?? Number.NaN) / floor.eventsPerSecond,
      ),
    ];
  });
}

/**
 * @param {readonly Measurement[]} rounds
 * @returns {Summary}
 */
function summarize(rounds) {
  const names = /** @type {(keyof Measurement)[]} */ (Object.keys(rounds[0] ?? {}));
  const spreads = names.map((name) => {
    const values = rounds.map((round) => round[name]);
    return [name, spreadOf(values.filter((value) => value !== null))];
  });
  return /** @type {Summary} */ (Object.fromEntries(spreads));
}

/**
 * @template {{ name: string }} Named
 * @param {readonly Named[]} all
 * @returns {[first: Named, same: Named[]][]}
 */
function byName(all) {
  /** @type {Map<string, [Named, Named[]]>} */
  const found = new Map();
  for (const one of all) {
    const entry = found.get(one.name);
    if (entry) entry[1].push(one);
    else found.set(one.name, [one, [one]]);
  }
  return [...found.values()];
}
