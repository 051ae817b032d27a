import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localDate, monthAround } from '../../time/zone.ts';
import { dateOf, makeZones } from './zones.ts';

const zones = makeZones();
const names = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Asia/Kathmandu',
  'Pacific/Marquesas',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Sao_Paulo',
];

/** Two libraries with two tables of clocks agree, or one of them is wrong. */
test('local days and months are those of another library', () => {
  const ms = fc.integer({ min: Date.UTC(2015, 0, 2), max: Date.UTC(2028, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...names), ms, (zone, at) => {
      const day = zones.dayOf(at, zone);
      expect(dateOf(day)).toBe(localDate(at, zone).toString());
      expect(zones.monthOf(day, zone)).toEqual(monthAround(at, zone));
    }),
    { numRuns: 300 },
  );
});

test.each<[zone: string, moment: string, date: string]>([
  ['Europe/Berlin', '2026-03-28T22:59:59.999Z', '2026-03-28'],
  ['Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T21:59:59.999Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T22:00:00.000Z', '2026-03-30'],
  ['Asia/Kathmandu', '2026-10-31T18:15:00.000Z', '2026-11-01'],
  ['Pacific/Kiritimati', '2026-10-31T10:00:00.000Z', '2026-11-01'],
  ['Pacific/Marquesas', '2026-11-01T09:29:59.999Z', '2026-10-31'],
])('%s at %s: %s', (zone, moment, date) => {
  expect(dateOf(zones.dayOf(Date.parse(moment), zone))).toBe(date);
});
