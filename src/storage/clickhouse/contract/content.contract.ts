/** An event comes back as it was stored, and appending keeps what the port promises. */

import type { Property } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRows } from '../../usage-rows/encode-rows.ts';
import { BlockRefused } from '../../usage-store.ts';
import { wholeSum } from './exactness.contract.ts';
import { hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !/[\p{Cc}]/u.test(one));
const someText = text.filter((one) => one.length > 0);
const name = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/), fc.constantFrom('__proto__', '10', '9'));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one));
const value = fc.oneof(text, number, fc.boolean(), fc.constantFrom<string[]>(...hostileTexts));
const properties = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 8 });
const decimal = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String);
/** Half a year, for every month more slows all later questions; the edges of time have a test of their own. */
const timeMs = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 6, 1) });
const fingerprint = fc.stringMatching(/^[0-9a-f]{16}$/);
const content = fc.record({
  ...{ customerId: someText, service: someText, source: someText, quantity: decimal, timeMs, fingerprint },
  ...{ amount: fc.option(decimal), properties, traceparent: text, receivedAtMs: timeMs },
});

export function contentContract(subject: () => StoreUnderTest): void {
  test('an event comes back as it was stored', async () => {
    const { store, append, event } = subject();
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 20 }), async (contents) => {
        const events = contents.map((fields) => event(fields));
        await append(...events);
        const one = events[0]!;
        expect(await store.findEvent(one)).toEqual(one);
        const filter = { customerId: one.customerId, service: one.service, source: one.source };
        const listed = await store.listEvents({ filter, order: 'asc', after: null, limit: 1000 });
        expect(listed.filter((other) => other.id === one.id)).toEqual([one]);
      }),
      { numRuns: 30 },
    );
  });

  test('properties keep their types, their names and their order', async () => {
    const { store, append, event } = subject();
    const typed: Property[] = [
      ['10', 1],
      ['9', '1'],
      ['__proto__', 'true'],
      ['constructor', true],
      ['empty', ''],
    ];
    const stored = event({
      properties: [...typed, ...hostileTexts.map((one, n): Property => [`h${n}`, one])],
    });
    await append(stored);
    expect((await store.findEvent(stored))?.properties).toEqual(stored.properties);
  });

  test('the first second that is accepted and the last digit of a millisecond are kept', async () => {
    const { store, append, event } = subject();
    const times = [
      Date.UTC(2000, 0, 1),
      Date.UTC(2000, 0, 1) + 1,
      Date.UTC(2001, 8, 9, 1, 46, 39, 999),
      1_800_000_000_090,
    ];
    const stored = times.map((timeMs) =>
      event({ customerId: 'edges of time', timeMs, receivedAtMs: timeMs }),
    );
    await append(...stored);
    const page = { filter: { customerId: 'edges of time' }, order: 'asc', after: null, limit: 10 } as const;
    expect(await store.listEvents(page)).toEqual(stored);
  });

  test('a block with a row that the engine cannot read is refused for its content, and whole', async () => {
    const { store, event } = subject();
    const good = event({ customerId: 'beside a bad one', quantity: '7' });
    const row = encodeRows([good]).toString();
    const bad = ['seven', '9'.repeat(42)].map((quantity) => row.replace('\t7\t', `\t${quantity}\t`));
    for (const broken of [...bad, row.replace('\t7\t', '\t')]) {
      await expect(store.append([Buffer.from(row + broken)])).rejects.toThrow(BlockRefused);
    }
    expect(await store.findSeen([good])).toEqual([]);
  });

  test('an empty block changes nothing', async () => {
    await expect(subject().store.append([])).resolves.toBeUndefined();
  });
}

/** Runs late, because three hundred months slow whatever comes after. */
export function manyMonthsContract(subject: () => StoreUnderTest): void {
  test('one block may touch three hundred months', async () => {
    const { store, append, event } = subject();
    const month = (n: number) => Date.UTC(2000, n, 1);
    await append(...Array.from({ length: 300 }, (_, n) => event({ customerId: 'months', timeMs: month(n) })));
    const rows = await store.aggregate({ ...wholeSum, filter: { customerId: 'months' } });
    expect(rows.map((row) => row.events)).toEqual([300]);
    // A month is a part at least, and merging never joins two.
    expect(await store.countParts()).toBeGreaterThanOrEqual(300);
  });
}
