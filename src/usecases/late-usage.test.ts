import { expect, test } from 'vitest';
import type { Price } from '../domain/pricing/price.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { LatePolicy } from '../domain/records/late-policy.ts';
import { makeFraction } from '../money/fraction.ts';
import type { MeasureSpan } from '../storage/metered-usage.ts';
import { makeCatalog } from './catalog.ts';
import { chainOf } from './chain-of.ts';
import { lateAdjustments } from './late-usage.ts';

const september = { fromMs: Date.UTC(2026, 8, 1), toMs: Date.UTC(2026, 9, 1) };
const middleMs = Date.UTC(2026, 8, 15);
const watermark = 5;

test('a price and a policy that were written while a period was closed do not change it', async () => {
  const catalog = makeCatalog({
    customers: [customerOf(1, 'next'), customerOf(7, 'ignore')],
    services: [{ id: 'S', name: 'S', unit: '', allowNegative: false, archived: false, ...madeAt(2) }],
    ...{ meters: [], settings: [] },
    prices: [priceOf('p', '1', null, 3), priceOf('q', '2', middleMs, 6)],
    closes: [{ customerId: 'c', period: '2026-09', ...september, watermark, sequence: 9 }],
  });
  const view = catalog.asOf(10);
  const customer = view.customer('c') as Customer;
  const late = { customer, chain: chainOf(catalog, view, customer, null) };
  const needed = { catalog, usageStore: tenUnits, recordStore: billedTen } as unknown as Parameters<
    typeof lateAdjustments
  >[0];
  const question = { customers: [late], sequenceMax: 10, nowMs: Date.UTC(2026, 10, 1) };
  expect([...(await lateAdjustments(needed, question)).values()].flat()).toEqual([]);
});

/** Five before the middle of the month, five after it; nothing came late. */
const tenUnits = {
  lateTouches: async () => [],
  firstEventTimes: async () => new Map([['c', september.fromMs]]),
  aggregate: async () => [{ keys: ['c', 'S'], quantity: '10', events: 2 }],
  measure: async (queries: readonly { readonly spans: readonly MeasureSpan[] }[]) =>
    queries.map(({ spans }) =>
      spans.flatMap(({ customerId, fromMs }) =>
        [fromMs, middleMs].map((start) => ({
          ...{ customerId, keys: [], fromMs: start, toMs: start + 1, events: 1, eventsWithAmount: 0 },
          ...{ quantity: makeFraction(5n, 1n), amount: makeFraction(0n, 1n) },
        })),
      ),
    ),
};

const billedTen = {
  statementsOf: async () => {
    const lines = [{ line: 'S', meter: 'S', quantity: '10', amount: '10.00' }];
    const canonical = JSON.stringify({ period: '2026-09', lines, adjustments: [] });
    return [{ customerId: 'c', sequence: 9, canonical }];
  },
};

function madeAt(sequence: number) {
  return { sequence, createdAtMs: 0, updatedAtMs: 0 };
}

function customerOf(sequence: number, latePolicy: LatePolicy): Customer {
  const customer = { id: 'c', name: 'c', timeZone: 'UTC', currency: 'USD', tags: {}, archived: false };
  return { ...customer, latePolicy, ...madeAt(sequence) };
}

function priceOf(id: string, unitAmount: string, effectiveFromMs: number | null, sequence: number): Price {
  return {
    ...{ id, meter: 'S', service: 'S', currency: 'USD', model: 'per_unit', customerId: null },
    ...{ definition: { unitAmount }, effectiveFromMs, appliesToClosed: false, sequence, createdAtMs: 0 },
  };
}
