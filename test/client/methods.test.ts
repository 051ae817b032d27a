/**
 * Every method of the client against the real server: what it gives is compared whole, by value, with what the contract
 * says of a month that can be computed by hand. A method that api.md lists and nothing here calls fails the last test.
 */
import { readFileSync } from 'node:fs';
import {
  BillingClient,
  type BillingClientOptions,
  type CostAnswer,
  type Customer,
  type CustomerUsage,
  type ListedEvent,
  type Price,
  type Service,
  type Statement,
  type UsageAnswer,
} from '@countinghouse/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { useServer } from '../support/server-process.ts';
import {
  acme,
  all,
  calls,
  callsPrice,
  events,
  kept,
  makeKnownMonth,
  minted,
  month,
  other,
  source,
  store,
  storePrice,
  unpriced,
  written,
} from './known-month.ts';

const server = useServer();
const called = new Set<string | symbol>();

/** A client that remembers which of its methods were called, by anyone here. */
function connect(options: BillingClientOptions = {}): BillingClient {
  const client = new BillingClient({ baseUrl: server().url, ...options });
  return new Proxy(client, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        called.add(name);
        return member.apply(target, args);
      };
    },
  });
}

beforeAll(() => makeKnownMonth(connect, server().url));

describe('what was used and what it cost', () => {
  it('of a customer, by service, rounded', async () => {
    const services = [
      { service: 'Calls', unit: 'call', quantity: '12.5', events: 2, cost: '11.25' },
      { service: 'Store', unit: 'GB', quantity: '0.333', events: 1, cost: '0.08' },
    ];
    const head = { customer_id: 'acme', ...month, currency: 'EUR' };
    const wanted = { ...head, services, total_cost: '11.33', unpriced: [unpriced] };
    expect(await connect().getUsage('acme', month)).toEqual<CustomerUsage>(wanted);
    const first = await connect().getUsage('acme', { ...month, to: '2025-10-03T00:00:00Z' });
    expect(first.services).toEqual([{ ...services[0], quantity: '8', events: 1, cost: '8.00' }]);
    expect(await connect().getUsage('zoe/1')).toMatchObject({
      services: [],
      total_cost: '0.00',
      currency: 'USD',
    });
  });

  it('by window and group', async () => {
    const query = { ...month, customer_id: 'acme', window: 'week', group_by: 'service,properties.region' };
    const week = { window_start: '2025-10-19T22:00:00.000Z', window_end: '2025-10-26T23:00:00.000Z' };
    const firstWeek = { window_start: month.from, window_end: '2025-10-05T22:00:00.000Z' };
    const row = (service: string, region: string | null, quantity: string) => ({
      ...{ service, 'properties.region': region, quantity, events: 1 },
    });
    expect(await connect().queryUsage(query)).toEqual<UsageAnswer>({
      ...{ ...month, window: 'week', time_zone: 'Europe/Berlin' },
      rows: [
        { ...firstWeek, ...row('Calls', 'eu', '8') },
        { ...week, ...row('Calls', 'us', '4.5') },
        { ...week, ...row('Nowhere', null, '1') },
        { ...week, ...row('Store', null, '0.333') },
      ],
    });
  });

  it('exactly, with what has no price beside it', async () => {
    const query = { ...month, customer_id: 'acme', group_by: 'service' };
    const span = { window_start: month.from, window_end: month.to, currency: 'EUR' };
    expect(await connect().getCosts(query)).toEqual<CostAnswer>({
      ...{ ...month, window: null, time_zone: 'Europe/Berlin' },
      rows: [
        { ...span, service: 'Calls', cost: '11.25', events: 2 },
        { ...span, service: 'Store', cost: '0.08325', events: 1 },
      ],
      unpriced: [unpriced],
    });
  });
});

describe('events', () => {
  it('are listed over all pages, in the order asked for, with their properties as they were sent', async () => {
    const listed = events.map((one) => ({ ...one, ...kept }));
    const inPages = await all(connect().getEvents({ customer_id: 'acme', order: 'asc', limit: 3 }));
    expect(inPages).toEqual<ListedEvent[]>(listed);
    expect(await all(connect().getEvents({ source, limit: 2 }))).toEqual(listed.toReversed());
    const some = connect().getEvents({ service: 'Calls', from: '2025-10-02T10:00:00.001Z' });
    expect((await all(some)).map(({ id }) => id)).toEqual(['e2']);
  });

  it('are found by their identity, a slash in it and all', async () => {
    expect(await connect().getEvent(source, 'e3')).toEqual<ListedEvent>({
      ...events[2],
      ...kept,
    } as ListedEvent);
  });

  it('say which lines they are in, or why they are in none', async () => {
    expect(await connect().explainEvent(source, 'e2')).toMatchObject({
      ...{ state: 'counted', missing: [], meters: [{ meter: 'Calls', in: true, value: '4.5' }] },
      periods: [
        {
          ...{ period: '2025-10', status: 'closed', statement: 'acme:2025-10', currency: 'EUR' },
          lines: [
            {
              line: 'Calls',
              quantity: { now: '12.5', without: '8', difference: '4.5' },
              exact_amount: { now: '11.25', without: '8', difference: '3.25' },
            },
          ],
        },
      ],
    });
    expect(await connect().explainEvent(source, 'e4')).toMatchObject({ missing: ['service'] });
  });
});

describe('a closed statement', () => {
  it('comes with its lines, slices and proof', async () => {
    const slice = (price_id: string, quantity: string, count: number, exact_amount: string) => ({
      ...{ price_id, ...month, quantity, events: count, exact_amount },
    });
    const line = (id: string, amount: string, one: ReturnType<typeof slice>) => ({
      ...{ line: id, meter: id, ...month, quantity: one.quantity, events: one.events },
      ...{ slices: [one], exact_amount: one.exact_amount, amount },
    });
    expect(await connect().getStatement('acme:2025-10')).toEqual<Statement>({
      ...{ id: 'acme:2025-10', customer_id: 'acme', period: '2025-10', ...month, time_zone: 'Europe/Berlin' },
      ...{
        currency: 'EUR',
        rounding: 'half_away_from_zero',
        status: 'closed',
        adjustments: [],
        total: '11.33',
      },
      lines: [
        line('Calls', '11.25', slice('p-calls', '12.5', 2, '11.25')),
        line('Store', '0.08', slice(minted, '0.333', 1, '0.08325')),
      ],
      suspense: [{ customer_id: 'acme', service: 'Nowhere', missing: ['service'], quantity: '1', events: 1 }],
      ...{ unpriced: [], previous_hash: null, watermark: written.sequence },
      ...{ digest: expect.stringMatching(/^[\da-f]{64}$/), hash: expect.stringMatching(/^[\da-f]{64}$/) },
    });
  });

  it('says of a line which prices, tiers, days and events made it', async () => {
    expect(await connect().explainStatementLine('acme:2025-10', 'Calls')).toMatchObject({
      ...{ statement: 'acme:2025-10', slice_total: '11.25', minimum: null, maximum: null },
      prices: [callsPrice],
      slices: [
        {
          parts: [
            { tier: 1, quantity: '10', rate: '1', amount: '10' },
            { tier: 2, quantity: '2.5', rate: '0.5', amount: '1.25' },
          ],
        },
      ],
      rounding: { from: '11.25', to: '11.25', digits: 2 },
      days: [{ quantity: '8' }, { quantity: '4.5' }],
      events: {
        items: [
          { source, id: 'e1' },
          { source, id: 'e2' },
        ],
        next_cursor: null,
      },
    });
  });
});

it('records are read as they were written, one and all', async () => {
  const client = connect();
  expect(await client.getCustomer('zoe/1')).toEqual<Customer>(other);
  expect(await all(client.listCustomers({ limit: 1 }))).toEqual<Customer[]>([acme, other]);
  expect(await client.getService('Calls')).toEqual<Service>(calls);
  expect(await all(client.listServices({ limit: 1 }))).toEqual<Service[]>([calls, store]);
  expect(await client.getPrice('p-calls')).toEqual<Price>(callsPrice);
  const prices = await all(client.listPrices({ limit: 1 }));
  expect(prices.toSorted((a, b) => (a.meter < b.meter ? -1 : 1))).toEqual<Price[]>([callsPrice, storePrice]);
  expect(await all(client.listPrices({ service: 'Store' }))).toEqual<Price[]>([storePrice]);
  expect(await client.healthCheck()).toEqual({ status: 'healthy' });
});

it('no method of the client was left out', () => {
  const methods: string[] = [];
  for (
    let level = BillingClient.prototype;
    level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const name of Reflect.ownKeys(level)) if (name !== 'constructor') methods.push(nameOf(name));
  }
  const api = readFileSync(new URL('../../packages/client/api.md', import.meta.url), 'utf8');
  const [reference = ''] = api.split('## `BillingError`');
  const listed = [...reference.matchAll(/^\| `([\w.[\]]+)\(/gm)].map(([, name]) => name as string);
  expect(listed.toSorted()).toEqual(methods.toSorted());
  const heard = [...called].map(nameOf);
  expect(methods.filter((name) => !heard.includes(name))).toEqual([]);
});

function nameOf(name: string | symbol): string {
  return name === Symbol.asyncDispose ? '[Symbol.asyncDispose]' : String(name);
}
