import { expect, test } from 'vitest';
import { divideHalfAwayFromZero, readDecimal, writeFixed, writeShortest } from './exact.ts';

test.each([
  ['12.5', 2, 1250n],
  ['-0.01', 2, -1n],
  ['007', 0, 7n],
  ['99999999999999999999999999.999999999999', 12, 99999999999999999999999999999999999999n],
])('%s is read exactly', (text, digits, value) => {
  expect(readDecimal(text, digits)).toBe(value);
});

test.each(['', 'abc', '1.234', '1e3', '.5', '5.', '+1'])('"%s" is no decimal of two digits', (text) => {
  expect(() => readDecimal(text, 2)).toThrow('no decimal');
});

test.each([
  [2000n, 2, '20.00', '20'],
  [-5n, 2, '-0.05', '-0.05'],
  [0n, 2, '0.00', '0'],
  [100n, 0, '100', '100'],
  [1050n, 2, '10.50', '10.5'],
  [100000n, 2, '1000.00', '1000'],
])('%s at %i digits is written %s, in short %s', (value, digits, fixed, shortest) => {
  expect(writeFixed(value, digits)).toBe(fixed);
  expect(writeShortest(value, digits)).toBe(shortest);
});

test.each([
  [5n, 10n, 1n],
  [4n, 10n, 0n],
  [-5n, 10n, -1n],
  [-4n, 10n, 0n],
  [15n, 10n, 2n],
  [25n, 10n, 3n],
  [1n, 3n, 0n],
  [2n, 3n, 1n],
])('%s divided by %s is %s: a half goes away from zero', (dividend, divisor, quotient) => {
  expect(divideHalfAwayFromZero(dividend, divisor)).toBe(quotient);
});
