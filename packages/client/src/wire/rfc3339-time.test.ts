/** RFC 3339 times, against a table and against the engine's own calendar. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime, parseTime } from './rfc3339-time.ts';

test.each([
  ['2026-11-24T10:00:00.123Z', '2026-11-24T10:00:00.123Z'],
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24t10:00:00z', '2026-11-24T10:00:00.000Z'],
  ['2026-11-24T10:00:00.1Z', '2026-11-24T10:00:00.100Z'],
  ['2026-11-24T10:00:00.1239999999999Z', '2026-11-24T10:00:00.123Z'],
  ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
  ['2026-11-24T10:00:00+05:45', '2026-11-24T04:15:00.000Z'],
  ['2026-11-24T23:30:00-01:00', '2026-11-25T00:30:00.000Z'],
  ['2026-11-24T10:00:00-00:00', '2026-11-24T10:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
  ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is %s', (written, utc) => {
  expect(formatTime(parseTime(written) ?? Number.NaN)).toBe(utc);
});

test.each([
  '',
  '2026-11-24',
  '2026-11-24T10:00:00',
  '2026-11-24 10:00:00Z',
  '2026-11-24T10:00Z',
  '2026-11-24T10:00:00.Z',
  '2026-11-24T10:00:00,5Z',
  '2026-11-24T10:00:00+0100',
  '2026-11-24T10:00:00+01',
  '2026-11-24T10:00:00+24:00',
  '2026-11-24T10:00:00+01:60',
  '2026-11-24T10:00:00ZZ',
  ' 2026-11-24T10:00:00Z',
  '2026-11-24T10:00:00Z ',
  '2026-11-24T24:00:00Z',
  '2026-11-24T23:60:00Z',
  '2016-12-31T23:59:60Z',
  '2026-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-13-10T00:00:00Z',
  '2026-11-00T00:00:00Z',
  '20-6-11-24T10:00:00Z',
  '2026-1a-24T10:00:00Z',
  '٢٠٢٦-11-24T10:00:00Z',
  '+02026-11-24T10:00:00Z',
  '0000-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  'Tue, 24 Nov 2026 10:00:00 GMT',
])('%j is refused', (text) => {
  expect(parseTime(text)).toBeNull();
});

test('every moment reads back as it was written, in any offset', () => {
  const moment = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9998-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, fc.integer({ min: -1439, max: 1439 }), (date, offset) => {
      const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(offset);
      const pad = (n: number) => String(n).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
      expect(parseTime(local + zone)).toBe(date.getTime());
      expect(formatTime(date.getTime())).toBe(date.toISOString());
    }),
  );
});

test('every day of the calendar exists, and no other', () => {
  const part = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(part(9999), part(14), part(33), (year, month, day) => {
      const pad = (n: number, width: number) => String(n).padStart(width, '0');
      const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T00:00:00.000Z`;
      const date = new Date(text);
      const exists = !Number.isNaN(date.getTime()) && date.toISOString() === text;
      expect(parseTime(text)).toBe(exists ? date.getTime() : null);
    }),
    { numRuns: 2000 },
  );
});
