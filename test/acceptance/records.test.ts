/** Customers and services: created, replaced, listed, archived; every change a new version (DESIGN.md 3.3). */
import { expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Customer {
  id: string;
  name: string;
  time_zone: string;
  currency: string;
  tags: Record<string, string>;
  archived: boolean;
  sequence: string;
  created_at: string;
  updated_at: string;
}

interface Service {
  id: string;
  name: string;
  unit: string;
  allow_negative: boolean;
  archived: boolean;
  sequence: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const time = '2025-10-05T10:00:00Z';

const customer = (id: string) => pathOf(['v1', 'customers', id]);
const service = (id: string) => pathOf(['v1', 'services', id]);

it('a customer is created with the documented defaults', async () => {
  const { status, body } = await api.put<Customer>(customer('defaults'), { name: 'Defaults' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    id: 'defaults',
    name: 'Defaults',
    time_zone: 'UTC',
    currency: 'USD',
    tags: {},
    archived: false,
  });
  expect(body.created_at).toBe(body.updated_at);
  expect((await api.get<Customer>(customer('defaults'))).body).toEqual(body);
});

it('a service is created with the documented defaults', async () => {
  const { status, body } = await api.put<Service>(service('Defaults'), { name: 'Defaults' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    id: 'Defaults',
    name: 'Defaults',
    unit: 'unit',
    allow_negative: false,
    archived: false,
  });
  expect((await api.get<Service>(service('Defaults'))).body).toEqual(body);
});

it('the same PUT again is no new version', async () => {
  const content = { name: 'Same', time_zone: 'Europe/Berlin', currency: 'EUR', tags: { a: '1', b: '2' } };
  const first = await api.put<Customer>(customer('same'), content);
  const again = await api.put<Customer>(customer('same'), { ...content, tags: { b: '2', a: '1' } });
  expect(again.status).toBe(200);
  expect(again.body).toEqual(first.body);
  const unit = { name: 'Same', unit: 'call', allow_negative: true };
  const one = await api.put<Service>(service('Same'), unit);
  expect((await api.put<Service>(service('Same'), unit)).body).toEqual(one.body);
});

it('what a later PUT leaves out keeps its stored value, and what it names is replaced', async () => {
  const first = await api.put<Customer>(customer('kept'), {
    name: 'Kept',
    time_zone: 'Asia/Kathmandu',
    currency: 'JPY',
    tags: { tier: 'gold' },
  });
  const renamed = await api.put<Customer>(customer('kept'), { name: 'Renamed' });
  expect(renamed.status).toBe(200);
  expect(renamed.body).toMatchObject({
    name: 'Renamed',
    time_zone: 'Asia/Kathmandu',
    currency: 'JPY',
    tags: { tier: 'gold' },
    created_at: first.body.created_at,
  });
  const retagged = await api.put<Customer>(customer('kept'), { name: 'Renamed', tags: { size: 'l' } });
  expect(retagged.body.tags).toEqual({ size: 'l' });
  await api.put(service('Kept'), { name: 'Kept', unit: 'GB', allow_negative: true });
  const { body } = await api.put<Service>(service('Kept'), { name: 'Kept still' });
  expect(body).toMatchObject({ name: 'Kept still', unit: 'GB', allow_negative: true });
});

it('every version has a sequence above all before it, of every kind of record', async () => {
  const sequences = [
    (await api.put<Customer>(customer('seq'), { name: 'One' })).body.sequence,
    (await api.put<Service>(service('Seq'), { name: 'Two' })).body.sequence,
    (await api.put<Customer>(customer('seq'), { name: 'Three' })).body.sequence,
    (
      await api.post<{ sequence: string }>('/v1/prices', {
        service: 'Seq',
        model: 'per_unit',
        unit_amount: '1',
      })
    ).body.sequence,
    (await api.send<Customer>('POST', `${customer('seq')}/archive`)).body.sequence,
  ].map(BigInt);
  for (const [at, sequence] of sequences.entries()) {
    if (at > 0) expect(sequence > (sequences[at - 1] ?? 0n)).toBe(true);
  }
});

it('concurrent writes of one customer make one version after another, and the last one stands', async () => {
  const names = Array.from({ length: 20 }, (_, at) => `Name ${at}`);
  const answers = await Promise.all(names.map((name) => api.put<Customer>(customer('raced'), { name })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(answers.map(({ body }) => body.sequence)).size).toBe(names.length);
  const last = answers
    .map(({ body }) => body)
    .sort((a, b) => +a.sequence - +b.sequence)
    .at(-1);
  expect((await api.get<Customer>(customer('raced'))).body).toEqual(last);
});

it.each(['a/b', 'a b', '%', 'ü', '🎉', '..x', "o'neil", 'a?b', 'archive', '"'])(
  'a record may have the id %j',
  async (id) => {
    expect((await api.put<Customer>(customer(id), { name: id })).body.id).toBe(id);
    expect((await api.get<Customer>(customer(id))).body).toMatchObject({ id, name: id });
    expect((await api.put<Service>(service(id), { name: id })).body.id).toBe(id);
    expect((await api.get<Service>(service(id))).body).toMatchObject({ id, name: id });
  },
);

it('tags keep awkward names, and __proto__ is one of them', async () => {
  const tags = '{"__proto__":"p","constructor":"c","with space":"","ü":"🎉"}';
  const sent = { body: `{"name":"Tags","tags":${tags}}`, headers: { 'content-type': 'application/json' } };
  const { status, text } = await api.send('PUT', customer('tags'), sent);
  expect(status, text).toBe(201);
  const back = (await api.get<Customer>(customer('tags'))).body.tags;
  expect(Object.entries(back).sort()).toEqual(Object.entries(JSON.parse(tags)).sort());
});

it.each(['customers', 'services'])('pages of %s show every record exactly once, by id', async (kind) => {
  const ids = Array.from({ length: 25 }, (_, at) => `page-${String(at).padStart(2, '0')}`);
  for (const id of ids) await api.put(pathOf(['v1', kind, id]), { name: id });
  const paged = await walkPages<Customer>(api, ['v1', kind], { limit: '4' });
  const whole = await walkPages<Customer>(api, ['v1', kind], { limit: '1000' });
  expect(paged).toEqual(whole);
  expect(paged.map(({ id }) => id).filter((id) => id.startsWith('page-'))).toEqual(ids);
});

it('an archived record is hidden from lists, still found, and its events are accepted with a warning', async () => {
  await api.put(customer('old'), { name: 'Old' });
  await api.put(service('Old'), { name: 'Old' });
  for (const path of [customer('old'), service('Old')]) {
    const archived = await api.send<Customer>('POST', `${path}/archive`);
    expect(archived.status, archived.text).toBe(200);
    expect(archived.body.archived).toBe(true);
    const again = await api.send<Customer>('POST', `${path}/archive`);
    expect(again.body).toEqual(archived.body);
    expect((await api.get<Customer>(path)).body.archived).toBe(true);
  }
  for (const kind of ['customers', 'services']) {
    const listed = await walkPages<Customer>(api, ['v1', kind], { limit: '1000' });
    expect(listed.map(({ id }) => id.toLowerCase())).not.toContain('old');
  }
  const event = { id: 'old-1', customer_id: 'old', service: 'Old', time };
  const { body } = await api.post<Ingested>('/v1/events', event);
  expect(body).toMatchObject({ accepted: 1 });
  expect(body.results[0]?.warnings?.toSorted()).toEqual(['customer_archived', 'service_archived']);
});

it('archived usage is still priced, and a PUT brings the record back', async () => {
  await api.post('/v1/prices', { service: 'Old', model: 'per_unit', unit_amount: '2' });
  const query = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };
  const { body } = await api.get(pathOf(['v1', 'customers', 'old', 'usage'], query));
  expect(body).toMatchObject({ services: [{ service: 'Old', cost: '2.00' }], total_cost: '2.00' });
  const restored = await api.put<Customer>(customer('old'), { name: 'Old' });
  expect(restored.body.archived).toBe(false);
  const listed = await walkPages<Customer>(api, ['v1', 'customers'], { limit: '1000' });
  expect(listed.map(({ id }) => id)).toContain('old');
});

it('negative quantities are taken only where the service allows them', async () => {
  await api.put(service('Plain'), { name: 'Plain' });
  await api.put(service('Credits'), { name: 'Credits', allow_negative: true });
  const event = { customer_id: 'defaults', time, quantity: '-1.5' };
  const refused = await api.post<Refused>('/v1/events', { ...event, id: 'neg-1', service: 'Plain' });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'quantity_invalid', field: 'quantity' });
  const taken = { ...event, id: 'neg-2', service: 'Credits' };
  expect((await api.post<Ingested>('/v1/events', taken)).body).toMatchObject({ accepted: 1 });
  // A retry never fails for what changed in between.
  await api.put(service('Credits'), { name: 'Credits', allow_negative: false });
  expect((await api.post<Ingested>('/v1/events', taken)).body).toMatchObject({ duplicates: 1 });
  const fresh = await api.post<Refused>('/v1/events', { ...taken, id: 'neg-3' });
  expect(fresh.body).toMatchObject({ code: 'quantity_invalid' });
});

it("a customer's currency is fixed once an event with an amount is stored", async () => {
  await api.put(customer('fixed'), { name: 'Fixed', currency: 'EUR' });
  const event = { customer_id: 'fixed', service: 'Defaults', time };
  await api.post('/v1/events', { ...event, id: 'fixed-1' });
  const changed = await api.put<Customer>(customer('fixed'), { name: 'Fixed', currency: 'USD' });
  expect(changed.body.currency).toBe('USD');
  await api.post('/v1/events', { ...event, id: 'fixed-2', amount: '9.99' });
  const refused = await api.put<Refused>(customer('fixed'), { name: 'Fixed', currency: 'EUR' });
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({ code: 'currency_fixed', field: 'currency' });
  const other = await api.put<Customer>(customer('fixed'), { name: 'Fixed still', currency: 'USD' });
  expect(other.body).toMatchObject({ name: 'Fixed still', currency: 'USD' });
});

it("a customer's currency is fixed once a period is closed, and once an amend gave an event an amount", async () => {
  const currencyOf = (id: string, currency: string) => api.put<Refused>(customer(id), { name: id, currency });
  await currencyOf('closed', 'EUR');
  const closed = await api.post('/v1/customers/closed/statements', { period: '2025-10' });
  expect(closed.status).toBe(201);
  const refused = await currencyOf('closed', 'USD');
  expect([refused.status, refused.body.code]).toEqual([409, 'currency_fixed']);
  await currencyOf('amended', 'EUR');
  const event = { source: 'gw', id: 'no-amount', customer_id: 'amended', service: 'Defaults', time };
  await api.post('/v1/events', event);
  await api.post('/v1/corrections', {
    ...{ id: 'gives-amount', action: 'amend', source: 'gw', event_id: 'no-amount', reason: 'it was known' },
    event: { amount: '9.99' },
  });
  const fixed = await currencyOf('amended', 'USD');
  expect([fixed.status, fixed.body.code]).toEqual([409, 'currency_fixed']);
});

it('a late policy of its own is kept, changed, and shown only where there is one', async () => {
  const plain = await api.put<Customer & { late_policy?: string }>(customer('late'), { name: 'Late' });
  expect(plain.body.late_policy).toBeUndefined();
  const own = await api.put(customer('late'), { name: 'Late', late_policy: 'ignore' });
  expect(own.body).toMatchObject({ late_policy: 'ignore' });
  const renamed = await api.put(customer('late'), { name: 'Later' });
  expect(renamed.body).toMatchObject({ name: 'Later', late_policy: 'ignore' });
  const wrong = await api.put<Refused>(customer('late'), { name: 'Late', late_policy: 'never' });
  expect(wrong.body).toMatchObject({ code: 'late_policy_invalid', field: 'late_policy' });
});
