import { expect, test } from 'vitest';
import { type BilledLine, expectAdjustments } from './adjustments.ts';

const line = (meter: string, amount: bigint, dimension?: string): BilledLine => ({
  meter,
  dimension,
  amount,
});
const owes = (period: string, own: BilledLine, ignored = 0n) => ({ period, ...own, ignored });
const next = (...now: BilledLine[]) => ({ policy: 'next' as const, now });
const ignore = (...now: BilledLine[]) => ({ policy: 'ignore' as const, now });

test('what was billed and what is owed now differ by the adjustment', () => {
  const billed = [line('api', 500n), line('storage', 100n)];
  const steps = [next(line('api', 620n), line('storage', 100n))];
  expect(expectAdjustments([{ period: '2026-09', billed, adjusted: [], steps }])).toEqual([
    owes('2026-09', line('api', 120n)),
  ]);
});

test('what was adjusted before is not adjusted again', () => {
  const month = { period: '2026-09', billed: [line('api', 500n)], steps: [next(line('api', 620n))] };
  expect(expectAdjustments([{ ...month, adjusted: [line('api', 120n)] }])).toEqual([]);
  expect(expectAdjustments([{ ...month, adjusted: [line('api', 100n)] }])).toEqual([
    owes('2026-09', line('api', 20n)),
  ]);
});

test('a line that is gone is given back, a new one is charged', () => {
  const adjustments = expectAdjustments([
    { period: '2026-09', billed: [line('api', 500n)], adjusted: [], steps: [next()] },
    { period: '2026-10', billed: [], adjusted: [], steps: [next(line('mail', 7n))] },
  ]);
  expect(adjustments).toEqual([owes('2026-09', line('api', -500n)), owes('2026-10', line('mail', 7n))]);
});

test('values of a dimension are lines of their own', () => {
  const billed = [line('api', 500n), line('api', 30n, '"eu"'), line('api', 40n, 'null')];
  const steps = [next(line('api', 500n), line('api', 31n, '"eu"'), line('api', 40n, 'null'))];
  expect(expectAdjustments([{ period: '2026-09', billed, adjusted: [], steps }])).toEqual([
    owes('2026-09', line('api', 1n, '"eu"')),
  ]);
});

test('what came under ignore is told and not charged, whatever policy comes after', () => {
  const month = { period: '2026-09', billed: [line('api', 500n)], adjusted: [] };
  expect(expectAdjustments([{ ...month, steps: [ignore(line('api', 620n))] }])).toEqual([
    owes('2026-09', line('api', 0n), 120n),
  ]);
  const steps = [next(line('api', 510n)), ignore(line('api', 620n)), next(line('api', 650n))];
  expect(expectAdjustments([{ ...month, steps }])).toEqual([owes('2026-09', line('api', 40n), 110n)]);
});
