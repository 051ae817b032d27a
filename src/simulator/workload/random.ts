/**
 * The simulator's own random numbers: small, quick, and the same on every machine for the same seed.
 * Not for secrets, and not for ids that others must not guess.
 */

/** A source of numbers that can be set anew to any place of a stream, so that no place depends on another. */
export interface Random {
  /** Goes to a place: the numbers that follow depend on the seed, the stream and the place only. */
  at(place: number): Random;
  /** A whole number from 0 to `limit - 1`; `limit` is at most 2^32. */
  below(limit: number): number;
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T;
}

/** FNV-1a over UTF-16 code units: turns the name of a stream into 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Spreads the bits of a small number over all 32 (the finalizer of MurmurHash3). */
function spread(number: number): number {
  let h = number | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A generator (sfc32) for each (seed, stream), at place 0. A seed is a whole number from 0 to 2^53 - 1. */
export function randomFrom(seed: number, stream: string): Random {
  const seedLow = seed | 0;
  const seedHigh = Math.floor(seed / 2 ** 32) | 0;
  const name = hashOf(stream) | 0;
  let [a, b, c, counter] = [0, 0, 0, 1];

  function next(): number {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }
  const random: Random = {
    at(place) {
      a = spread(seedLow ^ place);
      b = spread(seedHigh + Math.imul(place, 0x9e3779b1));
      c = name ^ spread(Math.floor(place / 2 ** 32) + 1);
      counter = 1;
      // The first numbers still show the place; these rounds mix it in.
      for (let round = 0; round < 6; round += 1) next();
      return random;
    },
    below: (limit) => Math.floor((next() * limit) / 2 ** 32),
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[random.below(items.length)] as T;
    },
  };
  return random.at(0);
}
