/** Aggregation answers what a plain loop over the events answers, for every kind of question. */

import type { Property } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GroupKey, ResultTooLarge, type UsageQuery } from '../../usage-store.ts';
import { wholeSum } from './exactness.contract.ts';
import { plainAggregate } from './plain-aggregate.contract.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const base = Date.UTC(2026, 2, 29);
/** Few distinct values, so that events meet in groups and lie exactly on bounds. */
const moment = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map((n) => base + n * 1000),
  fc.integer({ min: -2, max: 2 }).map((n) => Date.UTC(2026, 3, 1) + n),
);
const customer = fc.constantFrom('aggregate-a', 'aggregate-b', "aggregate-'c");
const service = fc.constantFrom('calls', 'Calls', 'bytes "raw"');
const source = fc.constantFrom('gateway', 'gate\\way');
const value = fc.constantFrom<(string | number | boolean)[]>(
  'eu',
  'EU',
  '',
  1,
  '1',
  1.5,
  true,
  'true',
  '"',
  '\\',
);
const properties = fc.uniqueArray(
  fc.tuple(fc.constantFrom('region', '__proto__', 'a.b'), value) as fc.Arbitrary<Property>,
  { selector: ([name]) => name, maxLength: 3 },
);
const quantity = fc.constantFrom(
  '1',
  '0.1',
  '-0.2',
  '99999999999999999999999999.999999999999',
  '0.000000000001',
);
const content = fc.record({ customerId: customer, service, source, properties, quantity, timeMs: moment });

const ascending = (minLength: number) =>
  fc.uniqueArray(moment, { minLength, maxLength: 5 }).map((list) => [...list].sort((a, b) => a - b));
const windows = fc.record({ starts: ascending(1), stepMs: fc.constantFrom(null, 1, 700, 2000) });
const groupBy = fc.uniqueArray(
  fc.constantFrom<GroupKey[]>(
    ...([
      'customer_id',
      'service',
      'source',
      'properties.region',
      'properties.__proto__',
      'properties.none',
    ] as const),
  ),
  { maxLength: 4 },
);
const filter = fc.record(
  { customerId: customer, service, source, fromMs: moment, toMs: moment },
  { requiredKeys: [] },
);
const customerIds = fc.uniqueArray(customer, { maxLength: 3 });
const query = fc.record(
  {
    filter,
    customerIds,
    windows: fc.option(windows),
    groupBy,
    rowsMax: fc.constant(5000),
  },
  { requiredKeys: ['filter', 'windows', 'groupBy', 'rowsMax'] },
) as fc.Arbitrary<UsageQuery>;

export function aggregateContract(subject: () => StoreUnderTest): void {
  test('aggregation equals a plain loop over all events', async () => {
    const { store, stored, append, event } = subject();
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { maxLength: 12 }),
        fc.array(query, { minLength: 1, maxLength: 4 }),
        async (contents, queries) => {
          await append(...contents.map((fields) => event(fields)));
          for (const one of queries) expect(await store.aggregate(one)).toEqual(plainAggregate(stored, one));
        },
      ),
      { numRuns: 60 },
    );
  });

  describe('the edges of a question', () => edges(subject));
}

function edges(subject: () => StoreUnderTest): void {
  test('hostile texts in every place of a question find exactly their own events', async () => {
    const { store, stored, append, event } = subject();
    for (const text of hostileTexts) await append(event({ customerId: text, service: text, source: text }));
    for (const text of hostileTexts) {
      const asked = { customerId: text, service: text, source: text };
      const question: UsageQuery = {
        ...{
          filter: asked,
          customerIds: [text, 'x'],
          windows: null,
          groupBy: ['customer_id', `properties.${text}`],
        },
        rowsMax: 10,
      };
      const rows = await store.aggregate(question);
      expect(rows).toEqual(plainAggregate(stored, question));
      expect(rows).toHaveLength(1);
    }
  });

  test('more rows than allowed are refused, exactly as many are not', async () => {
    const { store, append, event } = subject();
    await append(...Array.from({ length: 50 }, (_, n) => event({ customerId: 'many', source: `s${n}` })));
    const question: UsageQuery = { ...wholeSum, filter: { customerId: 'many' }, groupBy: ['source'] };
    await expect(store.aggregate({ ...question, rowsMax: 49 })).rejects.toThrow(ResultTooLarge);
    expect(await store.aggregate({ ...question, rowsMax: 50 })).toHaveLength(50);
  });

  test('no events make no row, and no windows or customers neither', async () => {
    const { store } = subject();
    expect(await store.aggregate({ ...wholeSum, filter: { customerId: 'nobody at all' } })).toEqual([]);
    expect(await store.aggregate({ ...wholeSum, filter: {}, windows: { starts: [], stepMs: null } })).toEqual(
      [],
    );
    expect(await store.aggregate({ ...wholeSum, filter: {}, customerIds: [] })).toEqual([]);
  });

  test('bounds far outside of time are no bounds', async () => {
    const { store, stored } = subject();
    const question: UsageQuery = { ...wholeSum, filter: { fromMs: -8.64e15, toMs: 8.64e15 } };
    expect(await store.aggregate(question)).toEqual(plainAggregate(stored, question));
  });
}
