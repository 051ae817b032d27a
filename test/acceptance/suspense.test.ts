/** Usage that comes before its records waits in suspense and is matched the moment they exist, the past included. */
import { expect, it } from 'vitest';
import type { CostBody, CustomerUsageBody, Ingested, Page, UsageBody } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Suspended {
  customer_id: string;
  service: string;
  missing: string[];
  events: number;
  quantity: string;
  first_time: string;
  last_time: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const suspended = async (customer: string) => {
  const items = await walkPages<Suspended>(api, ['v1', 'suspense'], { limit: '2' });
  return items.filter(({ customer_id: id }) => id === customer);
};
const costs = (customer: string) =>
  api.get<CostBody>(pathOf(['v1', 'costs'], { customer_id: customer, group_by: 'service', ...span }));
const usage = (customer: string) =>
  api.get<UsageBody>(pathOf(['v1', 'usage'], { customer_id: customer, ...span }));
const bill = (customer: string) =>
  api.get<CustomerUsageBody>(pathOf(['v1', 'customers', customer, 'usage'], span));

it('records made after their events give them a customer, a service and a price, step by step', async () => {
  const event = { customer_id: 'late', service: 'Late' };
  const { body } = await api.post<Ingested>('/v1/events', [
    { ...event, id: 'l-1', time: '2025-10-02T00:00:00Z', quantity: '1.5' },
    { ...event, id: 'l-2', time: '2025-10-20T00:00:00Z', quantity: '2.25' },
  ]);
  expect(body.results).toMatchObject([
    { index: 0, status: 'accepted', warnings: ['customer_unknown', 'service_unknown'] },
    { index: 1, status: 'accepted', warnings: ['customer_unknown', 'service_unknown'] },
  ]);
  const entry = {
    customer_id: 'late',
    service: 'Late',
    events: 2,
    quantity: '3.75',
    first_time: '2025-10-02T00:00:00.000Z',
    last_time: '2025-10-20T00:00:00.000Z',
  };
  const unpriced = { customer_id: 'late', service: 'Late', meter: 'Late', quantity: '3.75', events: 2 };

  expect(await suspended('late')).toEqual([{ ...entry, missing: ['customer', 'service'] }]);
  expect((await usage('late')).body.rows).toMatchObject([{ quantity: '3.75', events: 2 }]);
  expect((await bill('late')).status).toBe(404);
  expect((await costs('late')).body).toMatchObject({
    rows: [],
    unpriced: [{ ...unpriced, reason: 'customer_unknown' }],
  });

  expect((await api.put('/v1/customers/late', { name: 'Late' })).status).toBe(201);
  expect(await suspended('late')).toEqual([{ ...entry, missing: ['service'] }]);
  expect((await bill('late')).body).toMatchObject({
    services: [],
    total_cost: '0.00',
    unpriced: [{ ...unpriced, reason: 'service_unknown' }],
  });

  expect((await api.put('/v1/services/Late', { name: 'Late', unit: 'call' })).status).toBe(201);
  expect(await suspended('late')).toEqual([]);
  expect((await bill('late')).body).toMatchObject({
    services: [{ service: 'Late', unit: 'call', quantity: '3.75', events: 2, cost: null }],
    total_cost: '0.00',
    unpriced: [{ ...unpriced, reason: 'price_missing' }],
  });

  const price = { service: 'Late', model: 'per_unit', unit_amount: '0.2' };
  expect((await api.post('/v1/prices', price)).status).toBe(201);
  expect((await bill('late')).body).toMatchObject({
    services: [{ service: 'Late', quantity: '3.75', events: 2, cost: '0.75' }],
    total_cost: '0.75',
    unpriced: [],
  });
  expect((await costs('late')).body).toMatchObject({
    rows: [{ service: 'Late', cost: '0.75', currency: 'USD', events: 2 }],
    unpriced: [],
  });
  expect((await usage('late')).body.rows).toMatchObject([{ quantity: '3.75', events: 2 }]);
});

it('the next event is accepted without a warning once the records exist', async () => {
  const event = { id: 'l-3', customer_id: 'late', service: 'Late', time: '2025-10-03T00:00:00Z' };
  const { body } = await api.post<Ingested>('/v1/events', event);
  expect(body).toEqual({ accepted: 1, duplicates: 0, conflicts: 0, rejected: 0, results: [] });
});

it('a known customer of an unknown service is in suspense, and an unknown customer of a known service', async () => {
  await api.put('/v1/customers/half', { name: 'Half' });
  await api.put('/v1/services/Half', { name: 'Half' });
  const { body } = await api.post<Ingested>('/v1/events', [
    { id: 'h-1', customer_id: 'half', service: 'HalfUnknown', time: '2025-10-02T00:00:00Z' },
    { id: 'h-2', customer_id: 'half-unknown', service: 'Half', time: '2025-10-02T00:00:00Z' },
  ]);
  expect(body.results.map(({ warnings }) => warnings)).toEqual([['service_unknown'], ['customer_unknown']]);
  expect(await suspended('half')).toMatchObject([{ service: 'HalfUnknown', missing: ['service'] }]);
  expect(await suspended('half-unknown')).toMatchObject([{ service: 'Half', missing: ['customer'] }]);
});

it('pages of suspense show every entry exactly once', async () => {
  const pairs = Array.from({ length: 23 }, (_, at) => [`page-${at % 5}`, `Page ${at}`] as const);
  await api.post(
    '/v1/events',
    pairs.map(([customer, service]) => ({
      id: service,
      customer_id: customer,
      service,
      time: '2025-10-02T00:00:00Z',
    })),
  );
  const items = await walkPages<Suspended>(api, ['v1', 'suspense'], { limit: '4' });
  const found = items.filter(({ service }) => service.startsWith('Page ')).map((item) => item.service);
  expect(found.sort()).toEqual(pairs.map(([, service]) => service).sort());
  const { body } = await api.get<Page<Suspended>>('/v1/suspense?limit=1000');
  expect(body.next_cursor).toBeNull();
  expect(body.items).toEqual(items);
});
