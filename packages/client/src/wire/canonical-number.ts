/**
 * JSON numbers judged by the text they were written with, as decimals (quantity, amount) or as plain numbers
 * (properties). No float takes part in the decimal: a number's own text is rewritten, never computed with.
 */
import { eventLimits } from './event-limits.ts';
import type { WrittenNumber } from './written-number.ts';

const { numberDigitsMax, quantityIntegerDigitsMax, quantityFractionDigitsMax } = eventLimits;

export type CanonicalNumber =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

export type ReadNumber =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

/** A decimal taken apart: its value is ±`digits` × 10^-`scale`. `digits` has no zeros at either end. */
interface Parts {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
  /** Significant digits as written: leading zeros do not count, trailing ones do. */
  readonly written: number;
}

/**
 * The shortest plain decimal of a JSON number. For a plain `number` its text is `String(value)`, which is what
 * was written whenever that had at most 15 digits and no longer writing of the same double exists.
 */
export function canonicalNumber(value: number | WrittenNumber): CanonicalNumber {
  if (Number.isInteger(value) && Math.abs(value as number) < 1e15) return { ok: true, text: String(value) };
  const parts = takeApart(value);
  if (typeof parts === 'string') return { ok: false, reason: parts };
  const { digits, scale } = parts;
  if (digits.length - scale > quantityIntegerDigitsMax) {
    return { ok: false, reason: `has more than ${quantityIntegerDigitsMax} digits before the point` };
  }
  if (scale > quantityFractionDigitsMax) {
    return { ok: false, reason: `has more than ${quantityFractionDigitsMax} digits after the point` };
  }
  return { ok: true, text: plainText(parts) };
}

/**
 * The plain number for a number property. Refused where the number does not hold what was written (`1e-400`
 * would become 0), or where its own text would be refused when sent again: types survive the round trip.
 */
export function plainNumber(value: number | WrittenNumber): ReadNumber {
  // `+ 0` turns -0, which JSON cannot tell from 0 on the way back, into 0.
  if (Number.isInteger(value) && Math.abs(value as number) < 1e15) {
    return { ok: true, value: (value as number) + 0 };
  }
  const parts = takeApart(value);
  if (typeof parts === 'string') return { ok: false, reason: parts };
  if (typeof value === 'number') return { ok: true, value };
  const converted = +value.text + 0;
  const back = takeApart(converted);
  if (typeof back === 'string' || back.digits !== parts.digits || back.scale !== parts.scale) {
    return { ok: false, reason: 'is not held exactly by a number; send it as a string' };
  }
  return { ok: true, value: converted };
}

const numberPattern = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)0*(\d+))?$/;

/** The decimal's parts, or the reason (a string) why it is refused in any place. */
function takeApart(value: number | WrittenNumber): Parts | string {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is not a finite number';
  const text = typeof value === 'number' ? String(value) : value.text;
  const match = numberPattern.exec(text);
  if (match === null) return 'is not a JSON number';
  const [, sign, integer = '', fraction = '', exponentSign, exponentDigits] = match;
  const significant = (integer + fraction).replace(/^0+/, '');
  if (significant.length > numberDigitsMax) {
    return `has more than ${numberDigitsMax} significant digits; send it as a string`;
  }
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, scale: 0, written: 0 };
  const shift = readExponent(exponentSign, exponentDigits);
  const scale = fraction.length - shift - (significant.length - digits.length);
  return { negative: sign === '-', digits, scale, written: significant.length };
}

/** An exponent, held within ±99,999: whatever lies beyond is far out of every range all the same. */
function readExponent(sign: string | undefined, digits: string | undefined): number {
  if (digits === undefined) return 0;
  let size = 0;
  for (let at = 0; at < digits.length && size < 99_999; at += 1)
    size = size * 10 + digits.charCodeAt(at) - 48;
  return sign === '-' ? -Math.min(size, 99_999) : Math.min(size, 99_999);
}

function plainText({ negative, digits, scale }: Parts): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (scale <= 0) return `${sign}${digits}${'0'.repeat(-scale)}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
