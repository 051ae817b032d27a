import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFixed, parseDecimal } from './decimal.ts';
import {
  addFractions,
  ceilFraction,
  compareFractions,
  decimalFromFraction,
  divideFractions,
  type Fraction,
  formatFraction,
  fractionFromDecimal,
  makeFraction,
  multiplyFractions,
  parseFraction,
  roundFraction,
  subtractFractions,
} from './fraction.ts';

const big = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
const below = fc.oneof(fc.bigInt({ min: 1n, max: 400n }), fc.bigInt({ min: 1n, max: 10n ** 30n }));
const fraction = fc.tuple(big, below).map(([over, under]) => makeFraction(over, under));

describe('fractions', () => {
  it.each([
    ['6/4', '1.5'],
    ['-2/6', '-1/3'],
    ['0/7', '0'],
    ['-0.50', '-0.5'],
    ['7/1', '7'],
    ['1/1024', '0.0009765625'],
    ['-7/40', '-0.175'],
    ['100/3', '100/3'],
  ])('%s is written as %s', (text, written) => {
    expect(formatFraction(parseFraction(text))).toBe(written);
  });

  it.each(['', '1/', '/2', '1/-2', '1.5/2', 'a', '1/2/3'])('%j is no fraction', (text) => {
    expect(() => parseFraction(text)).toThrow(TypeError);
  });

  it('has no zero below the line', () => {
    expect(() => parseFraction('1/0')).toThrow(RangeError);
    expect(() => divideFractions(parseFraction('1'), parseFraction('0'))).toThrow(RangeError);
  });

  it('text survives the round trip, and equal values are equal texts', () => {
    fc.assert(
      fc.property(fraction, fc.bigInt({ min: 1n, max: 10n ** 9n }), (value, factor) => {
        expect(parseFraction(formatFraction(value))).toEqual(value);
        const scaled = makeFraction(value.numerator * factor, value.denominator * factor);
        expect(formatFraction(scaled)).toBe(formatFraction(value));
        expect(value.denominator > 0n).toBe(true);
      }),
    );
  });

  it('adding and taking away, multiplying and dividing undo each other', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        expect(subtractFractions(addFractions(a, b), b)).toEqual(a);
        fc.pre(b.numerator !== 0n);
        expect(divideFractions(multiplyFractions(a, b), b)).toEqual(a);
      }),
    );
  });

  it('sums and products have the value that cross-multiplication gives', () => {
    fc.assert(
      fc.property(big, below, big, below, (a, b, c, d) => {
        const sum = addFractions(makeFraction(a, b), makeFraction(c, d));
        expect(sum.numerator * b * d).toBe((a * d + c * b) * sum.denominator);
        const product = multiplyFractions(makeFraction(a, b), makeFraction(c, d));
        expect(product.numerator * b * d).toBe(a * c * product.denominator);
        expect(Math.sign(compareFractions(makeFraction(a, b), makeFraction(c, d)))).toBe(sign(a * d - c * b));
      }),
    );
  });

  it('a decimal and its fraction are the same number', () => {
    fc.assert(
      fc.property(big, fc.integer({ min: 0, max: 20 }), (units, scale) => {
        const back = decimalFromFraction(fractionFromDecimal({ units, scale }));
        expect(back && back.units * 10n ** BigInt(scale)).toBe(units * 10n ** BigInt(back?.scale ?? 0));
      }),
    );
  });

  it('the ceiling is the whole number at or just above', () => {
    fc.assert(
      fc.property(fraction, (value) => {
        const up = ceilFraction(value);
        expect(up * value.denominator >= value.numerator).toBe(true);
        expect((up - 1n) * value.denominator < value.numerator).toBe(true);
      }),
    );
  });
});

describe('rounding a fraction', () => {
  it.each([
    ['1/3', 2, '0.33', '0.33'],
    ['2/3', 2, '0.67', '0.67'],
    ['-1/8', 2, '-0.13', '-0.12'],
    ['1/8', 2, '0.13', '0.12'],
    ['5/2', 0, '3', '2'],
    ['-0.0005', 3, '-0.001', '0.000'],
  ])('%s to %i digits is %s half away from zero and %s half even', (text, digits, away, even) => {
    expect(formatFixed(roundFraction(parseFraction(text), digits, 'half_away_from_zero'))).toBe(away);
    expect(formatFixed(roundFraction(parseFraction(text), digits, 'half_even'))).toBe(even);
  });

  it('is at most half a unit away', () => {
    fc.assert(
      fc.property(fraction, fc.integer({ min: 0, max: 4 }), (value: Fraction, digits) => {
        const rounded = roundFraction(value, digits, 'half_even');
        const text = formatFixed(rounded);
        const off = subtractFractions(fractionFromDecimal(parseDecimal(text)), value);
        const twice = (off.numerator < 0n ? -off.numerator : off.numerator) * 2n * 10n ** BigInt(digits);
        expect(twice <= off.denominator).toBe(true);
      }),
    );
  });
});

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
