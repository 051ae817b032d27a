import { describe, expect, it } from 'vitest';
import { parseWindow, type Window, windowEnd, windowGrid, windowStart, windowStartsIn } from './window.ts';
import { isTimeZone, monthAround } from './zone.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();
const grid = (text: string, zone: string, from: string, to: string) =>
  windowGrid(parseWindow(text) as Window, zone, at(from), at(to));

describe('reading a window', () => {
  it.each(['minute', '15minute', 'hour', '6hour', 'day', '2week', 'month', '3month', 'year'])(
    'reads %s',
    (text) => {
      expect(parseWindow(text)).not.toBeNull();
    },
  );

  it.each([
    'fortnight',
    '0day',
    '-1day',
    '1.5hour',
    'days',
    '25hour',
    '1441minute',
    '',
    'DAY',
    ' day',
    '99999day',
  ])('refuses %j', (text) => {
    expect(parseWindow(text)).toBeNull();
  });
});

describe('windows of local days', () => {
  it('a New York day of 23 hours starts at 5:00Z and the next at 4:00Z', () => {
    const { starts } = grid('day', 'America/New_York', '2026-03-08T06:00Z', '2026-03-09T10:00Z');
    expect(starts.map(iso)).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      '2026-03-10T04:00:00.000Z',
    ]);
  });

  it('hours divide a day of 25 hours into 25 windows of equal length', () => {
    const hours = grid('hour', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z');
    const ends: number[] = [];
    for (
      let start = at('2026-11-01T04:00Z');
      start < at('2026-11-02T05:00Z');
      start = windowEnd(hours, start)
    )
      ends.push(start);
    expect(ends).toHaveLength(25);
  });

  it('the last of windows that do not fill a day ends with the day', () => {
    const fives = grid('5hour', 'UTC', '2026-11-24T00:00Z', '2026-11-25T00:00Z');
    expect(iso(windowEnd(fives, at('2026-11-24T20:00Z')))).toBe('2026-11-25T00:00:00.000Z');
  });

  it('a day without midnight starts at the first instant after the gap', () => {
    const { starts } = grid('day', 'America/Sao_Paulo', '2018-11-04T12:00Z', '2018-11-04T13:00Z');
    expect(iso(starts[0] as number)).toBe('2018-11-04T03:00:00.000Z');
  });

  it('a date that the zone left out is no window', () => {
    const { starts } = grid('day', 'Pacific/Apia', '2011-12-29T12:00:00Z', '2012-01-01T00:00:00Z');
    const begins = ['2011-12-29', '2011-12-30', '2011-12-31', '2012-01-01'].map(
      (date) => `${date}T10:00:00.000Z`,
    );
    expect(starts.map(iso)).toEqual(begins);
  });

  it('a quarter-hour zone starts its days at a quarter', () => {
    const { starts } = grid('day', 'Asia/Kathmandu', '2026-11-24T00:00Z', '2026-11-24T01:00Z');
    expect(iso(starts[0] as number)).toBe('2026-11-23T18:15:00.000Z');
  });
});

describe('the windows in a span', () => {
  it.each([
    ['day', 'America/New_York', '2026-03-07T12:00Z', '2026-03-10T00:00Z', ['03-08T05', '03-09T04']],
    ['12hour', 'UTC', '2026-03-07T00:00Z', '2026-03-08T12:00Z', ['03-07T12', '03-08T00']],
    ['month', 'UTC', '2026-03-07T00:00Z', '2026-04-01T00:00Z', []],
  ])('of a %s in %s start inside it', (text, zone, from, to, starts) => {
    const windows = grid(text, zone, from, to);
    expect(windowStartsIn(windows, at(from), at(to)).map((ms) => iso(ms).slice(5, 13))).toEqual(starts);
  });

  it('each instant lies in the window that starts before it and ends behind it', () => {
    const hours = grid('5hour', 'America/New_York', '2026-11-01T00:00Z', '2026-11-03T00:00Z');
    for (let ms = at('2026-11-01T00:00Z'); ms < at('2026-11-03T00:00Z'); ms += 1_234_567) {
      const start = windowStart(hours, ms);
      expect(start <= ms && ms < windowEnd(hours, start)).toBe(true);
    }
  });
});

describe('windows of weeks, months and years', () => {
  it('weeks start on Monday', () => {
    const { starts } = grid('week', 'UTC', '2026-11-24T00:00Z', '2026-11-25T00:00Z');
    expect(new Date(starts[0] as number).getUTCDay()).toBe(1);
    expect(iso(starts[0] as number)).toBe('2026-11-23T00:00:00.000Z');
  });

  it('three months are the quarters of the year', () => {
    const { starts } = grid('3month', 'Europe/Berlin', '2026-02-10T00:00Z', '2026-04-10T00:00Z');
    expect(starts.map(iso)).toEqual([
      '2025-12-31T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
      '2026-06-30T22:00:00.000Z',
    ]);
  });

  it('the month around the last millisecond of a month is that month', () => {
    expect(monthAround(at('2026-03-31T21:59:59.999Z'), 'Europe/Berlin')).toEqual({
      fromMs: at('2026-02-28T23:00:00Z'),
      toMs: at('2026-03-31T22:00:00Z'),
    });
  });
});

describe('time zones', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('knows %s', (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each(['', 'Mars/Olympus', '+01:00', 'Europe/Berlin ', '../etc/passwd'])('refuses %j', (zone) => {
    expect(isTimeZone(zone)).toBe(false);
  });
});
