import { expect, test } from 'vitest';
import { randomFrom } from './random.ts';

const draw = (seed: number, stream: string) => {
  const random = randomFrom(seed, stream);
  return Array.from({ length: 5 }, () => random.below(1000));
};

test('the numbers of a seed and stream never change', () => {
  expect(draw(1, 'usage')).toMatchInlineSnapshot(`
    [
      893,
      361,
      393,
      404,
      161,
    ]
  `);
  expect(draw(2 ** 40 + 1, 'usage')).toMatchInlineSnapshot(`
    [
      537,
      280,
      16,
      631,
      285,
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

test('a place has its numbers whatever was drawn before, and others than its neighbours', () => {
  const random = randomFrom(7, 'places');
  const at = (place: number) => [0, 1, 2, 3].map(() => random.below(1000), random.at(place)).join();
  const places = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 33];
  const first = places.map((place) => at(place));
  expect(
    [...places]
      .reverse()
      .map((place) => at(place))
      .reverse(),
  ).toEqual(first);
  expect(new Set(first).size).toBe(places.length);
});

test('the first number of each place is spread evenly over places', () => {
  const random = randomFrom(3, 'first');
  const counts = new Array<number>(10).fill(0);
  for (let place = 0; place < 10_000; place += 1) {
    const number = random.at(place).below(10);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
