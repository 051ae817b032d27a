/**
 * Exact decimals: a bigint coefficient and a count of fraction digits. Quantities and money are these from the
 * wire to the statement. No binary float, no default precision, no rounding but in `roundDecimal`, where the
 * digits and the mode are required. It does not know currencies.
 */
import { divideRounded, type RoundingMode } from './rounding.ts';

export interface Decimal {
  /** The value times 10^scale. */
  readonly units: bigint;
  /** Digits after the point, 0 or more. */
  readonly scale: number;
}

export const zero: Decimal = { units: 0n, scale: 0 };

const plain = /^-?\d+(?:\.\d+)?$/;

/** Reads plain decimal text (`-12.50`); anything else is a programming error: texts are checked at the edge. */
export function parseDecimal(text: string): Decimal {
  if (!plain.test(text)) throw new TypeError(`not a plain decimal: ${JSON.stringify(text)}`);
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

/** The shortest plain form: no exponent, no trailing zeros, never "-0". */
export function formatDecimal(value: Decimal): string {
  if (value.scale === 0) return value.units.toString();
  const text = formatFixed(value);
  return text.replace(/\.?0+$/, '');
}

/** All fraction digits of the value's scale: scale 2 gives "20.00". */
export function formatFixed(value: Decimal): string {
  if (value.scale === 0) return value.units.toString();
  const digits = (value.units < 0n ? -value.units : value.units).toString().padStart(value.scale + 1, '0');
  const sign = value.units < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { units: -b.units, scale: b.scale });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = unitsAt(a, scale) - unitsAt(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Rounds to `digits` after the point; the result has exactly that scale. */
export function roundDecimal(value: Decimal, digits: number, mode: RoundingMode): Decimal {
  if (digits >= value.scale) return { units: unitsAt(value, digits), scale: digits };
  return { units: divideRounded(value.units, 10n ** BigInt(value.scale - digits), mode), scale: digits };
}

/** numerator ÷ denominator, rounded to `digits` after the point. The denominator must not be zero. */
export function divide(
  numerator: Decimal,
  denominator: Decimal,
  digits: number,
  mode: RoundingMode,
): Decimal {
  if (denominator.units === 0n) throw new RangeError('division by zero');
  const shift = digits + denominator.scale - numerator.scale;
  const over = shift >= 0 ? numerator.units * 10n ** BigInt(shift) : numerator.units;
  const under = shift >= 0 ? denominator.units : denominator.units * 10n ** BigInt(-shift);
  return { units: divideRounded(over, under, mode), scale: digits };
}

function unitsAt(value: Decimal, scale: number): bigint {
  return value.scale === scale ? value.units : value.units * 10n ** BigInt(scale - value.scale);
}
