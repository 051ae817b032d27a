/**
 * RFC 3339 times as epoch milliseconds and back. No zones, no calendars, no clock: those are the server's.
 * Read by hand instead of by `Date.parse`, which accepts much that RFC 3339 does not and is slower.
 */
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const dayMs = 86_400_000;
const minuteMs = 60_000;
/** What four digits of year can write in UTC; an offset could lead beyond it. */
const yearZeroMs = -62_167_219_200_000;
const yearTenThousandMs = 253_402_300_800_000;

/**
 * Milliseconds since 1970-01-01T00:00Z, finer fractions cut (towards the past). Null when `text` is no
 * RFC 3339 date-time, names a day or an hour that does not exist (24:00 and second 60 included), or lies
 * outside the years 0000 to 9999 in UTC.
 */
export function parseTime(text: string): number | null {
  if (text.length < 20 || !hasDateTimeMarks(text)) return null;
  const days = readDays(text);
  const hour = readPair(text, 11);
  const minute = readPair(text, 14);
  const second = readPair(text, 17);
  // An unreadable pair is NaN, and every comparison with NaN is false.
  if (!(hour <= 23 && minute <= 59 && second <= 59) || days === null) return null;
  const fractionEnd = text.charCodeAt(19) === 46 ? skipDigits(text, 20) : 19;
  if (fractionEnd === 20) return null;
  const offsetMinutes = readOffset(text, fractionEnd);
  if (offsetMinutes === null) return null;
  const ms = days * dayMs + hour * 3_600_000 + (minute - offsetMinutes) * minuteMs + second * 1000;
  const time = ms + readFractionMs(text, 20, fractionEnd);
  return time >= yearZeroMs && time < yearTenThousandMs ? time : null;
}

/** `2026-11-24T10:00:00.123Z`, always with three digits of fraction. Takes what `parseTime` gives. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}

function hasDateTimeMarks(text: string): boolean {
  return (
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    (text.charCodeAt(10) | 32) === 116 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  );
}

/** Two decimal digits at `at`; NaN when they are not two digits. */
function readPair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Days since 1970-01-01 of the date that `text` begins with; null when there is no such day. */
function readDays(text: string): number | null {
  const year = readPair(text, 0) * 100 + readPair(text, 2);
  const month = readPair(text, 5);
  const day = readPair(text, 8);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return null;
  if (day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (monthDays[month - 1] ?? 0);
}

/** Years are counted from March, so that the leap day is a year's last. `Date.UTC` maps years 0–99 to 1900. */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57) at += 1;
  return at;
}

/** The first three digits of the fraction; the others are cut. */
function readFractionMs(text: string, from: number, end: number): number {
  let ms = 0;
  for (let at = from, unit = 100; unit >= 1; at += 1, unit /= 10) {
    if (at < end) ms += (text.charCodeAt(at) - 48) * unit;
  }
  return ms;
}

/** Minutes east of UTC that the rest of `text` names; null when it is neither `Z` nor `±hh:mm`. */
function readOffset(text: string, at: number): number | null {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return text.length === at + 1 ? 0 : null;
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return null;
  const hours = readPair(text, at + 1);
  const minutes = readPair(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return null;
  return sign === 43 ? hours * 60 + minutes : -(hours * 60 + minutes);
}
