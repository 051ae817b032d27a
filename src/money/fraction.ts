/**
 * Exact fractions: what decimals cannot hold (a third of a month's fee, an average). Always reduced, the denominator
 * above zero, so that equal values are equal texts. Nothing here loses digits but `roundFraction`, whose digits and
 * mode are required. It does not know currencies.
 */
import type { Decimal } from './decimal.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { divideRounded, type RoundingMode } from './rounding.ts';

export interface Fraction {
  /** Negative for a negative value. */
  readonly numerator: bigint;
  /** Above zero; no common factor with the numerator. */
  readonly denominator: bigint;
}

export const zeroFraction: Fraction = { numerator: 0n, denominator: 1n };
export const oneFraction: Fraction = { numerator: 1n, denominator: 1n };

/** numerator ÷ denominator, reduced. Throws `RangeError` when the denominator is zero. */
export function makeFraction(numerator: bigint, denominator: bigint): Fraction {
  if (denominator === 0n) throw new RangeError('division by zero');
  if (denominator === 1n) return { numerator, denominator };
  if (numerator === 0n) return zeroFraction;
  const factor = commonFactor(numerator, denominator);
  const divisor = denominator < 0n ? -factor : factor;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function fractionFromDecimal(value: Decimal): Fraction {
  return makeFraction(value.units, 10n ** BigInt(value.scale));
}

/** The value as a decimal of the fewest digits, or null when its decimal never ends. */
export function decimalFromFraction(value: Fraction): Decimal | null {
  const scale = digitsToEnd(value.denominator);
  return scale === null
    ? null
    : { units: (value.numerator * 10n ** BigInt(scale)) / value.denominator, scale };
}

export function addFractions(a: Fraction, b: Fraction): Fraction {
  // Most sums of a statement begin with nothing; a common factor is dear to find.
  if (a.numerator === 0n) return b;
  if (b.numerator === 0n) return a;
  if (a.denominator === b.denominator) return makeFraction(a.numerator + b.numerator, a.denominator);
  const numerator = a.numerator * b.denominator + b.numerator * a.denominator;
  return makeFraction(numerator, a.denominator * b.denominator);
}

export function sumFractions(values: Iterable<Fraction>): Fraction {
  let sum = zeroFraction;
  for (const value of values) sum = addFractions(sum, value);
  return sum;
}

export function negateFraction(value: Fraction): Fraction {
  return { numerator: -value.numerator, denominator: value.denominator };
}

export function subtractFractions(a: Fraction, b: Fraction): Fraction {
  return addFractions(a, negateFraction(b));
}

export function multiplyFractions(a: Fraction, b: Fraction): Fraction {
  if (a.numerator === 0n || b.numerator === 0n) return zeroFraction;
  return makeFraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** a ÷ b. Throws `RangeError` when b is zero. */
export function divideFractions(a: Fraction, b: Fraction): Fraction {
  return makeFraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function minFraction(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) <= 0 ? a : b;
}

export function maxFraction(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) >= 0 ? a : b;
}

/** The smallest whole number that is not below the value. */
export function ceilFraction(value: Fraction): bigint {
  const { numerator, denominator } = value;
  const cut = numerator / denominator;
  return numerator > 0n && numerator % denominator !== 0n ? cut + 1n : cut;
}

/** Rounds to `digits` after the point; the result has exactly that scale. */
export function roundFraction(value: Fraction, digits: number, mode: RoundingMode): Decimal {
  return {
    units: divideRounded(value.numerator * 10n ** BigInt(digits), value.denominator, mode),
    scale: digits,
  };
}

/** The shortest plain decimal where there is one, else "numerator/denominator", reduced (MONEY.md 5.1). */
export function formatFraction(value: Fraction): string {
  const decimal = decimalFromFraction(value);
  return decimal ? formatDecimal(decimal) : `${value.numerator}/${value.denominator}`;
}

/** Reads what `formatFraction` writes. Throws `TypeError` for anything else, `RangeError` for a zero denominator. */
export function parseFraction(text: string): Fraction {
  const parts = /^(-?\d+)\/(\d+)$/.exec(text);
  if (parts === null) return fractionFromDecimal(parseDecimal(text));
  return makeFraction(BigInt(parts[1] as string), BigInt(parts[2] as string));
}

/** How many digits after the point 1 ÷ denominator has; null when it never ends. */
function digitsToEnd(denominator: bigint): number | null {
  let rest = denominator;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  return rest === 1n ? Math.max(twos, fives) : null;
}

/** The greatest common factor, above zero; euclid's way. */
function commonFactor(a: bigint, b: bigint): bigint {
  let [high, low] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (low !== 0n) [high, low] = [low, high % low];
  return high;
}
