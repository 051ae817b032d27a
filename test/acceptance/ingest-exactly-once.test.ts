/** An event counts once, whatever the network and impatient callers do with it (DESIGN.md 1, first promise). */
import { expect, it } from 'vitest';
import type { Counts, Ingested, Refused, UsageBody } from '../support/answers.ts';
import { makeRandom } from '../support/random.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const random = makeRandom(20_261_124);
const day = '2025-10-05';
const span = `from=${day}T00:00:00Z&to=2025-10-06T00:00:00Z`;

async function totalOf(customer: string): Promise<{ quantity: string; events: number } | undefined> {
  const { body } = await api.get<UsageBody>(`/v1/usage?customer_id=${customer}&${span}`);
  return body.rows[0];
}

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, at * size + size),
  );
}

async function sendAll(batches: readonly unknown[][], connections: number): Promise<Counts> {
  const waiting = [...batches];
  const total = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  const connection = async () => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const { status, text, body } = await api.post<Ingested>('/v1/events', batch);
      expect(status, text).toBe(200);
      expect(body.accepted + body.duplicates + body.conflicts + body.rejected).toBe(batch.length);
      for (const name of ['accepted', 'duplicates', 'conflicts', 'rejected'] as const)
        total[name] += body[name];
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return total;
}

it('10,000 events, every one sent twice, shuffled over 8 connections, count 10,000 times', async () => {
  const events = Array.from({ length: 10_000 }, (_, at) => ({
    source: `gateway-${at % 3}`,
    id: `twice-${at}`,
    customer_id: `twice-${at % 7}`,
    service: 'TwiceSent',
    time: `${day}T${String(at % 24).padStart(2, '0')}:00:00Z`,
    quantity: '0.1',
  }));
  const batches = batchesOf(random.shuffled([...events, ...events]), 250);
  expect(await sendAll(batches, 8)).toEqual({
    accepted: 10_000,
    duplicates: 10_000,
    conflicts: 0,
    rejected: 0,
  });
  const { body } = await api.get<UsageBody>(`/v1/usage?service=TwiceSent&${span}`);
  expect(body.rows).toMatchObject([{ quantity: '1000', events: 10_000 }]);
});

it('the same batch in flight on 8 connections at once is accepted by exactly one of them', async () => {
  const batch = Array.from({ length: 200 }, (_, at) => ({
    id: `race-${at}`,
    customer_id: 'race',
    service: 'Raced',
    time: `${day}T00:00:00Z`,
  }));
  const repeats = Array.from({ length: 8 }, () => batch);
  expect(await sendAll(repeats, 8)).toMatchObject({ accepted: 200, duplicates: 1400, conflicts: 0 });
  expect(await totalOf('race')).toMatchObject({ quantity: '200', events: 200 });
});

it('an event that is twice in one batch counts once', async () => {
  const event = { id: 'own-twin', customer_id: 'twin', service: 'Twins', time: `${day}T00:00:00Z` };
  const { body } = await api.post<Ingested>('/v1/events', [event, event]);
  expect(body).toMatchObject({ accepted: 1, duplicates: 1 });
  expect(body.results.map(({ status }) => status).sort()).toEqual(['accepted', 'duplicate']);
  expect(await totalOf('twin')).toMatchObject({ quantity: '1', events: 1 });
});

it('the same id of two sources is two events', async () => {
  const event = { id: 'shared-id', customer_id: 'sources', service: 'Sourced', time: `${day}T00:00:00Z` };
  const { body } = await api.post<Ingested>('/v1/events', [
    { ...event, source: 'a' },
    { ...event, source: 'b' },
    { ...event, source: 'A' },
    event,
    { ...event, source: 'default' },
  ]);
  expect(body).toMatchObject({ accepted: 4, duplicates: 1 });
});

it('a lone event with an id that has other content is a 409 that names both contents and changes nothing', async () => {
  const event = {
    source: 'billing/eu',
    id: 'taken',
    customer_id: 'conflicts',
    service: 'Conflicting',
    time: `${day}T00:00:00Z`,
    quantity: '5',
  };
  expect((await api.post('/v1/events', event)).status).toBe(200);
  const answer = await api.post<Refused>('/v1/events', { ...event, quantity: '6' });
  expect(answer.status).toBe(409);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ status: 409, code: 'conflict', source: 'billing/eu', id: 'taken' });
  const { stored_fingerprint: stored, sent_fingerprint: sent } = answer.body;
  expect(stored).toMatch(/^[0-9a-f]{16}$/);
  expect(sent).toMatch(/^[0-9a-f]{16}$/);
  expect(sent).not.toBe(stored);
  expect(await totalOf('conflicts')).toMatchObject({ quantity: '5', events: 1 });
});

it('in a batch, a conflict is one result among the others', async () => {
  const event = {
    id: 'batch-taken',
    customer_id: 'in-batch',
    service: 'Conflicting',
    time: `${day}T00:00:00Z`,
    quantity: '5',
  };
  await api.post('/v1/events', event);
  const { status, body } = await api.post<Ingested>('/v1/events', [
    { ...event, quantity: '7' },
    { ...event, quantity: '5.00' },
    { ...event, id: 'batch-new', quantity: '1' },
  ]);
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 1, duplicates: 1, conflicts: 1, rejected: 0 });
  expect(body.results[0]).toMatchObject({
    index: 0,
    id: 'batch-taken',
    status: 'conflict',
    code: 'conflict',
  });
  expect(body.results[0]?.stored_fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(await totalOf('in-batch')).toMatchObject({ quantity: '6', events: 2 });
});

const first = {
  id: 'set below',
  customer_id: 'retries',
  service: 'Retried',
  time: `${day}T10:00:00.123Z`,
  quantity: '1.5',
  amount: '2',
  properties: { region: 'eu', replicas: 3, spot: true },
};
const { time: _given, ...withoutTime } = first;

it.each([
  ['the same bytes', first, first, 200, 'duplicate'],
  ['a quantity written differently', first, { ...first, quantity: '01.50' }, 200, 'duplicate'],
  ['a quantity as a number', first, { ...first, quantity: 1.5 }, 200, 'duplicate'],
  [
    'the same moment in another zone',
    first,
    { ...first, time: '2025-10-05T12:00:00.123+02:00' },
    200,
    'duplicate',
  ],
  [
    'microseconds beyond the millisecond',
    first,
    { ...first, time: `${day}T10:00:00.123999Z` },
    200,
    'duplicate',
  ],
  [
    'properties in another order',
    first,
    { ...first, properties: { spot: true, replicas: 3, region: 'eu' } },
    200,
    'duplicate',
  ],
  ['no time both times', withoutTime, withoutTime, 200, 'duplicate'],
  ['no time after a time', first, withoutTime, 409, 'conflict'],
  ['a time after no time', withoutTime, first, 409, 'conflict'],
  ['another customer', first, { ...first, customer_id: 'someone else' }, 409, 'conflict'],
  ['another service', first, { ...first, service: 'Other' }, 409, 'conflict'],
  ['another amount', first, { ...first, amount: '2.01' }, 409, 'conflict'],
  ['no amount', first, { ...first, amount: undefined }, 409, 'conflict'],
  [
    'a property of another type',
    first,
    { ...first, properties: { ...first.properties, replicas: '3' } },
    409,
    'conflict',
  ],
  ['one property less', first, { ...first, properties: { region: 'eu', replicas: 3 } }, 409, 'conflict'],
])('a retry with %s', async (name, original, retry, status, outcome) => {
  const id = `retry with ${name}`;
  expect((await api.post('/v1/events', { ...original, id })).status).toBe(200);
  const { status: answered, text, body } = await api.post<Ingested & Refused>('/v1/events', { ...retry, id });
  expect(answered, text).toBe(status);
  if (status === 200) expect(body.results).toMatchObject([{ index: 0, id, status: outcome }]);
  else expect(body).toMatchObject({ code: outcome, source: 'default', id });
});

it('a bad event costs only itself, is named, and its id stays free for the corrected one', async () => {
  const good = (id: string) => ({
    id,
    customer_id: 'mixed',
    service: 'Mixed',
    time: `${day}T00:00:00Z`,
    quantity: '2',
  });
  const { status, body } = await api.post<Ingested>('/v1/events', [
    good('m-0'),
    { ...good('m-1'), quantity: '2,5' },
    good('m-2'),
  ]);
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 2, rejected: 1 });
  const rejected = body.results.filter((result) => result.status === 'rejected');
  expect(rejected).toMatchObject([
    { index: 1, source: 'default', id: 'm-1', code: 'quantity_invalid', field: 'quantity' },
  ]);
  expect(rejected[0]?.message).toBeTruthy();
  expect(await totalOf('mixed')).toMatchObject({ quantity: '4', events: 2 });

  const corrected = await api.post<Ingested>('/v1/events', { ...good('m-1'), quantity: '2.5' });
  expect(corrected.body).toMatchObject({ accepted: 1, duplicates: 0 });
  expect(await totalOf('mixed')).toMatchObject({ quantity: '6.5', events: 3 });
});

it('a lone event that is rejected is a 422 that names code, field and identity', async () => {
  const event = { id: 'lone-bad', customer_id: 'lone', service: 'Lone', quantity: 'many' };
  const { status, body } = await api.post<Refused>('/v1/events', event);
  expect(status).toBe(422);
  expect(body).toMatchObject({
    code: 'quantity_invalid',
    field: 'quantity',
    source: 'default',
    id: 'lone-bad',
  });
});
