/** A key of one customer sees and reports that customer's usage, and nothing of anybody else's (issue: API keys). */
import { beforeAll, expect, it } from 'vitest';
import type { CostBody, Ingested, Listed, Page, Refused, UsageBody } from '../support/answers.ts';
import { bearer } from '../support/keys.ts';
import { type Api, apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

const server = useServer();
const api = apiOf(() => server().url);
const month = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };
const span = new URLSearchParams(month).toString();
const time = '2025-10-05T00:00:00Z';
let own: Record<string, string>;

beforeAll(async () => {
  for (const id of ['alpha', 'mine', 'omega']) {
    await api.put(`/v1/customers/${id}`, { name: `Customer ${id}` });
  }
  await api.put('/v1/services/S', { name: 'S' });
  for (const id of ['alpha', 'mine', 'omega']) {
    const price = { id: `for-${id}`, model: 'per_unit', service: 'S', unit_amount: '2', customer_id: id };
    await api.post('/v1/prices', { ...price, effective_from: '2025-01-01T00:00:00Z' });
  }
  await api.post('/v1/prices', { id: 'general', model: 'per_unit', service: 'S', unit_amount: '1' });
  await api.post(
    '/v1/events',
    ['alpha', 'mine', 'omega'].flatMap((customer_id) => [
      { source: 'gw', id: `${customer_id}-1`, customer_id, service: 'S', time, quantity: '3' },
      { source: 'gw', id: `${customer_id}-2`, customer_id, service: 'Unknown', time, quantity: '5' },
    ]),
  );
  const made = await api.post<{ key: string }>('/v1/keys', {
    ...{ name: 'portal', scopes: ['read', 'events:write', 'records:write'], customer_id: 'mine' },
  });
  own = bearer(made.body.key);
});

const get = <Body = Refused>(path: string) => api.get<Body>(path, own);
const asOwn: Api = { ...api, get };

it.each([
  `/v1/usage?${span}&group_by=customer_id`,
  `/v1/costs?${span}&group_by=customer_id`,
  `/v1/usage?${span}&group_by=source&format=csv`,
  `/v1/events?${span}`,
  '/v1/customers',
  '/v1/customers?limit=1',
  '/v1/prices',
  '/v1/suspense',
  '/v1/suspense?limit=1',
  `/v1/analysis/customers?${span}`,
  '/v1/services',
  '/openapi.json',
])('what is asked without naming a customer is about its own alone: %s', async (path) => {
  const { status, text } = await get(path);
  expect(status).toBe(200);
  expect(text).not.toMatch(/alpha|omega/);
});

it('and all that is its own is there', async () => {
  const usage = await get<UsageBody>(`/v1/usage?${span}&group_by=customer_id`);
  expect(usage.body.rows).toMatchObject([{ customer_id: 'mine', quantity: '8', events: 2 }]);
  const costs = await get<CostBody>(`/v1/costs?${span}`);
  expect(costs.body.rows).toMatchObject([{ cost: '6', events: 1 }]);
  expect(costs.body.unpriced).toMatchObject([{ customer_id: 'mine', service: 'Unknown', events: 1 }]);
  const events = await walkPages<Listed>(asOwn, ['v1', 'events'], { ...month, limit: '1' });
  expect(events.map(({ id }) => id).sort()).toEqual(['mine-1', 'mine-2']);
  expect((await get<Page<{ id: string }>>('/v1/customers')).body.items).toMatchObject([{ id: 'mine' }]);
  expect((await get<Page<{ id: string }>>('/v1/prices')).body.items).toMatchObject([{ id: 'for-mine' }]);
  expect((await get('/v1/prices/general')).status).toBe(200);
  const suspense = await walkPages(asOwn, ['v1', 'suspense'], { limit: '1' });
  expect(suspense).toMatchObject([{ customer_id: 'mine', service: 'Unknown', events: 1 }]);
  expect((await get('/v1/customers/mine/usage')).status).toBe(200);
  expect((await get<Listed>('/v1/events/gw/mine-1')).body).toMatchObject({ customer_id: 'mine' });
});

it('a cursor of another list leads nowhere else', async () => {
  const before = await api.get<Page<unknown>>('/v1/suspense?limit=1');
  expect(before.text).toContain('alpha');
  const page = await get<Page<{ customer_id: string }>>(
    `/v1/suspense?limit=1&cursor=${before.body.next_cursor}`,
  );
  expect(page.body.items).toMatchObject([{ customer_id: 'mine' }]);
  const customers = await api.get<Page<unknown>>('/v1/customers?limit=1');
  expect((await get(`/v1/customers?cursor=${customers.body.next_cursor}`)).text).not.toMatch(/alpha|omega/);
});

it.each([
  ['GET', '/v1/customers/alpha'],
  ['GET', '/v1/customers/nobody'],
  ['GET', '/v1/customers/alpha/usage'],
  ['GET', `/v1/usage?${span}&customer_id=alpha`],
  ['GET', `/v1/costs?${span}&customer_id=omega`],
  ['GET', `/v1/events?${span}&customer_id=alpha`],
  ['GET', `/v1/analysis/customers?customer_id=alpha`],
  ['GET', '/v1/prices?customer_id=alpha'],
  ['GET', '/v1/prices/for-alpha'],
  ['GET', '/v1/events/gw/alpha-1'],
  ['HEAD', '/v1/events/gw/alpha-1'],
  ['GET', '/metrics'],
  ['POST', '/v1/customers/alpha/archive'],
  ['POST', '/v1/services/S/archive'],
] as const)("another's data is forbidden: %s %s", async (method, path) => {
  const answer = await api.send<Refused>(method, path, { headers: own });
  expect(answer.status, answer.text).toBe(403);
  if (method !== 'HEAD') expect(answer.body.code).toBe('customer_forbidden');
});

it('keys are beyond it even with every other scope', async () => {
  expect((await get('/v1/keys')).body.code).toBe('scope_missing');
});

it('records: its own customer and its own prices, nothing that others share', async () => {
  const json = { 'content-type': 'application/json', ...own };
  const put = (path: string, body: unknown) =>
    api.send<Refused>('PUT', path, { body: JSON.stringify(body), headers: json });
  expect((await put('/v1/customers/mine', { name: 'Renamed' })).status).toBe(200);
  expect((await put('/v1/customers/alpha', { name: 'Renamed' })).status).toBe(403);
  expect((await put('/v1/services/S', { name: 'Renamed' })).status).toBe(403);
  const price = { model: 'per_unit', service: 'S', unit_amount: '9', effective_from: '2030-01-01T00:00:00Z' };
  const post = (more: object) => api.post<Refused>('/v1/prices', { ...price, ...more }, own);
  expect((await post({})).body.code).toBe('customer_forbidden');
  expect((await post({ customer_id: 'alpha' })).body.code).toBe('customer_forbidden');
  expect((await post({ customer_id: 'mine' })).status).toBe(201);
});

it('usage is reported for its own customer alone: a batch keeps the good events, a lone bad one is a 403', async () => {
  const event = { source: 'p', service: 'S', time };
  const batch = [
    { ...event, id: '1', customer_id: 'mine' },
    { ...event, id: '2', customer_id: 'alpha' },
    { ...event, id: '3', customer_id: 'mine ' },
  ];
  const answer = await api.post<Ingested>('/v1/events?results=all', batch, own);
  expect(answer.body).toMatchObject({ accepted: 1, duplicates: 0, conflicts: 0, rejected: 2 });
  const refused = { status: 'rejected', code: 'customer_forbidden', field: 'customer_id', source: 'p' };
  expect(answer.body.results.slice(1)).toMatchObject([
    { ...refused, id: '2' },
    { ...refused, id: '3' },
  ]);
  const lone = await api.post<Refused>('/v1/events', batch[1], own);
  expect([lone.status, lone.body.code]).toEqual([403, 'customer_forbidden']);
  // What was rejected does not use up its id, and its sender is told nothing of what is stored.
  expect((await api.post<Ingested>('/v1/events', batch[1])).body).toMatchObject({ accepted: 1 });
  expect((await api.post<Refused>('/v1/events', batch[1], own)).body.code).toBe('customer_forbidden');
  const ce = { specversion: '1.0', type: 'S', source: 'p', id: '4', subject: 'alpha' };
  const headers = { ...own, 'content-type': 'application/cloudevents+json' };
  expect((await api.send('POST', '/v1/events', { body: JSON.stringify(ce), headers })).status).toBe(403);
});

it("a conflict with what may be another's event tells nothing of its content", async () => {
  const taken = { source: 'gw', id: 'alpha-1', customer_id: 'mine', service: 'S', time };
  const lone = await api.post<Refused>('/v1/events', taken, own);
  expect([lone.status, lone.body.code]).toEqual([409, 'conflict']);
  expect(lone.body.sent_fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(lone.body).not.toHaveProperty('stored_fingerprint');
  const [result] = (await api.post<Ingested>('/v1/events', [taken], own)).body.results;
  expect(result).toMatchObject({ status: 'conflict' });
  expect(result).not.toHaveProperty('stored_fingerprint');
});
