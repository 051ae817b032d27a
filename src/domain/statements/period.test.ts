import { expect, test } from 'vitest';
import { checkPeriod } from './period.ts';

test.each([
  ['1999-12', null],
  ['2026-10', null],
  ['9999-11', null],
  ['1999-11', 'period_invalid'],
  ['1926-10', 'period_invalid'],
  ['9999-12', 'period_invalid'],
  ['2026-13', 'period_invalid'],
  ['2026-1', 'period_invalid'],
])('of the name %s one says %s', (name, code) => {
  expect(checkPeriod(name)?.code ?? null).toBe(code);
});
