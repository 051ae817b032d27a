import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Meter } from '../domain/meters/meter.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { InstanceSettings } from '../domain/records/instance-settings.ts';
import type { LatePolicy } from '../domain/records/late-policy.ts';
import type { Service } from '../domain/records/service.ts';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import { makeCatalog } from './catalog.ts';

const empty = { customers: [], services: [], meters: [], prices: [], settings: [], closes: [] };

describe('a view as of a sequence', () => {
  test('shows exactly what was written up to it, of every kind, and never changes', () => {
    const catalog = makeCatalog(empty);
    catalog.keepCustomer(customerOf('c', 10, { name: 'first' }));
    catalog.keepService(serviceOf('S', 20));
    catalog.keepMeter(meterOf('eu', 30));
    catalog.keepPrice(priceOf('p', 40));
    catalog.keepSettings(settingsOf(50, 'ignore'));
    const before = catalog.asOf(50);
    catalog.keepCustomer(customerOf('c', 60, { name: 'second' }));
    catalog.keepCloses([closeOf('c', 70)]);
    catalog.keepPrice(priceOf('q', 80));
    catalog.keepMeter(meterOf('us', 90));

    expect(shown(catalog.asOf(9))).toEqual({ name: undefined, meters: ['S'], prices: [], closes: 0 });
    expect(catalog.asOf(9).meter('S')).toBeUndefined();
    expect(catalog.asOf(9).customerIds()).toEqual([]);
    expect(catalog.asOf(20).meter('S')).toMatchObject({ id: 'S', aggregation: 'sum' });
    const atFifty = { name: 'first', meters: ['S', 'eu'], prices: ['p'], closes: 0 };
    expect(shown(catalog.asOf(50))).toEqual(atFifty);
    expect(shown(before)).toEqual(atFifty);
    const now = { name: 'second', meters: ['S', 'eu', 'us'], prices: ['p', 'q'], closes: 1 };
    expect(shown(catalog)).toEqual(now);
    expect(shown(catalog.asOf(90))).toEqual(now);
    expect(shown(catalog.asOf(79))).toEqual({ ...now, prices: ['p'], meters: ['S', 'eu'] });
    expect(catalog.asOf(79).book.versions.map(({ id }) => id)).toEqual(['p']);
    expect(catalog.book.versions.map(({ id }) => id)).toEqual(['p', 'q']);
  });

  test('agrees with a plain search over all versions, whatever was written and wherever it is asked', () => {
    const write = fc.record({ key: fc.constantFrom('a', 'b'), gap: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), fc.integer({ min: 0, max: 130 }), (writes, asked) => {
        const catalog = makeCatalog(empty);
        const all: Customer[] = [];
        let sequence = 0;
        for (const { key, gap } of writes) {
          sequence += gap;
          all.push(customerOf(key, sequence));
          catalog.keepCustomer(customerOf(key, sequence));
        }
        const view = catalog.asOf(asked);
        for (const key of ['a', 'b']) {
          const expected = all.filter(({ id, sequence: own }) => id === key && own <= asked).at(-1);
          expect(view.customer(key)).toEqual(expected);
        }
      }),
    );
  });

  test('other prices replace the versions and the book, and nothing else', () => {
    const catalog = makeCatalog({ ...empty, customers: [customerOf('c', 1)], prices: [priceOf('p', 2)] });
    const what = catalog.asOf(2).withPrices([priceOf('x', 3)]);
    expect(what.prices.map(({ id }) => id)).toEqual(['x']);
    expect(what.book.versions.map(({ id }) => id)).toEqual(['x']);
    expect(what.customer('c')).toEqual(customerOf('c', 1));
    expect(catalog.prices.map(({ id }) => id)).toEqual(['p']);
  });
});

describe('settings and late policies', () => {
  test('the rounding is the one of its time; what was set first counts from the beginning', () => {
    const catalog = makeCatalog(empty);
    expect(catalog.rounding).toBe('half_away_from_zero');
    catalog.keepSettings({ ...settingsOf(50, 'next'), rounding: 'half_even' });
    catalog.keepSettings(settingsOf(60, 'next'));
    expect(catalog.asOf(1).rounding).toBe('half_even');
    expect(catalog.asOf(59).rounding).toBe('half_even');
    expect(catalog.asOf(60).rounding).toBe('half_away_from_zero');
  });

  test("an entry meets its customer's policy of that moment, else the instance's", () => {
    const catalog = makeCatalog({ ...empty, settings: [settingsOf(5, 'next'), settingsOf(30, 'ignore')] });
    catalog.keepCustomer(customerOf('c', 10));
    catalog.keepCustomer(customerOf('c', 40, { latePolicy: 'next' }));
    catalog.keepCustomer(customerOf('c', 50, { latePolicy: 'next', name: 'renamed' }));
    catalog.keepSettings(settingsOf(60, 'next'));
    const policies = [1, 10, 29, 30, 39, 40, 60].map((at) => catalog.latePolicyAt('c', at));
    expect(policies).toEqual(['next', 'next', 'next', 'ignore', 'ignore', 'next', 'next']);
    expect(catalog.latePolicyChanges('c', 10, 100)).toEqual([
      { sequence: 30, policy: 'ignore' },
      { sequence: 40, policy: 'next' },
    ]);
    expect(catalog.latePolicyChanges('c', 30, 39)).toEqual([]);
    expect(catalog.latePolicyAt('nobody', 35)).toBe('ignore');
  });
});

function shown(view: ReturnType<ReturnType<typeof makeCatalog>['asOf']>) {
  return {
    name: view.customer('c')?.name,
    meters: view.metersOf('S').map(({ id }) => id),
    prices: view.prices.map(({ id }) => id),
    closes: view.closesOf('c').length,
  };
}

function customerOf(id: string, sequence: number, more: Partial<Customer> = {}): Customer {
  const text = { id, name: id, timeZone: 'UTC', currency: 'USD', tags: {}, latePolicy: null };
  return { ...text, archived: false, sequence, createdAtMs: 0, updatedAtMs: 0, ...more };
}

function serviceOf(id: string, sequence: number): Service {
  const more = { archived: false, sequence, createdAtMs: 0, updatedAtMs: 0 };
  return { id, name: id, unit: 'call', allowNegative: false, ...more };
}

function meterOf(id: string, sequence: number): Meter {
  const how = { aggregation: 'sum', value: 'quantity', filter: null, seriesBy: [], per: null } as const;
  return { id, name: id, service: 'S', ...how, dimensions: [], sequence, createdAtMs: 0 };
}

function priceOf(id: string, sequence: number): Price {
  const what = { meter: 'S', service: 'S', currency: 'USD', model: 'per_unit' } as const;
  const when = { customerId: null, effectiveFromMs: sequence, appliesToClosed: false };
  return { id, ...what, definition: { unitAmount: '1' }, ...when, sequence, createdAtMs: 0 };
}

function settingsOf(sequence: number, latePolicy: LatePolicy): InstanceSettings {
  return { latePolicy, rounding: 'half_away_from_zero', sequence, createdAtMs: 0 };
}

function closeOf(customerId: string, sequence: number): CloseStamp {
  return { customerId, period: '2026-10', fromMs: 0, toMs: 1, watermark: sequence - 1, sequence };
}
