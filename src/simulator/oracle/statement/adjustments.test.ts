import { expect, test } from 'vitest';
import { expectAdjustments } from './adjustments.ts';

const line = (meter: string, amount: bigint) => ({ meter, dimension: null, amount });

test('what was billed and what is owed now differ by the adjustment', () => {
  const billed = [line('api', 500n), line('storage', 100n)];
  const now = [line('api', 620n), line('storage', 100n)];
  expect(expectAdjustments([{ period: '2026-09', billed, adjusted: [], now }])).toEqual([
    { period: '2026-09', ...line('api', 120n) },
  ]);
});

test('what was adjusted before is not adjusted again', () => {
  const month = { period: '2026-09', billed: [line('api', 500n)], now: [line('api', 620n)] };
  expect(expectAdjustments([{ ...month, adjusted: [line('api', 120n)] }])).toEqual([]);
  expect(expectAdjustments([{ ...month, adjusted: [line('api', 100n)] }])).toEqual([
    { period: '2026-09', ...line('api', 20n) },
  ]);
});

test('a line that is gone is given back, a new one is charged', () => {
  const adjustments = expectAdjustments([
    { period: '2026-09', billed: [line('api', 500n)], adjusted: [], now: [] },
    { period: '2026-10', billed: [], adjusted: [], now: [line('mail', 7n)] },
  ]);
  expect(adjustments).toEqual([
    { period: '2026-09', ...line('api', -500n) },
    { period: '2026-10', ...line('mail', 7n) },
  ]);
});
