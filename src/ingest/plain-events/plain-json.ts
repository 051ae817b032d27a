/**
 * The pieces of JSON that a plain event is made of, found in a body's bytes. Each function takes the place where a piece
 * begins and says where it ends, or `notPlain` for whatever is unusual or wrong: those bodies are parsed and validated
 * the ordinary way, which alone finds the words for a refusal. Nothing is decoded here.
 */
import { eventLimits } from '@countinghouse/client/wire';

/** No place in a body. */
export const notPlain = -1;

export const byte = {
  tab: 9,
  lineFeed: 10,
  quote: 34,
  apostrophe: 39,
  comma: 44,
  minus: 45,
  point: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const;

/** Printable ASCII but the quote and the backslash: what stands for itself in JSON and in a row. */
const standsForItself = new Uint8Array(256);
standsForItself.fill(1, 0x20, 0x7f);
standsForItself[byte.quote] = 0;
standsForItself[byte.backslash] = 0;

/** The characters of a property's name. */
const inName = new Uint8Array(256);
for (const code of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-')) {
  inName[code] = 1;
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const code = bytes[at];
    if (code !== 32 && code !== byte.lineFeed && code !== 13 && code !== byte.tab) return at;
    at += 1;
  }
}

/** The closing quote of an id or a name whose text begins at `from`: printable ASCII, 1 to 128 of it. */
export function idEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (standsForItself[bytes[at] as number] === 1) at += 1;
  const length = at - from;
  return bytes[at] === byte.quote && length > 0 && length <= eventLimits.idLengthMax ? at : notPlain;
}

/** The closing quote of a property's name whose text begins at `from`. */
export function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (inName[bytes[at] as number] === 1) at += 1;
  const length = at - from;
  return bytes[at] === byte.quote && length > 0 && length <= eventLimits.propertyNameLengthMax
    ? at
    : notPlain;
}

/**
 * The closing quote of a property's text that begins at `from`. Beyond ASCII all is plain but the control characters
 * U+0080–009F; the caller makes sure that the body is UTF-8. Bytes are counted for characters: none is too long then.
 */
export function textEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const code = bytes[at] as number;
    if (standsForItself[code] === 1) at += 1;
    else if (code >= 0x80 && !(code === 0xc2 && (bytes[at + 1] as number) < 0xa0)) at += 1;
    else break;
  }
  const isPlain = bytes[at] === byte.quote && at - from <= eventLimits.propertyStringLengthMax;
  return isPlain ? at : notPlain;
}

export function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= byte.zero && code <= byte.nine;
}

/** The end of a JSON number without an exponent, of so few digits that none is lost; no leading zeros, and not -0. */
export function numberEnd(bytes: Uint8Array, from: number): number {
  const start = bytes[from] === byte.minus ? from + 1 : from;
  const integerEnd = digitsEnd(bytes, start);
  if (integerEnd === start || (bytes[start] === byte.zero && integerEnd > start + 1)) return notPlain;
  if (bytes[integerEnd] !== byte.point) {
    const isMinusZero = start > from && bytes[start] === byte.zero;
    return isMinusZero || integerEnd - start > eventLimits.numberDigitsMax ? notPlain : integerEnd;
  }
  const end = digitsEnd(bytes, integerEnd + 1);
  const isTooLong = end - start - 1 > eventLimits.numberDigitsMax;
  return end === integerEnd + 1 || isTooLong || isTiny(bytes, start, end) ? notPlain : end;
}

/** Below a millionth numbers are written with an exponent. */
function isTiny(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== byte.zero) return false;
  for (let at = start + 2; at < end && at < start + 8; at += 1) if (bytes[at] !== byte.zero) return false;
  return true;
}

export function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  return at;
}

/** Where the shortest form of the fraction of a number that ends at `end` ends: without zeros, or without the point. */
export function trimmedEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  let point = from;
  while (point < end && bytes[point] !== byte.point) point += 1;
  if (point === end) return end;
  while (bytes[at - 1] === byte.zero) at -= 1;
  return at - 1 === point ? point : at;
}

/** Whether the text between is a decimal in a form that only lacks trimming: digits that fit, no leading zero. */
export function isDecimal(bytes: Uint8Array, from: number, end: number): boolean {
  const start = bytes[from] === byte.minus ? from + 1 : from;
  const integerEnd = digitsEnd(bytes, start);
  const integerDigits = integerEnd - start;
  if (integerDigits < 1 || integerDigits > eventLimits.quantityIntegerDigitsMax) return false;
  if (bytes[start] === byte.zero && integerDigits > 1) return false;
  if (integerEnd === end) return true;
  if (bytes[integerEnd] !== byte.point) return false;
  const fractionDigits = end - integerEnd - 1;
  if (fractionDigits < 1 || fractionDigits > eventLimits.quantityFractionDigitsMax) return false;
  return digitsEnd(bytes, integerEnd + 1) === end;
}
