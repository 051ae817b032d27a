/**
 * Decimals written as strings, in shortest plain form. It only rewrites text: no arithmetic, no rounding, no
 * number type in between. On the hot path of ingest, hence by character and without BigInt.
 */
import { eventLimits } from './event-limits.ts';

const { quantityIntegerDigitsMax: integerMax, quantityFractionDigitsMax: fractionMax } = eventLimits;
const lengthMax = 1 + integerMax + 1 + fractionMax;
const minus = 45;
const point = 46;
const zero = 48;

/**
 * The shortest plain form of `-?\d{1,26}(\.\d{1,12})?`: `007.50` is `7.5`, `-0.0` is `0`. Null for any other
 * text (exponents, plus signs, spaces, a bare point, too many digits).
 */
export function canonicalDecimal(text: string): string | null {
  const { length } = text;
  if (length > lengthMax) return null;
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  const integerEnd = skipDigits(text, start);
  if (integerEnd === start || integerEnd - start > integerMax) return null;
  if (integerEnd === length) return shortest(text, start, integerEnd, length);
  if (text.charCodeAt(integerEnd) !== point) return null;
  const fractionDigits = length - integerEnd - 1;
  if (fractionDigits < 1 || fractionDigits > fractionMax) return null;
  return skipDigits(text, integerEnd + 1) === length ? shortest(text, start, integerEnd, length) : null;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
    at += 1;
  }
  return at;
}

/** Cuts leading zeros of the integer, trailing zeros of the fraction, and the sign of a zero. */
function shortest(text: string, start: number, integerEnd: number, length: number): string {
  let from = start;
  while (from < integerEnd - 1 && text.charCodeAt(from) === zero) from += 1;
  let to = length;
  if (integerEnd < length) {
    while (text.charCodeAt(to - 1) === zero) to -= 1;
    if (to === integerEnd + 1) to = integerEnd;
  }
  if (from === start && to === length && (start === 0 || text.charCodeAt(from) !== zero)) return text;
  const digits = text.slice(from, to);
  return start === 0 || digits === '0' ? digits : `-${digits}`;
}
