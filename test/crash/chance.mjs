// @ts-check
/** Chance from a seed (mulberry32), so that a failure can be had again. For scripts that run without a build. */

/** @typedef {{ below(bound: number): number, oneIn(bound: number): boolean, pick<T>(items: readonly T[]): T }} Chance */

/** @param {number} seed @returns {Chance} */
export function makeChance(seed) {
  let state = seed >>> 0;
  const below = (/** @type {number} */ bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
  return {
    below,
    oneIn: (bound) => below(bound) === 0,
    pick: (items) => /** @type {(typeof items)[number]} */ (items[below(items.length)]),
  };
}
