import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRows } from './parse-rows.ts';

const linesOf = (rows: readonly unknown[]) =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

const itself = (row: readonly unknown[]) => row;

/** Counts how often it was asked for, and never waits for a clock. */
function countingTurns() {
  let count = 0;
  return {
    count: () => count,
    isOver: () => true,
    next: async () => {
      count += 1;
    },
  };
}

test('no rows are no rows', async () => {
  expect(await parseRows(Buffer.alloc(0), itself)).toEqual([]);
});

test('rows come as they were written, wherever the slices are cut', async () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null), fc.constant('\n'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell), { maxLength: 50 }),
      fc.nat({ max: 70_000 }),
      async (rows, pad) => {
        const padded = [['é'.repeat(pad)], ...rows, ['x'.repeat(70_000)], ...rows, ['ü'.repeat(pad)]];
        expect(await parseRows(linesOf(padded), itself)).toEqual(padded);
      },
    ),
    { numRuns: 40 },
  );
});

test('a large answer is parsed in many turns', async () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => [`customer ${n}`, 'calls', '12.5', n]);
  const lines = linesOf(rows);
  const turns = countingTurns();
  expect((await parseRows(lines, itself, turns)).length).toBe(rows.length);
  expect(turns.count()).toBeGreaterThanOrEqual(lines.length / 65_536);
});

test('bytes within a larger buffer are read from where they are', async () => {
  const lines = linesOf([['a', 1]]);
  const around = Buffer.concat([Buffer.from('xx'), lines, Buffer.from('yy')]);
  expect(await parseRows(around.subarray(2, 2 + lines.length), itself)).toEqual([['a', 1]]);
});
