import { expect, it } from 'vitest';
import type { PriceContent } from './next-price.ts';
import type { Price } from './price.ts';
import { withProposed } from './proposed-prices.ts';

const line = { meter: 'S', service: 'S', currency: 'USD', model: 'per_unit', customerId: null } as const;

function priceOf(id: string, effectiveFromMs: number | null, more: Partial<Price> = {}): Price {
  const definition = { unitAmount: '1' };
  return {
    id,
    ...line,
    definition,
    effectiveFromMs,
    appliesToClosed: false,
    sequence: 1,
    createdAtMs: 0,
    ...more,
  };
}

function contentOf(effectiveFromMs: number | null, more: Partial<PriceContent> = {}): PriceContent {
  return { ...line, definition: { unitAmount: '2' }, effectiveFromMs, appliesToClosed: false, ...more };
}

it('a proposed version takes the place of what begins with it or later, in its own line only', () => {
  const prices = [
    priceOf('always', null),
    priceOf('before', 99),
    priceOf('same', 100),
    priceOf('later', 200),
    priceOf('euro', 200, { currency: 'EUR' }),
    priceOf('own', 200, { customerId: 'c' }),
    priceOf('other', 200, { meter: 'T' }),
  ];
  const versions = withProposed(prices, [contentOf(100)], 50);
  expect(versions.map(({ id }) => id)).toEqual(['always', 'before', 'euro', 'own', 'other', 'proposed:0']);
  expect(versions.at(-1)).toMatchObject({ effectiveFromMs: 100, appliesToClosed: true });
});

it('without a moment it begins with the span, and wins over what began then, in the order given', () => {
  const versions = withProposed([priceOf('same', 50)], [contentOf(null), contentOf(50)], 50);
  expect(versions.map(({ id, effectiveFromMs }) => [id, effectiveFromMs])).toEqual([
    ['proposed:0', 50],
    ['proposed:1', 50],
  ]);
  const [first, second] = versions;
  expect((second?.sequence ?? 0) > (first?.sequence ?? 0)).toBe(true);
});
