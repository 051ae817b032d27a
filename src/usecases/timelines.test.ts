import { expect, test } from 'vitest';
import type { Price } from '../domain/pricing/price.ts';
import { makeCatalog } from './catalog.ts';
import { timelinesOf } from './timelines.ts';

const empty = { customers: [], services: [], meters: [], prices: [], settings: [], closes: [] };
const period = { name: '2026-10', fromMs: 1_000, toMs: 2_000 };

test('a price of one customer in another currency says nothing about the others', () => {
  const catalog = makeCatalog({ ...empty, prices: [priceOf('own', 'a', 'EUR')] });
  const reasonsOf = (customers: readonly string[]) => {
    const timelineOf = timelinesOf(catalog.asOf(1));
    return customers.map((id) => {
      const { unpriced } = timelineOf('S', { customer: { id, currency: 'USD' }, period, close: null });
      return `${id}: ${unpriced.map(({ reason }) => reason)}`;
    });
  };
  expect(reasonsOf(['a', 'b'])).toEqual(['a: currency_mismatch', 'b: price_missing']);
  expect(reasonsOf(['b', 'a'])).toEqual(['b: price_missing', 'a: currency_mismatch']);
});

function priceOf(id: string, customerId: string | null, currency: string): Price {
  return {
    ...{ id, meter: 'S', service: 'S', currency, model: 'per_unit', customerId },
    ...{ definition: { unitAmount: '1' }, effectiveFromMs: null, appliesToClosed: false },
    ...{ sequence: 1, createdAtMs: 0 },
  };
}
