/**
 * A month that can be computed by hand: two customers, two services, two prices, four events, closed. All of it is written
 * through the client, and each answer is compared whole. What else the client says of it is the tests'.
 */
import type {
  BillingClient,
  BillingClientOptions,
  Customer,
  ListedEvent,
  Price,
  Service,
} from '@countinghouse/client';
import { expect } from 'vitest';
import { apiOf } from '../support/requests.ts';

/** A client of the server under test. */
export type Connect = (options?: BillingClientOptions) => BillingClient;

export const text: string = expect.any(String);
export const written = { sequence: expect.stringMatching(/^\d+$/), created_at: text };
export const version = { ...written, updated_at: text, archived: false };
export const source = 'gate/way';
export const month = { from: '2025-09-30T22:00:00.000Z', to: '2025-10-31T23:00:00.000Z' };
export const acme: Customer = {
  ...{
    id: 'acme',
    name: 'Acme',
    time_zone: 'Europe/Berlin',
    currency: 'EUR',
    tags: { plan: 'pro' },
    ...version,
  },
};
export const other: Customer = {
  ...{ id: 'zoe/1', name: 'Zoe', time_zone: 'UTC', currency: 'USD', tags: {}, ...version },
};
export const calls: Service = {
  id: 'Calls',
  name: 'API calls',
  unit: 'call',
  allow_negative: false,
  ...version,
};
export const store: Service = { id: 'Store', name: 'Store', unit: 'GB', allow_negative: true, ...version };
const tiers = [
  { from: '0', to: '10', unit_amount: '1', flat_amount: '0' },
  { from: '10', to: null, unit_amount: '0.5', flat_amount: '0' },
];
export const callsPrice: Price = {
  ...{
    id: 'p-calls',
    meter: 'Calls',
    service: 'Calls',
    currency: 'EUR',
    model: 'graduated',
    tiers,
    ...written,
  },
};
export const minted: string = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/);
export const storePrice: Price = {
  ...{
    id: minted,
    meter: 'Store',
    service: 'Store',
    currency: 'EUR',
    model: 'per_unit',
    unit_amount: '0.25',
  },
  ...written,
};
export const kept = { sequence: written.sequence, received_at: text };
export const event = (
  id: string,
  service: string,
  time: string,
  quantity: string,
): Omit<ListedEvent, 'sequence' | 'received_at'> => ({
  ...{ source, id, customer_id: 'acme', service, time: `2025-10-${time}:00.000Z`, quantity, properties: {} },
});
export const events = [
  { ...event('e1', 'Calls', '02T10:00', '8'), properties: { region: 'eu', n: 1.5, on: true } },
  { ...event('e2', 'Calls', '20T10:00', '4.5'), properties: { region: 'us' } },
  { ...event('e3', 'Store', '20T11:00', '0.333'), amount: '1.5' },
  event('e4', 'Nowhere', '20T12:00', '1'),
];
export const unpriced = {
  ...{ customer_id: 'acme', service: 'Nowhere', meter: 'Nowhere', reason: 'service_unknown' as const },
  ...{ quantity: '1', events: 1 },
};

/** On an empty server at `url`. */
export async function makeKnownMonth(connect: Connect, url: string): Promise<void> {
  const client = connect({ source });
  const { id: _, archived: __, sequence: ___, created_at: ____, updated_at: _____, ...customer } = acme;
  expect(await client.putCustomer('acme', customer)).toEqual<Customer>(acme);
  expect(await client.putCustomer('zoe/1', { name: 'Zoe' })).toEqual<Customer>(other);
  expect(await client.putService('Calls', { name: 'API calls', unit: 'call' })).toEqual<Service>(calls);
  const storeInput = { name: 'Store', unit: 'GB', allow_negative: true };
  expect(await client.putService('Store', storeInput)).toEqual<Service>(store);
  const { meter: _m, sequence: _s, created_at: _c, ...calling } = callsPrice;
  expect(await client.postPrice(calling)).toEqual<Price>(callsPrice);
  const storing = { service: 'Store', currency: 'EUR', model: 'per_unit', unit_amount: '0.250' };
  expect(await client.postPrice(storing)).toEqual<Price>(storePrice);
  await report(connect);
  const closed = await apiOf(() => url).post('/v1/customers/acme/statements', { period: '2025-10' });
  expect(closed.status, closed.text).toBe(201);
}

/** Two through a spool, one directly, one with the answer of all. */
async function report(connect: Connect): Promise<void> {
  const [first, second, third, fourth] = events as [ListedEvent, ListedEvent, ListedEvent, ListedEvent];
  const spooled = connect({ source, spool: { memory: true } });
  for (const one of [first, second]) {
    expect(await spooled.recordUsage(one)).toEqual({ id: one.id, time: one.time, status: 'queued' });
  }
  const delivered = { recorded: 2, delivered: 2, waiting: 0, dead: 0, dropped: 0, damaged: 0 };
  expect(await spooled.flush()).toEqual(delivered);
  expect(spooled.stats()).toEqual(delivered);
  await spooled[Symbol.asyncDispose]();
  const direct = connect({ source });
  const { id, time } = third;
  expect(await direct.recordUsage({ ...third, amount: '1.50' })).toEqual({ id, time, status: 'accepted' });
  expect(await direct.recordUsage(third)).toEqual({ id, time, status: 'duplicate' });
  const warned = { index: 1, source, id: 'e4', status: 'accepted', warnings: ['service_unknown'] };
  expect(await direct.sendUsage([first, fourth, { ...second, quantity: 7 }])).toEqual({
    ...{ accepted: 1, duplicates: 1, conflicts: 1, rejected: 0 },
    results: [
      { index: 0, source, id: 'e1', status: 'duplicate' },
      warned,
      expect.objectContaining({ index: 2, source, id: 'e2', status: 'conflict', code: 'conflict' }),
    ],
  });
  expect(await direct.close()).toMatchObject({ recorded: 2, delivered: 2, waiting: 0 });
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
