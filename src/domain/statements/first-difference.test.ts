import { expect, it } from 'vitest';
import type { Json } from './canonical-json.ts';
import { firstDifference } from './first-difference.ts';

const cases: readonly [string, Json, Json, string | null][] = [
  ['equal values', { a: [1, { b: null }] }, { a: [1, { b: null }] }, null],
  ['another text', { a: 'x' }, { a: 'y' }, 'a'],
  ['another type', { a: '1' }, { a: 1 }, 'a'],
  [
    'a value deep inside',
    { lines: [{}, { slices: [{ q: '1' }] }] },
    { lines: [{}, { slices: [{ q: '2' }] }] },
    'lines[1].slices[0].q',
  ],
  ['a longer list', [1], [1, 2], '[1]'],
  ['a shorter list', [1, 2], [1], '[1]'],
  ['a member more', {}, { a: null }, 'a'],
  ['a member less', { a: false }, {}, 'a'],
  ['null and nothing', { a: null }, { a: {} }, 'a'],
];

it.each(cases)('%s', (_, stored, recomputed, path) => {
  expect(firstDifference(stored, recomputed)?.path ?? null).toBe(path);
});
