/** Questions over real HTTP: the right path, every page, and no answer that is none. */
import { expect, test } from 'vitest';
import type { BillingClient } from './billing-client.ts';
import { answer, problem } from './testing/scripted-server.ts';
import { failureOf, startClient } from './testing/start-client.ts';

const usage = {
  customer_id: 'c',
  from: 'f',
  to: 't',
  currency: 'EUR',
  services: [],
  total_cost: '0.00',
  unpriced: [],
};

test('ids are encoded as one segment of the path', async () => {
  const { client, server } = await startClient([], { otherwise: answer(200, usage) });
  expect(await client.getUsage('a/b?c#d%2F ü', { from: '2026-11-01T00:00:00+01:00' })).toEqual(usage);
  await client.getUsage('...');
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/customers/a%2Fb%3Fc%23d%252F%20%C3%BC/usage?from=2026-11-01T00%3A00%3A00%2B01%3A00',
    '/v1/customers/.../usage',
  ]);
});

test.each(['', '.', '..', '\ud800', 'x'.repeat(129)])('%j cannot be asked for by path', async (id) => {
  const { client, server } = await startClient([]);
  expect(await failureOf(client.getUsage(id))).toMatchObject({
    code: 'customer_id_invalid',
    field: 'customer_id',
  });
  expect(server.received.length).toBe(0);
});

test('an unknown customer is an error with the code of the problem', async () => {
  const { client, server } = await startClient([problem(404, 'customer_unknown')]);
  expect(await failureOf(client.getUsage('c'))).toMatchObject({ code: 'customer_unknown', status: 404 });
  expect(server.received.length).toBe(1);
});

test('a question is asked three times at most, or as often as the options say', async () => {
  const busy = { otherwise: problem(503, 'busy') };
  const byDefault = await startClient([], busy);
  expect(await failureOf(byDefault.client.getUsage('c'))).toMatchObject({ code: 'busy', status: 503 });
  expect(byDefault.server.received.length).toBe(3);
  const once = await startClient([], { ...busy, retry: { maxAttempts: 1 } });
  expect(await failureOf(once.client.healthCheck())).toMatchObject({ code: 'busy' });
  expect(once.server.received.length).toBe(1);
});

test('events are listed over all pages, each asked for when it is wanted', async () => {
  const { client, server } = await startClient([
    answer(200, { items: [{ id: 'a' }, { id: 'b' }], next_cursor: 'x+/=' }),
    answer(200, { items: [], next_cursor: 'y' }),
    answer(200, { items: [{ id: 'c' }], next_cursor: null }),
  ]);
  const ids: string[] = [];
  for await (const { id } of client.getEvents({ customer_id: 'c&d', order: 'asc', limit: 2 })) ids.push(id);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(server.received.map(({ url }) => url)).toEqual([
    '/v1/events?customer_id=c%26d&order=asc&limit=2',
    '/v1/events?customer_id=c%26d&order=asc&limit=2&cursor=x%2B%2F%3D',
    '/v1/events?customer_id=c%26d&order=asc&limit=2&cursor=y',
  ]);
});

test('a list that does not advance ends with an error instead of never', async () => {
  const { client } = await startClient([], { otherwise: answer(200, { items: [], next_cursor: 'same' }) });
  expect(await failureOf(client.getEvents().next())).toMatchObject({ code: 'answer_invalid' });
});

test.each<[string, (client: BillingClient) => Promise<unknown>, string]>([
  [
    'queryUsage',
    (c) => c.queryUsage({ window: 'day', group_by: 'service,properties.r' }),
    'GET /v1/usage?window=day&group_by=service%2Cproperties.r',
  ],
  ['getCosts', (c) => c.getCosts({ customer_id: 'a b' }), 'GET /v1/costs?customer_id=a+b'],
  ['getEvent', (c) => c.getEvent('gw/1', 'x?'), 'GET /v1/events/gw%2F1/x%3F'],
  ['explainEvent', (c) => c.explainEvent('gw', 'x'), 'GET /v1/events/gw/x/explain'],
  ['getStatement', (c) => c.getStatement('c:2026-10'), 'GET /v1/statements/c%3A2026-10'],
  [
    'explainStatementLine',
    (c) => c.explainStatementLine('c:2026-10', 3),
    'GET /v1/statements/c%3A2026-10/lines/3/explain',
  ],
  ['getCustomer', (c) => c.getCustomer('c'), 'GET /v1/customers/c'],
  ['putCustomer', (c) => c.putCustomer('c', { name: 'C' }), 'PUT /v1/customers/c {"name":"C"}'],
  ['listCustomers', (c) => c.listCustomers({ limit: 5 }).next(), 'GET /v1/customers?limit=5'],
  ['getService', (c) => c.getService('s'), 'GET /v1/services/s'],
  ['putService', (c) => c.putService('s', { name: 'S' }), 'PUT /v1/services/s {"name":"S"}'],
  ['listServices', (c) => c.listServices().next(), 'GET /v1/services'],
  ['getPrice', (c) => c.getPrice('p'), 'GET /v1/prices/p'],
  [
    'postPrice',
    (c) => c.postPrice({ id: 'p', model: 'per_unit' }),
    'POST /v1/prices {"id":"p","model":"per_unit"}',
  ],
  ['listPrices', (c) => c.listPrices({ service: 's' }).next(), 'GET /v1/prices?service=s'],
])('%s asks its route', async (_, ask, asked) => {
  const all = {
    id: 'x',
    name: 'n',
    model: 'm',
    rows: [],
    unpriced: [],
    lines: [],
    total: '0',
    quantity: '1',
    items: [],
  };
  const { client, server } = await startClient([], { otherwise: answer(200, all) });
  await ask(client);
  const { method, url, body } = server.received[0]!;
  expect(`${method} ${url}${body === '' ? '' : ` ${body}`}`).toBe(asked);
  const broken = await startClient([], { otherwise: answer(200, []), retry: { maxAttempts: 1 } });
  if (!asked.endsWith('explain'))
    expect(await failureOf(ask(broken.client))).toMatchObject({ code: 'answer_invalid' });
});

test('a price without an id gets one before the first attempt', async () => {
  const price = { id: 'p', model: 'per_unit' };
  const { client, server } = await startClient([problem(503, 'busy')], { otherwise: answer(201, price) });
  expect(await client.postPrice({ service: 's', model: 'per_unit', unit_amount: '0.02' })).toEqual(price);
  const bodies = server.received.map(({ body }) => body);
  expect(JSON.parse(bodies[0]!).id).toMatch(/-7/);
  expect(bodies[1]).toBe(bodies[0]);
});

test('health is what the server says', async () => {
  const { client, server } = await startClient([answer(200, { status: 'healthy' })]);
  expect(await client.healthCheck()).toEqual({ status: 'healthy' });
  expect(server.received[0]?.url).toBe('/health');
});

test('many questions at once make no warning of a leak', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const { client } = await startClient([], { otherwise: answer(200, usage) });
  await Promise.all(Array.from({ length: 30 }, () => client.getUsage('c')));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
