/**
 * Months by name (`2026-10`) in time zones. A month starts at the first instant whose local date lies in it: where
 * midnight comes twice the first counts, where it does not come the first instant after the gap.
 * It knows nothing of customers or closes: which months make a chain of billing periods is in domain/statements.
 */
import { Temporal } from 'temporal-polyfill';
import { dayStart, localDate } from './zone.ts';

const shape = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** Names of the same length compare as texts in the order of time. */
export function isMonth(name: string): boolean {
  return shape.test(name);
}

/** The first instant of the month in the zone, in milliseconds since the epoch. */
export function monthStart(name: string, zone: string): number {
  return dayStart(firstDay(name), zone);
}

/** The local month that holds an instant. */
export function monthAt(ms: number, zone: string): string {
  return nameOf(localDate(ms, zone));
}

/** The month `count` months later (earlier, where it is negative). */
export function addMonths(name: string, count: number): string {
  return nameOf(firstDay(name).add({ months: count }));
}

/** The name of the month that follows. */
export function nextMonth(name: string): string {
  return addMonths(name, 1);
}

function firstDay(name: string): Temporal.PlainDate {
  const match = shape.exec(name);
  if (!match) throw new TypeError(`not a month: ${JSON.stringify(name)}`);
  return new Temporal.PlainDate(
    Number.parseInt(match[1] as string, 10),
    Number.parseInt(match[2] as string, 10),
    1,
  );
}

function nameOf({ year, month }: Temporal.PlainDate): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
}
