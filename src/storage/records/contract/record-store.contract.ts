/**
 * The contract of the record store: every database behind the port must pass it.
 * It speaks only through the port; what is special to one database is tested beside that adapter.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordStore } from '../../record-store.ts';
import {
  addCustomer,
  addMeter,
  addPrice,
  addService,
  customerOf,
  meterOf,
  priceOf,
  type RecordPlace,
  serviceOf,
} from './record-samples.ts';

/** In the order of their UTF-8 bytes: U+FFFD comes before the emoji, which UTF-16 would put before it. */
const awkwardIds = [
  '"quoted"',
  '%',
  "'; DROP TABLE customer_versions; --",
  'A',
  'Z',
  '\\',
  '_',
  'a',
  'ab',
  'z',
  'ä',
  '株',
  '\ufffd',
  '🚀',
];

export function describeRecordStore(makePlace: () => Promise<RecordPlace>): void {
  let place: RecordPlace;
  let store: RecordStore;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe('versions', () => {
    test('an unknown id is null, and an empty store ends at sequence 0', async () => {
      expect(await store.findCustomer('nobody')).toBeNull();
      expect(await store.findService('nothing')).toBeNull();
      expect(await store.findPrice('none')).toBeNull();
      expect(await store.listCustomers({ after: null, limit: 10 })).toEqual([]);
      expect(await store.lastSequence()).toBe(0);
    });

    test('the version with the greatest sequence is the latest, in whatever order they were written', async () => {
      await addCustomer(store, customerOf('c', 10, { name: 'new', tags: { plan: 'gold' } }));
      await addCustomer(store, customerOf('c', 9, { name: 'old' }));
      await addService(store, serviceOf('s', 12, { unit: 'GB', allowNegative: true }));
      await addService(store, serviceOf('s', 11));

      const latest = customerOf('c', 10, { name: 'new', tags: { plan: 'gold' } });
      expect(await store.findCustomer('c')).toEqual(latest);
      expect(await store.listCustomers({ after: null, limit: 10 })).toEqual([latest]);
      expect(await store.allCustomerVersions()).toEqual([customerOf('c', 9, { name: 'old' }), latest]);
      expect(await store.findService('s')).toEqual(serviceOf('s', 12, { unit: 'GB', allowNegative: true }));
      expect((await store.allServiceVersions()).map(({ sequence }) => sequence)).toEqual([11, 12]);
    });

    test('an archived record leaves the lists and nothing else; a later version brings it back', async () => {
      for (const id of ['a', 'b', 'c']) {
        await addCustomer(store, customerOf(id, id.charCodeAt(0)));
        await addService(store, serviceOf(id, id.charCodeAt(0) + 20));
      }
      await addCustomer(store, customerOf('b', 200, { archived: true }));
      await addService(store, serviceOf('b', 201, { archived: true }));

      expect(ids(await store.listCustomers({ after: null, limit: 10 }))).toEqual(['a', 'c']);
      expect(ids(await store.listServices({ after: null, limit: 10 }))).toEqual(['a', 'c']);
      expect(ids(await store.allCustomerVersions())).toEqual(['a', 'b', 'c', 'b']);
      expect(ids(await store.allServiceVersions())).toEqual(['a', 'b', 'c', 'b']);
      expect((await store.findCustomer('b'))?.archived).toBe(true);
      expect((await store.findService('b'))?.archived).toBe(true);

      await addCustomer(store, customerOf('b', 202));
      expect(ids(await store.listCustomers({ after: null, limit: 10 }))).toEqual(['a', 'b', 'c']);
    });

    test('a sequence is used once: a second record with it is rejected and changes nothing', async () => {
      await addCustomer(store, customerOf('a', 5));
      await expect(addCustomer(store, customerOf('b', 5))).rejects.toThrow(/sequence/);
      expect(ids(await store.allCustomerVersions())).toEqual(['a']);
    });

    test('lastSequence is the greatest of all kinds', async () => {
      await addCustomer(store, customerOf('c', 3));
      expect(await store.lastSequence()).toBe(3);
      await addService(store, serviceOf('s', Number.MAX_SAFE_INTEGER - 1));
      expect(await store.lastSequence()).toBe(Number.MAX_SAFE_INTEGER - 1);
      await addPrice(store, priceOf('p', Number.MAX_SAFE_INTEGER));
      expect(await store.lastSequence()).toBe(Number.MAX_SAFE_INTEGER);
    });
  });

  describe('pages', () => {
    test.each([1, 3, 100])(
      'pages of %i give every id once, in the order of their UTF-8 bytes',
      async (limit) => {
        let sequence = 0;
        for (const id of awkwardIds.toReversed()) {
          await addCustomer(store, customerOf(id, ++sequence, { name: 'before' }));
          await addCustomer(store, customerOf(id, ++sequence));
          await addService(store, serviceOf(id, ++sequence));
          await addPrice(store, priceOf(id, ++sequence));
        }
        expect(await pageThrough((page) => store.listCustomers(page), limit)).toEqual(awkwardIds);
        expect(await pageThrough((page) => store.listServices(page), limit)).toEqual(awkwardIds);
        expect(await pageThrough((page) => store.listPrices(page), limit)).toEqual(awkwardIds);
        for (const id of awkwardIds) expect((await store.findCustomer(id))?.name).toBe(`Name of ${id}`);
      },
    );
  });

  describe('prices', () => {
    test('a taken id is rejected, and the first price stands', async () => {
      await addPrice(
        store,
        priceOf('p', 1, { definition: { unitAmount: '12345678901234567890.000000000001' } }),
      );
      await expect(addPrice(store, priceOf('p', 2))).rejects.toThrow(/id/);
      expect((await store.findPrice('p'))?.definition.unitAmount).toBe('12345678901234567890.000000000001');
      expect(await store.lastSequence()).toBe(1);
    });

    test('lists narrow to a meter, a service, a customer, and to several; superseded versions stay listed', async () => {
      const own = { customerId: 'acme', effectiveFromMs: 1_764_000_000_123 };
      const prices = [
        priceOf('p1', 1),
        priceOf('p2', 2, { effectiveFromMs: 1_764_000_000_000, definition: { unitAmount: '0.03' } }),
        priceOf('p3', 3, own),
        priceOf('p4', 4, { ...own, meter: 'FileSync', service: 'FileSync' }),
      ];
      for (const price of prices) await addPrice(store, price);
      const page = { after: null, limit: 10 };

      expect(await store.listPrices(page)).toEqual(prices);
      expect(await store.allPrices()).toEqual(prices);
      expect(ids(await store.listPrices({ ...page, meter: 'APIRequests' }))).toEqual(['p1', 'p2', 'p3']);
      expect(ids(await store.listPrices({ ...page, service: 'FileSync' }))).toEqual(['p4']);
      expect(ids(await store.listPrices({ ...page, customerId: 'acme' }))).toEqual(['p3', 'p4']);
      expect(ids(await store.listPrices({ ...page, customerId: 'acme', meter: 'FileSync' }))).toEqual(['p4']);
      expect(ids(await store.listPrices({ after: 'p1', limit: 1, meter: 'APIRequests' }))).toEqual(['p2']);
      expect(await store.findPrice('p4')).toEqual(prices[3]);
    });
  });

  describe('meters', () => {
    test('a meter comes back whole, and a taken id is rejected', async () => {
      const whole = meterOf('eu-calls', 1, {
        ...{ aggregation: 'time_weighted', value: 'properties.bytes', per: 'day' },
        filter: { all: [{ field: 'properties.region', op: 'in', value: ['eu', 1, true] }] },
        ...{ dimensions: ['properties.plan'], seriesBy: ['source', 'properties.disk'] },
      });
      await addMeter(store, whole);
      await addMeter(store, meterOf('files', 2));
      await expect(addMeter(store, meterOf('eu-calls', 3))).rejects.toThrow(/id/);
      expect((await store.allMeters())[0]).toEqual(whole);
      expect(ids(await store.allMeters())).toEqual(['eu-calls', 'files']);
      expect(await store.lastSequence()).toBe(2);
    });
  });

  describe('texts and durability', () => {
    test('hostile texts come back exactly', async () => {
      const texts = [
        ...awkwardIds,
        '',
        ' spaces ',
        '\t\n\r\u0001\u007f',
        'e\u0301',
        '\u202e',
        "O'Brien\\",
        '{"a":1}',
        '𝔘'.repeat(128),
      ];
      for (const [index, text] of texts.entries()) {
        const customer = customerOf(`id ${text}`, index + 1, {
          name: text,
          tags: { [`k${text}`]: text, __proto__x: '\0' },
        });
        await addCustomer(store, customer);
        expect(await store.findCustomer(`id ${text}`)).toEqual(customer);
      }
    });

    test('a text that would come back as another one is rejected', async () => {
      for (const text of ['a\0b', 'a\ud800b']) {
        await expect(addCustomer(store, customerOf('c', 1, { name: text }))).rejects.toThrow(/NUL|surrogate/);
      }
      expect(await store.findCustomer('c')).toBeNull();
    });

    test('a store that was closed and opened again has everything', async () => {
      await addCustomer(store, customerOf('c', 1));
      await addService(store, serviceOf('s', 2));
      await addPrice(store, priceOf('p', 3));
      await store.close();
      store = await place.open();

      expect(await store.findCustomer('c')).toEqual(customerOf('c', 1));
      expect(await store.findService('s')).toEqual(serviceOf('s', 2));
      expect(await store.findPrice('p')).toEqual(priceOf('p', 3));
      expect(await store.lastSequence()).toBe(3);
    });

    test('what was asked before close is carried out; afterwards everything is rejected; close may be repeated', async () => {
      const writes = [1, 2, 3].map((n) => addCustomer(store, customerOf(`c${n}`, n)));
      const closed = store.close();
      await Promise.all([...writes, closed, store.close()]);
      await expect(store.findCustomer('c1')).rejects.toThrow();
      store = await place.open();
      expect(ids(await store.allCustomerVersions())).toEqual(['c1', 'c2', 'c3']);
    });
  });
}

function ids(records: readonly { readonly id: string }[]): string[] {
  return records.map((record) => record.id);
}

async function pageThrough(
  list: (page: { after: string | null; limit: number }) => Promise<{ readonly id: string }[]>,
  limit: number,
): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await list({ after, limit });
    expect(page.length).toBeLessThanOrEqual(limit);
    const last = page.at(-1);
    if (last === undefined) return seen;
    seen.push(...ids(page));
    after = last.id;
  }
}
