/**
 * Local calendars: where a day, a month or a year begins in an IANA time zone, as instants.
 * Where midnight comes twice the first counts; where it does not come, the first instant after the gap.
 * It knows no billing periods.
 */
import { Temporal } from 'temporal-polyfill';

export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The local date at an instant. */
export function localDate(ms: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
}

/** The first instant of a local date. */
export function dayStart(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds;
}

/** The local month that holds an instant, as `[fromMs, toMs)`. */
export function monthAround(ms: number, zone: string): { fromMs: number; toMs: number } {
  const first = localDate(ms, zone).with({ day: 1 });
  return { fromMs: dayStart(first, zone), toMs: dayStart(first.add({ months: 1 }), zone) };
}
