// @ts-check
/**
 * Repeatable randomness for the load (the sfc32 generator): the same seed, the same events. Not for secrets.
 */

/** @typedef {() => number} Random A whole number from 0 to 2³² − 1. */

/**
 * @param {number} seed
 * @returns {Random}
 */
export function makeRandom(seed) {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds begin alike; some rounds later they do not.
  for (let round = 0; round < 16; round += 1) next();
  return next;
}

/**
 * @template T
 * @param {Random} random
 * @param {readonly [T, ...T[]]} choices
 * @returns {T}
 */
export function pick(random, choices) {
  return choices[random() % choices.length] ?? choices[0];
}

/**
 * A random-looking word for a word (the finalizer of MurmurHash3); no two words have the same one.
 * @param {number} word its lowest 32 bits count
 * @returns {number} from 0 to 2³² − 1
 */
export function mixed(word) {
  let hash = word ^ (word >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
