import { expect, test } from 'vitest';
import { randomFrom } from './random.ts';

const draw = (seed: number, stream: string) => {
  const random = randomFrom(seed, stream);
  return Array.from({ length: 5 }, () => random.below(1000));
};

test('the numbers of a seed and stream never change', () => {
  expect(draw(1, 'usage')).toMatchInlineSnapshot(`
    [
      776,
      474,
      658,
      97,
      927,
    ]
  `);
  expect(draw(2 ** 40 + 1, 'usage')).toMatchInlineSnapshot(`
    [
      750,
      288,
      668,
      259,
      825,
    ]
  `);
});

test('neighbouring seeds and streams have nothing in common', () => {
  const seen = [draw(1, 'a'), draw(2, 'a'), draw(1, 'b'), draw(2 ** 32 + 1, 'a')].map(
    (numbers) => `${numbers}`,
  );
  expect(new Set(seen).size).toBe(4);
});

test('every number below the limit comes about equally often', () => {
  const random = randomFrom(7, 'spread');
  const counts = new Array<number>(10).fill(0);
  for (let turn = 0; turn < 10_000; turn += 1) {
    const number = random.below(10);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  expect(counts).toHaveLength(10);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('picking from nothing is refused', () => {
  expect(() => randomFrom(1, 'x').pick([])).toThrow('nothing to pick');
});
