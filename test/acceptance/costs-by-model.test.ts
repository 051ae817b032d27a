/** Costs of every price model by window, key and meter: differences of the cumulative cost (MONEY.md 5.3, 5.8). */
import { beforeAll, expect, it } from 'vitest';
import type { CostBody, CustomerUsageBody, Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

let eventCount = 0;

/** An event of October. */
function event(customer: string, service: string, day: string, quantity: string, more: object = {}) {
  eventCount += 1;
  const time = day.includes('T') ? day : `2025-10-${day}T12:00:00Z`;
  return { id: `e${eventCount}`, customer_id: customer, service, time, quantity, ...more };
}

async function report(events: readonly object[]) {
  const { body } = await api.post<Ingested>('/v1/events', events);
  expect(body.accepted, JSON.stringify(body)).toBe(events.length);
}

async function price(content: object) {
  const { status, text } = await api.post('/v1/prices', content);
  expect(status, text).toBe(201);
}

async function costs(query: Record<string, string>): Promise<CostBody> {
  const answer = await api.get<CostBody>(pathOf(['v1', 'costs'], { ...span, ...query }));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const money = ({ rows }: CostBody, ...keys: string[]) =>
  rows.map((row) => [...keys.map((key) => String(row[key]).slice(0, 16)), row.cost, row.events].join(' '));

const tiers = [
  { from: '0', to: '10', unit_amount: '1' },
  { from: '10', to: null, unit_amount: '0.1' },
];

beforeAll(async () => {
  await api.put('/v1/customers/acme', { name: 'Acme' });
  await api.put('/v1/customers/berlin', { name: 'Berlin', time_zone: 'Europe/Berlin' });
  for (const service of ['Steps', 'Volume', 'Fee', 'Least', 'Area', 'Peak', 'Money', 'Own']) {
    expect((await api.put(`/v1/services/${service}`, { name: service })).status).toBe(201);
  }
  const meter = { id: 'peak', name: 'Peak', service: 'Peak', aggregation: 'max', value: 'quantity' };
  expect((await api.post('/v1/meters', meter)).status).toBe(201);
  await price({ service: 'Steps', model: 'graduated', tiers });
  await price({ service: 'Volume', model: 'volume', tiers });
  await price({ service: 'Fee', model: 'flat', flat_amount: '31' });
  await price({ service: 'Least', model: 'per_unit', unit_amount: '1', minimum_amount: '20' });
  await price({
    ...{ service: 'Area', model: 'graduated', dimension: 'properties.region' },
    rates: [{ value: 'eu', tiers }],
  });
  await price({ meter: 'peak', model: 'per_unit', unit_amount: '2' });
  await price({ service: 'Money', model: 'percentage', rate: '0.029' });
  await price({ service: 'Own', model: 'flat', flat_amount: '7', customer_id: 'berlin' });
  await report([
    event('acme', 'Steps', '05', '8'),
    event('acme', 'Steps', '06', '4'),
    event('acme', 'Volume', '05', '9'),
    event('acme', 'Volume', '06', '2'),
    event('acme', 'Fee', '10', '1'),
    event('acme', 'Least', '10', '5'),
    event('acme', 'Area', '05', '8', { properties: { region: 'eu' } }),
    event('acme', 'Area', '06', '4', { properties: { region: 'eu' } }),
    event('acme', 'Area', '07', '3', { properties: { region: 'us' } }),
    event('acme', 'Peak', '05', '3'),
    event('acme', 'Peak', '06', '2'),
    event('acme', 'Peak', '07', '5'),
    event('acme', 'Money', '05', '1', { amount: '100', source: 'shop' }),
    event('acme', 'Money', '06', '1', { source: 'shop' }),
    event('acme', 'Money', '07', '1', { amount: '50', source: 'till' }),
  ]);
});

it('a graduated cost is counted through the month', async () => {
  const service = 'Steps';
  expect(money(await costs({ customer_id: 'acme', service }))).toEqual(['10.2 2']);
  expect(money(await costs({ customer_id: 'acme', service, window: 'day' }), 'window_start')).toEqual([
    '2025-10-05T00:00 8 1',
    '2025-10-06T00:00 2.2 1',
  ]);
});

it('a part of the month costs what the month costs more than the part before it', async () => {
  const query = { customer_id: 'acme', service: 'Steps', from: '2025-10-06T00:00:00Z' };
  expect(money(await costs(query))).toEqual(['2.2 1']);
  expect(money(await costs({ ...query, to: '2025-10-06T12:00:00Z' }))).toEqual([]);
});

it('a window may cost less than nothing: volume reached a cheaper tier', async () => {
  const rows = money(await costs({ customer_id: 'acme', service: 'Volume', window: 'day' }), 'window_start');
  expect(rows).toEqual(['2025-10-05T00:00 9 1', '2025-10-06T00:00 -7.9 1']);
});

it('what a period costs as such falls in its last window, which is listed without an event', async () => {
  const fee = { customer_id: 'acme', service: 'Fee', window: 'week' };
  expect(money(await costs(fee), 'window_start')).toEqual(['2025-10-06T00:00 0 1', '2025-10-27T00:00 31 0']);
  const least = { customer_id: 'acme', service: 'Least', window: 'day' };
  expect(money(await costs(least), 'window_start')).toEqual([
    '2025-10-10T00:00 5 1',
    '2025-10-31T00:00 15 0',
  ]);
  expect(money(await costs({ customer_id: 'acme', service: 'Fee', to: '2025-10-31T23:59:59Z' }))).toEqual([
    '0 1',
  ]);
});

it("a customer's own flat price is charged without use, at the end of the local month", async () => {
  await report([event('berlin', 'Steps', '2025-10-30T12:00:00Z', '1')]);
  const rows = await costs({
    customer_id: 'berlin',
    service: 'Own',
    window: 'day',
    from: '2025-10-01T00:00:00Z',
  });
  expect(money(rows, 'window_start')).toContain('2025-10-30T23:00 7 0');
});

it('a price is divided by its own dimension, and by no other key', async () => {
  const query = { customer_id: 'acme', service: 'Area' };
  const body = await costs({ ...query, group_by: 'properties.region' });
  expect(money(body, 'properties.region')).toEqual(['eu 10.2 2']);
  expect(body.unpriced).toMatchObject([
    { service: 'Area', meter: 'Area', reason: 'dimension_unpriced', quantity: '3', events: 1 },
  ]);
  for (const refused of [
    { ...query, group_by: 'source' },
    { ...query, group_by: 'properties.region,source' },
    { customer_id: 'acme', service: 'Steps', group_by: 'properties.region' },
    { customer_id: 'acme', service: 'Fee', group_by: 'source' },
    { customer_id: 'acme', service: 'Least', group_by: 'source' },
    { customer_id: 'acme', meter: 'peak', group_by: 'source' },
    { customer_id: 'acme', service: 'Steps', source: 'default' },
  ]) {
    const answer = await api.get<Refused>(pathOf(['v1', 'costs'], { ...span, ...refused }));
    expect(answer.status, JSON.stringify(refused)).toBe(422);
    const field = 'source' in refused ? 'source' : 'group_by';
    expect(answer.body).toMatchObject({ code: 'cost_not_divisible', field });
  }
});

it('a percentage is divided by any key; events without amount add nothing', async () => {
  const query = { customer_id: 'acme', service: 'Money' };
  expect(money(await costs({ ...query, group_by: 'source' }), 'source')).toEqual([
    'shop 2.9 2',
    'till 1.45 1',
  ]);
  expect(money(await costs({ ...query, source: 'till' }))).toEqual(['1.45 1']);
});

it('a meter that does not add up costs by window what it grew', async () => {
  const query = { customer_id: 'acme', meter: 'peak' };
  expect(money(await costs(query))).toEqual(['10 3']);
  expect(money(await costs({ ...query, window: 'day' }), 'window_start')).toEqual([
    '2025-10-05T00:00 6 1',
    '2025-10-06T00:00 0 1',
    '2025-10-07T00:00 4 1',
  ]);
});

it('a level costs in every window that it holds through, events or none, and runs on from before', async () => {
  await api.put('/v1/services/Disk', { name: 'Disk' });
  const meter = {
    id: 'gb-hours',
    name: 'GB hours',
    service: 'Disk',
    aggregation: 'time_weighted',
    per: 'hour',
  };
  expect((await api.post('/v1/meters', { ...meter, value: 'quantity' })).status).toBe(201);
  await price({ meter: 'gb-hours', model: 'per_unit', unit_amount: '0.5' });
  await report([event('acme', 'Disk', '2025-09-30T12:00:00Z', '2'), event('acme', 'Disk', '03', '4')]);
  const query = { customer_id: 'acme', meter: 'gb-hours', to: '2025-10-05T00:00:00Z' };
  expect(money(await costs({ ...query, window: 'day' }), 'window_start')).toEqual([
    '2025-10-01T00:00 24 0',
    '2025-10-02T00:00 24 0',
    '2025-10-03T00:00 36 1',
    '2025-10-04T00:00 48 0',
  ]);
  expect(money(await costs({ ...query, from: '2025-10-02T12:00:00Z' }))).toEqual(['96 1']);
  // And 28 days from the 4th on at 4 × 24 × 0.5.
  expect(money(await costs({ customer_id: 'acme', meter: 'gb-hours' }))).toEqual(['1428 1']);
});

it('windows of every size add up to the month, and to its draft', async () => {
  const total = async (query: Record<string, string>) => {
    const { rows } = await costs({ customer_id: 'acme', group_by: 'service', ...query });
    const sums = new Map<string, bigint>();
    for (const { service, cost } of rows) {
      const [whole = '0', part = ''] = String(cost).split('.');
      const units = BigInt(whole + part.padEnd(12, '0'));
      sums.set(String(service), (sums.get(String(service)) ?? 0n) + units);
    }
    return [...sums].map(([service, units]) => `${service} ${units}`).sort();
  };
  const month = await total({});
  for (const window of ['month', 'week', 'day', '6hour', 'hour'])
    expect(await total({ window })).toEqual(month);
  const draft = await api.get<{ lines: { meter: string; exact_amount: string }[] }>(
    '/v1/customers/acme/statements/draft?period=2025-10',
  );
  expect(draft.status, draft.text).toBe(200);
  const rows = await costs({ customer_id: 'acme', group_by: 'service' });
  const lines = draft.body.lines.map(
    ({ meter, exact_amount }) =>
      `${meter.replace('peak', 'Peak').replace('gb-hours', 'Disk')} ${exact_amount}`,
  );
  expect(rows.rows.map(({ service, cost }) => `${service} ${cost}`)).toEqual(lines.sort());
});

it("a customer's usage rounds each line and adds them up", async () => {
  const { body } = await api.get<CustomerUsageBody>(pathOf(['v1', 'customers', 'acme', 'usage'], span));
  const bills = body.services.map(({ service, quantity, cost }) => `${service} ${quantity} ${cost}`);
  expect(bills).toEqual([
    'Area 15 10.20',
    'Disk 4 1428.00',
    'Fee 1 31.00',
    'Least 5 20.00',
    'Money 3 4.35',
    'Peak 10 10.00',
    'Steps 12 10.20',
    'Volume 11 1.10',
  ]);
  expect(body.total_cost).toBe('1514.85');
});
