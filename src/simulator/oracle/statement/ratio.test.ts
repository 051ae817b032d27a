import { expect, test } from 'vitest';
import { readRatio, roundUp, toMinor, writeRatio } from './ratio.ts';

test.each([
  ['12.50', '12.5'],
  ['-0.01', '-0.01'],
  ['10/4', '2.5'],
  ['10/6', '5/3'],
  ['-1/3', '-1/3'],
  ['0/7', '0'],
  ['1/1024', '0.0009765625'],
])('%s is written %s', (written, expected) => {
  expect(writeRatio(readRatio(written))).toBe(expected);
});

test.each<[string, bigint]>([
  ['0.005', 1n],
  ['-0.005', -1n],
  ['0.0049999', 0n],
  ['2/3', 67n],
  ['-2/3', -67n],
])('%s is %s cents', (written, expected) => {
  expect(toMinor(readRatio(written), 2)).toBe(expected);
});

test.each<[string, bigint]>([
  ['2', 2n],
  ['2.1', 3n],
  ['0', 0n],
  ['-2.5', -2n],
])('%s is rounded up to %s', (written, expected) => {
  expect(roundUp(readRatio(written))).toBe(expected);
});
