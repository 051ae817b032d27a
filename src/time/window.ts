/**
 * Windows over time: `hour`, `15minute`, `2week`, … in a time zone (DESIGN.md 3.4). Days and longer follow the local
 * calendar, counted from 1970 (weeks start on Monday); shorter ones divide each local day from its first instant, so
 * they keep their length across a daylight-saving change and the last one of a day is cut at the next day's start.
 * It makes instants and nothing else: what falls into a window is counted elsewhere.
 */
import { Temporal } from 'temporal-polyfill';
import { dayStart, localDate } from './zone.ts';

export interface Window {
  readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  readonly count: number;
}

/** The starts of all windows that touch a span; the last start is not before the span's end. */
export interface WindowGrid {
  readonly starts: readonly number[];
  /** Length of a window shorter than a day; `starts` are then the starts of days. */
  readonly stepMs: number | null;
}

const countMax = { minute: 1440, hour: 24, day: 366, week: 53, month: 120, year: 100 } as const;
const stepUnitMs = { minute: 60_000, hour: 3_600_000 } as const;

/** Reads `day`, `15minute`, …; null when it is no window. */
export function parseWindow(text: string): Window | null {
  const match = /^([1-9]\d{0,3})?(minute|hour|day|week|month|year)$/.exec(text);
  if (!match) return null;
  const unit = match[2] as Window['unit'];
  const count = match[1] === undefined ? 1 : Number.parseInt(match[1], 10);
  return count > countMax[unit] ? null : { unit, count };
}

/** All windows that touch `[fromMs, toMs)`. */
export function windowGrid(window: Window, zone: string, fromMs: number, toMs: number): WindowGrid {
  const { unit, count } = window;
  if (unit === 'minute' || unit === 'hour') {
    return { starts: calendarStarts('day', 1, zone, fromMs, toMs), stepMs: count * stepUnitMs[unit] };
  }
  return { starts: calendarStarts(unit, count, zone, fromMs, toMs), stepMs: null };
}

/** Where the window that starts at `startMs` ends. */
export function windowEnd(grid: WindowGrid, startMs: number): number {
  const next = grid.starts[indexAfter(grid.starts, startMs)];
  if (next === undefined) throw new RangeError('the window lies outside its grid');
  return grid.stepMs === null ? next : Math.min(startMs + grid.stepMs, next);
}

/** Where the window that holds an instant starts. */
export function windowStart({ starts, stepMs }: WindowGrid, ms: number): number {
  const start = starts[indexAfter(starts, ms) - 1];
  if (start === undefined) throw new RangeError('the instant lies before the grid');
  return stepMs === null ? start : start + Math.floor((ms - start) / stepMs) * stepMs;
}

/** The starts of windows strictly inside `(fromMs, toMs)`, both of which lie on the grid. */
export function windowStartsIn(grid: WindowGrid, fromMs: number, toMs: number): number[] {
  const inside: number[] = [];
  for (let start = windowEnd(grid, windowStart(grid, fromMs)); start < toMs; start = windowEnd(grid, start)) {
    inside.push(start);
  }
  return inside;
}

type CalendarUnit = 'day' | 'week' | 'month' | 'year';

function calendarStarts(
  unit: CalendarUnit,
  count: number,
  zone: string,
  fromMs: number,
  toMs: number,
): number[] {
  let date = alignedDate(localDate(fromMs, zone), unit, count);
  let last = dayStart(date, zone);
  const starts = [last];
  while (last < toMs) {
    date = date.add({ [`${unit}s`]: count });
    const next = dayStart(date, zone);
    // A date that the zone left out (Samoa had no 30 December 2011) is no window.
    if (next > last) starts.push(next);
    last = next;
  }
  return starts;
}

/** The first date of the window that holds `date`. */
function alignedDate(date: Temporal.PlainDate, unit: CalendarUnit, count: number): Temporal.PlainDate {
  const epoch = new Temporal.PlainDate(1970, 1, 1);
  if (unit === 'year') return new Temporal.PlainDate(aligned(date.year - 1970, count) + 1970, 1, 1);
  if (unit === 'month') {
    return epoch.add({ months: aligned((date.year - 1970) * 12 + date.month - 1, count) });
  }
  const monday = unit === 'week' ? epoch.add({ days: 4 }) : epoch;
  const days = monday.until(date, { largestUnit: 'days' }).days;
  return monday.add({ days: aligned(days, unit === 'week' ? 7 * count : count) });
}

function aligned(value: number, count: number): number {
  return Math.floor(value / count) * count;
}

function indexAfter(starts: readonly number[], ms: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
