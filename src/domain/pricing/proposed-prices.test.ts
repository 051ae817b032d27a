import { expect, it } from 'vitest';
import type { PriceContent } from './next-price.ts';
import type { Price } from './price.ts';
import { makePriceBook } from './price-book.ts';
import { priceTimeline, type TimelineQuestion } from './price-timeline.ts';
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

/** `0 always | 100 proposed:0`: which version acts from where between 0 and 1000. */
function acting(versions: readonly Price[], over: Partial<TimelineQuestion> = {}): string {
  const { meters } = priceTimeline({
    book: makePriceBook(versions),
    ...{ meters: [{ id: 'S', additive: true }], customerId: 'c', currency: 'USD' },
    ...{ period: { fromMs: 0, toMs: 1000 }, close: null, closes: [] },
    ...over,
  });
  const stretches = meters.flatMap((meter) => meter.stretches);
  return stretches.map(({ fromMs, price }) => `${fromMs} ${price?.price.id ?? '-'}`).join(' | ');
}

const prices = [
  priceOf('always', null),
  priceOf('before', 99),
  priceOf('same', 100),
  priceOf('later', 200),
  priceOf('euro', 200, { currency: 'EUR' }),
  priceOf('own', 300, { customerId: 'd' }),
  priceOf('other', 200, { meter: 'T' }),
];

it('a proposed version takes the place of what begins with it or later, in its own line only', () => {
  const versions = withProposed(prices, [contentOf(100)], 50);
  expect(acting(versions)).toBe('0 always | 99 before | 100 proposed:0');
  expect(acting(versions, { currency: 'EUR' })).toBe('0 - | 200 euro');
  expect(acting(versions, { customerId: 'd' })).toBe('0 always | 99 before | 100 proposed:0 | 300 own');
  expect(acting(versions, { meters: [{ id: 'T', additive: true }] })).toBe('0 - | 200 other');
});

it('so it does where a version begins later than it says, because a close came before it', () => {
  const closes = [{ toMs: 500, watermark: 7 }];
  const late = [priceOf('always', null), priceOf('shifted', 50, { sequence: 8 })];
  expect(acting(late, { closes })).toBe('0 always | 500 shifted');
  const versions = withProposed(late, [contentOf(100)], 50);
  expect(acting(versions, { closes })).toBe('0 always | 100 proposed:0');
  const first = withProposed([priceOf('first', null, { sequence: 8 })], [contentOf(null)], 0);
  expect(acting(first, { closes })).toBe('0 proposed:0');
});

it('without a moment it begins with the span, and wins over what began then, in the order given', () => {
  const versions = withProposed([priceOf('same', 50)], [contentOf(null), contentOf(50)], 50);
  expect(acting(versions)).toBe('0 - | 50 proposed:1');
});

it('proposed versions follow one another', () => {
  const versions = withProposed(prices, [contentOf(400), contentOf(150)], 50);
  expect(acting(versions)).toBe('0 always | 99 before | 100 same | 150 proposed:1 | 400 proposed:0');
});
