import { describe, expect, it } from 'vitest';
import { addMonths, isMonth, monthAt, monthStart, nextMonth } from './month.ts';

describe('a month starts', () => {
  it.each([
    ['in UTC at its first midnight', '2026-10', 'UTC', '2026-10-01T00:00:00.000Z'],
    ['behind UTC later', '2026-10', 'America/New_York', '2026-10-01T04:00:00.000Z'],
    ['half an hour off', '2026-10', 'Pacific/Marquesas', '2026-10-01T09:30:00.000Z'],
    ['a quarter of an hour off', '2026-10', 'Asia/Kathmandu', '2026-09-30T18:15:00.000Z'],
    ['fourteen hours ahead', '2026-10', 'Pacific/Kiritimati', '2026-09-30T10:00:00.000Z'],
    ['in winter after a summer month', '2026-11', 'Europe/Berlin', '2026-10-31T23:00:00.000Z'],
    ['in summer after a winter month', '2026-04', 'Europe/Berlin', '2026-03-31T22:00:00.000Z'],
    // Havana went back from 01:00 to 00:00 that night.
    ['at the first of two midnights', '2015-11', 'America/Havana', '2015-11-01T04:00:00.000Z'],
    // St. John's went back from 00:01 to 23:01 of the day before.
    [
      'where its date appeared first, though the old one came back',
      '2009-11',
      'America/St_Johns',
      '2009-11-01T02:30:00.000Z',
    ],
    // Cairo went back at the end of the day before, which only made that day longer.
    ['once where the clock went back at midnight', '2010-10', 'Africa/Cairo', '2010-09-30T22:00:00.000Z'],
    // Jordan moved its clocks at midnight of 2005-04-01 to 01:00: there was no midnight.
    ['after the gap where there is no midnight', '2005-04', 'Asia/Amman', '2005-03-31T22:00:00.000Z'],
    ['after a leap day', '2028-03', 'UTC', '2028-03-01T00:00:00.000Z'],
  ])('%s', (_, month, zone, start) => {
    expect(new Date(monthStart(month, zone)).toISOString()).toBe(start);
  });
});

it('holds its first and its last millisecond and no other', () => {
  for (const zone of ['Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Marquesas', 'Asia/Amman', 'Africa/Cairo']) {
    for (let month = '2004-01'; month < '2012-01'; month = nextMonth(month)) {
      const start = monthStart(month, zone);
      expect(monthAt(start, zone)).toBe(month);
      expect(monthAt(monthStart(nextMonth(month), zone) - 1, zone)).toBe(month);
    }
  }
});

it('names follow one another over years', () => {
  expect(nextMonth('2026-12')).toBe('2027-01');
  expect(addMonths('2026-01', -1)).toBe('2025-12');
  expect(addMonths('2026-10', 27)).toBe('2029-01');
});

it.each(['2026-13', '2026-00', '2026-1', '202610', '2026-10-01', ' 2026-10', ''])(
  '%j is no month',
  (text) => {
    expect(isMonth(text)).toBe(false);
    expect(() => monthStart(text, 'UTC')).toThrow(TypeError);
  },
);
