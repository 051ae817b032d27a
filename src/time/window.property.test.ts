import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseWindow, type Window, windowEnd, windowGrid } from './window.ts';

const zones = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Marquesas',
];
const texts = [
  'minute',
  '15minute',
  '7hour',
  'hour',
  'day',
  '3day',
  'week',
  '2week',
  'month',
  '5month',
  'year',
];

it('windows follow each other without gap or overlap and cover the span', () => {
  const span = fc.tuple(
    fc.integer({ min: 946_684_800_000, max: 1_893_456_000_000 }),
    fc.integer({ min: 1, max: 30 * 86_400_000 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.constantFrom(...zones), span, (text, zone, [from, length]) => {
      const grid = windowGrid(parseWindow(text) as Window, zone, from, from + length);
      const first = grid.starts[0] as number;
      expect(first).toBeLessThanOrEqual(from);
      let start =
        grid.stepMs === null ? first : first + Math.floor((from - first) / grid.stepMs) * grid.stepMs;
      for (let rounds = 0; start < from + length && rounds < 4000; rounds++) {
        const end = windowEnd(grid, start);
        expect(end).toBeGreaterThan(start);
        start = end;
      }
      if (text !== 'minute') expect(start).toBeGreaterThanOrEqual(from + length);
    }),
    { numRuns: 200 },
  );
});
