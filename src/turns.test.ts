import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTurns, mapInTurns, sortInTurns } from './turns.ts';

/** Every look at the clock finds it a millisecond later. */
function tickingClock(): () => number {
  let nowMs = 0;
  return () => {
    nowMs += 1;
    return nowMs;
  };
}

/** How often the event loop came round while `work` was being done. */
async function loopsDuring(work: () => Promise<unknown>): Promise<number> {
  let [loops, over] = [0, false];
  const count = () => {
    loops += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await work();
  over = true;
  return loops;
}

test('what is done in turns gives what map gives', async () => {
  const items = Array.from({ length: 1000 }, (_, n) => n);
  expect(await mapInTurns(items, (n) => n * 2)).toEqual(items.map((n) => n * 2));
  expect(await mapInTurns([], (n) => n)).toEqual([]);
});

test('long work lets the event loop turn again and again', async () => {
  const items = Array.from({ length: 10_000 }, (_, n) => n);
  const turns = makeTurns(tickingClock());
  expect(await loopsDuring(() => mapInTurns(items, (n) => n, turns))).toBeGreaterThan(50);
});

test('a turn is over only after its time, and the next one begins anew', async () => {
  let nowMs = 0;
  const turns = makeTurns(() => nowMs);
  expect(turns.isOver()).toBe(false);
  nowMs = 100;
  expect(turns.isOver()).toBe(true);
  await turns.next();
  expect(turns.isOver()).toBe(false);
});

test('an error of the work is the answer', async () => {
  const failing = mapInTurns([1], () => {
    throw new Error('not this one');
  });
  await expect(failing).rejects.toThrow('not this one');
});

const byNumber = (a: { n: number }, b: { n: number }) => a.n - b.n;

test('sorting in turns gives what a stable sort gives', async () => {
  // Few different numbers and several pieces, so that equals meet in every merge.
  const lists = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 0, maxLength: 3000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(lists, fc.boolean(), async (numbers, inOrder) => {
      const given = inOrder ? numbers.sort((a, b) => a - b) : numbers;
      const items = given.map((n, place) => ({ n, place }));
      expect(await sortInTurns(items, byNumber)).toEqual(items.toSorted(byNumber));
    }),
    { numRuns: 50 },
  );
});

test('a long sort lets the event loop turn again and again', async () => {
  const items = Array.from({ length: 20_000 }, (_, n) => ({ n: (n * 7919) % 20_000 }));
  const turns = makeTurns(tickingClock());
  expect(await loopsDuring(() => sortInTurns(items, byNumber, turns))).toBeGreaterThan(50);
});
