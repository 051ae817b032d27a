/**
 * The simulator's own random numbers: small, quick, and the same on every machine for the same seed.
 * Not for secrets, and not for ids that others must not guess.
 */
export interface Random {
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

/**
 * A generator (sfc32) of its own for each (seed, stream). Event 17 draws from the stream "usage 17",
 * so it stays the same event however many others a plan holds.
 */
export function randomFrom(seed: number, stream: string): Random {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = hashOf(stream);
  let counter = 1;
  function next(): number {
    const result = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + result) >>> 0;
    return result;
  }
  // The first numbers still show the seed; twelve rounds mix it in.
  for (let round = 0; round < 12; round += 1) next();

  const below = (limit: number) => Math.floor((next() * limit) / 2 ** 32);
  return {
    below,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[below(items.length)] as T;
    },
  };
}
