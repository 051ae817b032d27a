import { expect, test } from 'vitest';
import { readWholeNumber } from './whole-number.ts';

test.each([
  ['1', 1],
  ['007', 7],
  ['10', 10],
])('"%s" is %i', (text, number) => {
  expect(readWholeNumber('seed', text, 1, 10)).toBe(number);
});

test.each(['', '0', '11', '-1', '1.5', '1e1', '5x', ' 5', '99999999999999999999'])(
  '"%s" is refused by name',
  (text) => {
    expect(() => readWholeNumber('seed', text, 1, 10)).toThrow('--seed must be a whole number from 1 to 10');
  },
);
