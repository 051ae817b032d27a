/** Corrections over HTTP: entries of their own, the event stays, the identity stays taken (MONEY.md 5.6). */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested, Listed, Refused, UsageBody } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { startServer, useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Correction {
  id: string;
  action: string;
  source: string;
  event_id: string;
  reason: string;
  actor: string;
  event?: Record<string, unknown>;
  sequence: string;
  received_at: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const correct = (content: object) => api.post<Correction & Refused>('/v1/corrections', content);
const voidOf = (id: string, eventId: string) => ({
  ...{ id, action: 'void', source: 'gw', event_id: eventId, reason: 'sent twice' },
});

async function report(id: string, more: object = {}) {
  const event = {
    ...{ source: 'gw', id, customer_id: 'acme', service: 'API', time: '2025-10-05T10:00:00Z', quantity: '5' },
    ...more,
  };
  const { body } = await api.post<Ingested>('/v1/events', [event]);
  expect(body.accepted).toBe(1);
  return event;
}

async function usageOf(query: Record<string, string>): Promise<string[]> {
  const { body } = await api.get<UsageBody>(pathOf(['v1', 'usage'], { ...span, ...query }));
  return body.rows.map(({ quantity, events }) => `${quantity} in ${events}`);
}

beforeAll(async () => {
  await api.put('/v1/customers/acme', { name: 'Acme' });
  await api.put('/v1/services/API', { name: 'API' });
});

it('a voided event counts no more; what was reported is still there', async () => {
  await report('v1', { service: 'Voided' });
  await report('v2', { service: 'Voided', quantity: '7' });
  const made = await correct(voidOf('void-1', 'v1'));
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ ...voidOf('void-1', 'v1'), actor: 'local' });
  expect(await usageOf({ service: 'Voided' })).toEqual(['7 in 1']);
  const stored = await api.get<Listed>('/v1/events/gw/v1');
  expect(stored.body).toMatchObject({ quantity: '5', service: 'Voided' });
});

it('an amend replaces members of the event as first accepted; the last one wins', async () => {
  await report('a1', { service: 'Amended', properties: { region: 'eu', size: 3 } });
  const amend = { ...voidOf('amend-1', 'a1'), action: 'amend', event: { quantity: '9' } };
  const made = await correct(amend);
  expect(made.status, made.text).toBe(201);
  expect(made.body.event).toEqual({
    ...{ customer_id: 'acme', service: 'Amended', time: '2025-10-05T10:00:00.000Z', quantity: '9' },
    properties: { region: 'eu', size: 3 },
  });
  expect(await usageOf({ service: 'Amended' })).toEqual(['9 in 1']);
  const second = { ...amend, id: 'amend-2', event: { properties: { region: 'us' } } };
  expect((await correct(second)).status).toBe(201);
  expect(await usageOf({ service: 'Amended' })).toEqual(['5 in 1']);
  expect(await usageOf({ service: 'Amended', group_by: 'properties.region' })).toEqual(['5 in 1']);
});

it('an amend may move the event to another customer, service and time', async () => {
  await report('m1', { service: 'Moved' });
  const event = { customer_id: 'other', service: 'MovedTo', time: '2025-10-31T23:59:59.999Z' };
  await correct({ ...voidOf('move-1', 'm1'), action: 'amend', event });
  expect(await usageOf({ service: 'Moved' })).toEqual([]);
  expect(await usageOf({ service: 'MovedTo', customer_id: 'other' })).toEqual(['5 in 1']);
  expect(await usageOf({ service: 'MovedTo', from: '2025-10-31T23:59:59.999Z' })).toEqual(['5 in 1']);
});

it('the same id with the same content is answered again, with other content refused', async () => {
  await report('s1');
  await report('s2');
  const made = await correct(voidOf('same-1', 's1'));
  const again = await correct(voidOf('same-1', 's1'));
  expect([again.status, again.body]).toEqual([200, made.body]);
  for (const other of [
    { ...voidOf('same-1', 's1'), reason: 'other' },
    voidOf('same-1', 's2'),
    voidOf('same-1', 'unknown'),
    { ...voidOf('same-1', 's1'), action: 'amend', event: { quantity: '1' } },
  ]) {
    const refused = await correct(other);
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
  }
});

it('many at once with one id make one; many voids of one event make one void', async () => {
  await report('c1');
  const same = await Promise.all(Array.from({ length: 8 }, () => correct(voidOf('many', 'c1'))));
  expect(same.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  await report('c2');
  const voids = await Promise.all(Array.from({ length: 5 }, (_, n) => correct(voidOf(`race-${n}`, 'c2'))));
  expect(voids.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
});

it('what was voided stays voided: neither void nor amend again; an unknown event is not found', async () => {
  await report('w1');
  await correct(voidOf('w-void', 'w1'));
  for (const more of [{}, { action: 'amend', event: { quantity: '1' } }]) {
    const refused = await correct({ ...voidOf('w-again', 'w1'), ...more });
    expect([refused.status, refused.body.code]).toEqual([409, 'already_voided']);
  }
  const unknown = await correct(voidOf('w-unknown', 'never-reported'));
  expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
});

it('the identity stays taken: the original is a duplicate with a warning, anything else a conflict', async () => {
  const voided = await report('t1');
  const amended = await report('t2');
  await correct(voidOf('t-void', 't1'));
  await correct({ ...voidOf('t-amend', 't2'), action: 'amend', event: { quantity: '6' } });
  const { body } = await api.post<Ingested>('/v1/events?results=all', [
    ...[voided, amended],
    ...[
      { ...voided, quantity: '6' },
      { ...amended, quantity: '6' },
    ],
  ]);
  expect(body.results.map(({ status, warnings }) => [status, warnings])).toEqual([
    ['duplicate', ['event_voided']],
    ['duplicate', ['event_amended']],
    ['conflict', undefined],
    ['conflict', undefined],
  ]);
});

it.each([
  [{ action: 'undo' }, 'action_invalid', 'action'],
  [{ id: '' }, 'id_invalid', 'id'],
  [{ reason: '' }, 'reason_invalid', 'reason'],
  [{ reason: undefined }, 'reason_missing', 'reason'],
  [{ source: undefined }, 'source_missing', 'source'],
  [{ event_id: undefined }, 'event_id_missing', 'event_id'],
  [{ event: {} }, 'event_missing', 'event'],
  [{ event: undefined }, 'event_missing', 'event'],
  [{ event: { id: 'x' } }, 'event_invalid', 'event.id'],
  [{ event: { source: 'x' } }, 'event_invalid', 'event.source'],
  [{ event: { quantity: '1e5' } }, 'quantity_invalid', 'event.quantity'],
  [{ event: { quantity: '-1' } }, 'quantity_invalid', 'event.quantity'],
  [{ event: { colour: 'red' } }, 'field_unknown', 'event.colour'],
  [{ event: { time: '2100-01-01T00:00:00Z' } }, 'time_in_future', 'event.time'],
  [{ action: 'void' }, 'event_invalid', 'event'],
  [{ extra: 1 }, 'field_unknown', 'extra'],
])('a correction with %j is refused', async (more, code, field) => {
  await api.post('/v1/events', [
    ...[{ source: 'gw', id: 'r1', customer_id: 'acme', service: 'API', time: '2025-10-05T10:00:00Z' }],
  ]);
  const amend = { ...voidOf('refused', 'r1'), action: 'amend', event: { quantity: '2' } };
  const refused = await correct({ ...amend, ...more });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code, field });
});

it('corrections are found one by one, listed in their order, and narrowed to an event', async () => {
  await report('l1');
  await correct({ ...voidOf('l-1', 'l1'), action: 'amend', event: { quantity: '1' } });
  await correct({ ...voidOf('l-2', 'l1'), action: 'amend', event: { quantity: '2' } });
  const query = { source: 'gw', event_id: 'l1', limit: '1' };
  const ofEvent = await walkPages<Correction>(api, ['v1', 'corrections'], query);
  expect(ofEvent.map(({ id }) => id)).toEqual(['l-1', 'l-2']);
  expect((await api.get('/v1/corrections/l-2')).body).toEqual(ofEvent[1]);
  expect((await api.get('/v1/corrections/nothing')).status).toBe(404);
  const all = await walkPages<Correction>(api, ['v1', 'corrections'], { limit: '3' });
  const sequences = all.map(({ sequence }) => BigInt(sequence));
  expect(sequences).toEqual(sequences.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const half = await api.get<Refused>(pathOf(['v1', 'corrections'], { source: 'gw' }));
  expect([half.status, half.body.field]).toEqual([422, 'event_id']);
});

it('as of its own sequence a correction counts, and just before it does not', async () => {
  await report('h1', { service: 'History' });
  const made = await correct(voidOf('h-void', 'h1'));
  const { sequence } = made.body;
  const before = String(BigInt(sequence) - 1n);
  expect(await usageOf({ service: 'History', as_of: before })).toEqual(['5 in 1']);
  expect(await usageOf({ service: 'History', as_of: sequence })).toEqual([]);
});

it('a correction survives a kill, with its audit entry', async () => {
  const first = await startServer();
  const before = apiOf(() => first.url);
  await before.post('/v1/events', [
    ...[{ source: 'gw', id: 'k1', customer_id: 'acme', service: 'API', time: '2025-10-05T10:00:00Z' }],
  ]);
  const made = await before.post<Correction>('/v1/corrections', voidOf('k-void', 'k1'));
  expect(made.status).toBe(201);
  first.kill('SIGKILL');
  await first.exited;
  const second = await startServer({ data: first.data });
  const after = apiOf(() => second.url);
  expect((await after.get('/v1/corrections/k-void')).body).toEqual(made.body);
  expect((await after.post<Correction>('/v1/corrections', voidOf('k-void', 'k1'))).status).toBe(200);
  const usage = await after.get<UsageBody>(pathOf(['v1', 'usage'], span));
  expect(usage.body.rows).toEqual([]);
  const audit = await walkPages<{ subject_id: string }>(after, ['v1', 'audit'], { subject: 'correction' });
  expect(audit.map(({ subject_id: id }) => id)).toEqual(['k-void']);
});
