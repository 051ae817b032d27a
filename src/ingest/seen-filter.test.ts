import { beforeAll, describe, expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import { makeSeenFilter, type SeenFilter } from './seen-filter.ts';

let hash64: (text: string) => bigint;
beforeAll(async () => {
  hash64 = (await xxhash()).h64;
});

const mebibyte = 2 ** 20;
const makeFilter = (bytesMax: number, expectedCount = 0) =>
  makeSeenFilter({ hash64, secret: 'secret', bytesMax, expectedCount });

/** Pseudo-random hashes, the same for the same seed, in chunks: xorshift32 for each half. */
function* hashChunks(seed: number, count: number): Generator<BigUint64Array> {
  let state = seed;
  for (let left = count; left > 0; left -= 65_536) {
    const halves = new Uint32Array(Math.min(left, 65_536) * 2);
    for (let at = 0; at < halves.length; at += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      halves[at] = Math.imul(state, 0x85ebca6b);
    }
    yield new BigUint64Array(halves.buffer);
  }
}

function addHashes(filter: SeenFilter, seed: number, count: number): void {
  for (const chunk of hashChunks(seed, count)) filter.addHashes(chunk);
}

/** How many of so many hashes the filter may contain. The hash goes round hash64, which would take longer. */
function maybes(probe: Probe, seed: number, count: number): number {
  let found = 0;
  for (const chunk of hashChunks(seed, count)) {
    for (const hash of chunk) if (probe.mayContain(hash)) found += 1;
  }
  return found;
}

interface Probe {
  readonly filter: SeenFilter;
  mayContain(hash: bigint): boolean;
}

function makeProbe(bytesMax: number, expectedCount = 0): Probe {
  let next = 0n;
  const filter = makeSeenFilter({ hash64: () => next, secret: '', bytesMax, expectedCount });
  filter.markComplete();
  const mayContain = (hash: bigint) => {
    next = hash;
    return filter.mayContain('');
  };
  return { filter, mayContain };
}

describe('the filter of what was seen', () => {
  test('says maybe to everything until it is complete, and no afterwards', () => {
    const filter = makeFilter(mebibyte);
    filter.add('source\tseen');
    expect([filter.complete, filter.mayContain('source\tnew')]).toEqual([false, true]);
    filter.markComplete();
    expect([filter.complete, filter.mayContain('source\tnew')]).toEqual([true, false]);
    expect(filter.mayContain('source\tseen')).toBe(true);
  });

  test('knows a key by its hash with the secret, whichever way it was added', () => {
    const filter = makeFilter(mebibyte);
    filter.markComplete();
    filter.addHash(hash64('secret' + 'source\tone'));
    filter.addHashes(new BigUint64Array([0n, hash64('secret' + 'source\ttwo')]).subarray(1));
    expect(['one', 'two', 'three'].map((id) => filter.mayContain(`source\t${id}`))).toEqual([
      true,
      true,
      false,
    ]);
    expect(filter.count()).toBe(2);
  });

  test('under another secret the same keys look different', () => {
    const other = makeSeenFilter({ hash64, secret: 'other', bytesMax: mebibyte, expectedCount: 0 });
    other.markComplete();
    other.addHash(hash64('secret' + 'source\tone'));
    expect(other.mayContain('source\tone')).toBe(false);
  });

  test('refuses a bound that holds nothing', () => {
    for (const bytesMax of [0, 255, Number.NaN]) expect(() => makeFilter(bytesMax)).toThrow(RangeError);
  });
});

describe('its size', () => {
  test('is 4 bytes an event expected and a quarter more, and no less than 16 MiB', () => {
    expect(makeFilter(512 * mebibyte, 8 * mebibyte).bytes()).toBe(40 * mebibyte);
    expect(makeFilter(512 * mebibyte, 1000).bytes()).toBe(16 * mebibyte);
  });

  test('doubles when a generation is full, and nothing that was added is forgotten', () => {
    const probe = makeProbe(256 * mebibyte);
    const full = (16 * mebibyte) / 4;
    addHashes(probe.filter, 1, full);
    expect(probe.filter.bytes()).toBe(16 * mebibyte);
    addHashes(probe.filter, 2, 1000);
    expect([probe.filter.bytes(), probe.filter.count()]).toEqual([48 * mebibyte, full + 1000]);
    expect([maybes(probe, 1, 200_000), maybes(probe, 2, 1000)]).toEqual([200_000, 1000]);
  });

  test('ends at the bound: the last generation takes what is left of it', () => {
    const { filter } = makeProbe(35 * mebibyte);
    addHashes(filter, 1, (16 * mebibyte) / 4);
    expect(filter.bytes()).toBe(16 * mebibyte);
    addHashes(filter, 2, 1);
    expect(filter.bytes()).toBe(35 * mebibyte);
    expect(makeFilter(31 * mebibyte).bytes()).toBe(31 * mebibyte);
  });

  test('past the bound nothing is forgotten; new keys get more maybes', () => {
    const probe = makeProbe(mebibyte);
    addHashes(probe.filter, 1, mebibyte / 4);
    const before = maybes(probe, 3, 100_000);
    addHashes(probe.filter, 2, mebibyte / 2);
    expect(probe.filter.bytes()).toBe(mebibyte);
    expect([maybes(probe, 1, mebibyte / 4), maybes(probe, 2, mebibyte / 2)]).toEqual([
      mebibyte / 4,
      mebibyte / 2,
    ]);
    expect(before).toBeLessThan(5);
    expect(maybes(probe, 3, 100_000)).toBeGreaterThan(500);
  });
});

test('at its design count a generation says maybe to fewer than 2 in a million new keys', () => {
  // 0.83 in theory; blocks of one cache line give 5.
  const probe = makeProbe(2 * mebibyte);
  addHashes(probe.filter, 1, mebibyte / 2);
  expect(maybes(probe, 7, 5_000_000)).toBeLessThan(10);
});
