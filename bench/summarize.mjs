// @ts-check
/** Several rounds of one thing → its median and how far the rounds lie apart. */

/** @typedef {{ median: number, min: number, max: number }} Spread */
/** @typedef {import('./measurement.mjs').Measurement} Measurement */
/** @typedef {Record<keyof Measurement, Spread | null>} Summary */

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
 * @param {readonly Measurement[]} rounds
 * @returns {Summary}
 */
export function summarize(rounds) {
  const names = /** @type {(keyof Measurement)[]} */ (Object.keys(rounds[0] ?? {}));
  const spreads = names.map((name) => {
    const values = rounds.map((round) => round[name]);
    return [name, spreadOf(values.filter((value) => value !== null))];
  });
  return /** @type {Summary} */ (Object.fromEntries(spreads));
}

/**
 * Round by round, because the two were measured right after each other and share the machine's mood.
 * @param {readonly Measurement[]} headline
 * @param {readonly Measurement[]} floor
 */
export function ratioOf(headline, floor) {
  const ratios = headline.map(
    (round, index) => round.eventsPerSecond / (floor[index]?.eventsPerSecond ?? Number.NaN),
  );
  return spreadOf(ratios);
}
