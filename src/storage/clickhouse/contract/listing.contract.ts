/** Paging never skips and never repeats; suspense, amounts and the last sequence are what the events say. */
import { expect, test } from 'vitest';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { EventFilter, UsageStore } from '../../usage-store.ts';
import { wholeSum } from './exactness.contract.ts';
import { matches } from './plain-aggregate.contract.ts';
import { defaultTimeMs, hostileTexts, type StoreUnderTest } from './store-under-test.contract.ts';

async function allPages(store: UsageStore, filter: EventFilter, order: 'asc' | 'desc', limit: number) {
  const found: StoredEvent[] = [];
  for (;;) {
    const last = found.at(-1);
    const after = last === undefined ? null : { timeMs: last.timeMs, sequence: last.sequence };
    const page = await store.listEvents({ filter, order, after, limit });
    found.push(...page);
    if (page.length < limit) return found.map((event) => event.sequence);
  }
}

function expectedOrder(stored: readonly StoredEvent[], filter: EventFilter, order: 'asc' | 'desc'): number[] {
  const asked = stored.filter((event) => matches(event, filter));
  asked.sort((a, b) => a.timeMs - b.timeMs || a.sequence - b.sequence);
  const sequences = asked.map((event) => event.sequence);
  return order === 'asc' ? sequences : sequences.reverse();
}

export function listingContract(subject: () => StoreUnderTest): void {
  test('pages neither skip nor repeat, with many events in one millisecond', async () => {
    const { store, stored, append, event } = subject();
    const times = [0, 0, 0, 1, 1, -1, 86_400_000 * 40];
    const block = Array.from({ length: 70 }, (_, n) =>
      event({
        customerId: 'paged',
        service: `s${n % 3}`,
        source: `g${n % 2}`,
        timeMs: defaultTimeMs + times[n % 7]!,
      }),
    );
    await append(...block.slice(0, 30));
    await append(...block.slice(30));
    const filters: EventFilter[] = [
      { customerId: 'paged' },
      { customerId: 'paged', service: 's1' },
      { source: 'g1' },
      { service: 's2', source: 'g0', fromMs: defaultTimeMs, toMs: defaultTimeMs + 1 },
    ];
    for (const filter of filters) {
      for (const [order, limit] of [
        ['asc', 7],
        ['desc', 7],
        ['desc', 70],
        ['asc', 13],
      ] as const) {
        expect(await allPages(store, filter, order, limit)).toEqual(expectedOrder(stored, filter, order));
      }
    }
    const single = { service: 's2', source: 'g0', fromMs: defaultTimeMs } as const;
    expect(await allPages(store, single, 'asc', 1)).toEqual(expectedOrder(stored, single, 'asc'));
    expect(await allPages(store, {}, 'desc', 1000)).toEqual(expectedOrder(stored, {}, 'desc'));
  });

  test('usage of unknown customers or services is listed once, in order, page by page', async () => {
    await suspenseCase(subject());
  });

  test('a customer has an amount from the first event that carries one', async () => {
    const { store, append, event } = subject();
    await append(event({ customerId: 'no amount' }));
    expect(await store.hasAmount('no amount')).toBe(false);
    await append(event({ customerId: "with 'amount", amount: '0' }));
    expect(await store.hasAmount("with 'amount")).toBe(true);
    expect(await store.hasAmount('unheard of')).toBe(false);
  });

  test('the last sequence is the greatest stored', async () => {
    const { store, stored, append, event } = subject();
    await append(event({ sequence: 2 ** 50 }), event());
    expect(await store.lastSequence()).toBe(Math.max(...stored.map((one) => one.sequence)));
  });

  test('questions asked while blocks arrive see all that was acknowledged before', async () => {
    const { store, append, event } = subject();
    let acknowledged = 0;
    const writing = (async () => {
      for (let block = 0; block < 15; block += 1) {
        await append(...Array.from({ length: 20 }, () => event({ customerId: 'busy' })));
        acknowledged += 20;
      }
    })();
    const asking = Array.from({ length: 8 }, async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const before = acknowledged;
        const [row] = await store.aggregate({ ...wholeSum, filter: { customerId: 'busy' } });
        expect(row?.events ?? 0).toBeGreaterThanOrEqual(before);
        expect((row?.events ?? 0) % 20).toBe(0);
      }
    });
    await Promise.all([writing, ...asking]);
  });
}

async function suspenseCase({ store, stored, append, event }: StoreUnderTest): Promise<void> {
  for (const text of hostileTexts)
    await append(event({ customerId: `suspended ${text}`, service: text, quantity: '0.1' }));
  await append(
    event({ customerId: `suspended \u00e9`, service: '\u00e9', quantity: '0.2', timeMs: defaultTimeMs - 5 }),
  );
  const ours = stored.filter((one) => one.customerId.startsWith('suspended '));
  const others = [...new Set(stored.map((one) => one.customerId))].filter(
    (id) => !id.startsWith('suspended '),
  );
  const knownCustomers = [...others, 'suspended \u00e9', 'suspended \u00e9'];
  const knownServices = [...new Set(stored.map((one) => one.service))].filter((one) => one !== '\u00e9');
  const found = [];
  for (;;) {
    const last = found.at(-1);
    const after = last === undefined ? null : { customerId: last.customerId, service: last.service };
    const page = await store.listSuspense({ knownCustomers, knownServices, after, limit: 3 });
    found.push(...page);
    if (page.length < 3) break;
  }
  const unmatched = stored.filter(
    (one) => !knownCustomers.includes(one.customerId) || one.service === '\u00e9',
  );
  const pairs = new Set(unmatched.map((one) => JSON.stringify([one.customerId, one.service])));
  expect(found.map((row) => JSON.stringify([row.customerId, row.service]))).toEqual(
    [...pairs].sort(bytewise),
  );
  const accented = { customerId: 'suspended \u00e9', service: '\u00e9', quantity: '0.3', events: 2 };
  const times = { firstTimeMs: defaultTimeMs - 5, lastTimeMs: defaultTimeMs };
  expect(found.filter((row) => row.customerId === 'suspended \u00e9' && row.service === '\u00e9')).toEqual([
    { ...accented, ...times },
  ]);
  expect(ours.length).toBeGreaterThan(0);
  const none = await store.listSuspense({
    knownCustomers: [],
    knownServices: [],
    after: null,
    limit: 100_000,
  });
  expect(none.reduce((sum, row) => sum + row.events, 0)).toBe(stored.length);
}

/** By customer, then by service, as bytes. */
function bytewise(a: string, b: string): number {
  const [customerA, serviceA] = JSON.parse(a) as [string, string];
  const [customerB, serviceB] = JSON.parse(b) as [string, string];
  const byCustomer = Buffer.compare(Buffer.from(customerA), Buffer.from(customerB));
  return byCustomer === 0 ? Buffer.compare(Buffer.from(serviceA), Buffer.from(serviceB)) : byCustomer;
}
