/** JSON numbers by the text they were written with. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalDecimal } from './canonical-decimal.ts';
import { canonicalNumber, plainNumber } from './canonical-number.ts';
import { WrittenNumber } from './written-number.ts';

const written = (text: string) => new WrittenNumber(text);

test.each<readonly [number | WrittenNumber, string]>([
  [0, '0'],
  [-0, '0'],
  [5, '5'],
  [-5.5, '-5.5'],
  [0.1, '0.1'],
  [1e3, '1000'],
  [1e-7, '0.0000001'],
  [1e-12, '0.000000000001'],
  [999_999_999_999_999, '999999999999999'],
  [-999_999_999_999_999, '-999999999999999'],
  [0.123456789012, '0.123456789012'],
  [1e25, '10000000000000000000000000'],
  [written('1e3'), '1000'],
  [written('1E+3'), '1000'],
  [written('1e-7'), '0.0000001'],
  [written('1.50e1'), '15'],
  [written('12.5e-2'), '0.125'],
  [written('1e20'), '100000000000000000000'],
  [written('-0'), '0'],
  [written('-0.000e99999999999999999999'), '0'],
  [written('0.00000000000000000000'), '0'],
  [written('0.5000000000000'), '0.5'],
  [written('100e-2'), '1'],
  [written('1e0000000000000000000000000000002'), '100'],
])('%o is %s', (value, text) => {
  expect(canonicalNumber(value)).toEqual({ ok: true, text });
});

test.each<readonly [number | WrittenNumber, RegExp]>([
  [Number.NaN, /finite/],
  [Number.POSITIVE_INFINITY, /finite/],
  [0.1 + 0.2, /15 significant digits; send it as a string/],
  [1e15, /send it as a string/],
  [2 ** 53, /send it as a string/],
  [1e-13, /12 digits after the point/],
  [1e30, /26 digits before the point/],
  [1e26, /26 digits before the point/],
  [5e-324, /12 digits after the point/],
  [written('10000000000000000001'), /send it as a string/],
  [written('1234567890.123456'), /send it as a string/],
  [written('1000000000000000'), /send it as a string/],
  [written('0.5000000000000000'), /send it as a string/],
  [written('1e-13'), /12 digits after the point/],
  [written('1e30'), /26 digits before the point/],
  [written('1e99999999999999999999'), /26 digits before the point/],
  [written('1e-99999999999999999999'), /12 digits after the point/],
  [written('1e'), /not a JSON number/],
  [written(''), /not a JSON number/],
])('%o is refused', (value, reason) => {
  const result = canonicalNumber(value);
  expect(result.ok ? result.text : result.reason).toMatch(reason);
});

describe('a number property', () => {
  test.each<readonly [number | WrittenNumber, number]>([
    [1.5, 1.5],
    [-0, 0],
    [1e300, 1e300],
    [written('-0'), 0],
    [written('1e3'), 1000],
    [written('1.7e308'), 1.7e308],
    [written('123456789.123456'), 123_456_789.123456],
  ])('%o is kept', (value, number) => {
    expect(plainNumber(value)).toEqual({ ok: true, value: number });
  });

  test.each<readonly [number | WrittenNumber, RegExp]>([
    [written('1e-400'), /send it as a string/],
    [written('1e400'), /send it as a string/],
    [written('1.23456789012345e-320'), /send it as a string/],
    [written('10000000000000000001'), /send it as a string/],
    [written('1e15'), /send it as a string/],
    [0.1 + 0.2, /send it as a string/],
    [Number.NaN, /finite/],
  ])('%o is refused, because it would not come back as written', (value, reason) => {
    const result = plainNumber(value);
    expect(result.ok ? result.value : result.reason).toMatch(reason);
  });
});

test('a number of at most 15 digits means the same as its text sent as a string', () => {
  const value = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(value, ([mantissa, places]) => {
      const digits = String(Math.abs(mantissa)).padStart(places + 1, '0');
      const point = digits.length - places;
      const fraction = places === 0 ? '' : `.${digits.slice(point)}`;
      const text = `${mantissa < 0 ? '-' : ''}${digits.slice(0, point)}${fraction}`;
      const number = mantissa / 10 ** places;
      const expected = canonicalDecimal(text);
      expect(canonicalNumber(number)).toEqual({ ok: true, text: expected });
      expect(canonicalNumber(written(`${mantissa}e-${places}`))).toEqual({ ok: true, text: expected });
    }),
  );
});
