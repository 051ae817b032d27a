/** A strict server refuses what it does not know; a repeat is answered first all the same (DESIGN.md 3.1). */
import { expect, it } from 'vitest';
import type { Ingested, Refused, UsageBody } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { makeFolder, startServer, useServer } from '../support/server-process.ts';

const server = useServer(['--strict']);
const api = apiOf(() => server().url);
const time = '2025-10-05T10:00:00Z';
const event = { id: 's-1', customer_id: 'strict', service: 'Strict', time };

it('unknown customers and services are refused by name, and the id stays free', async () => {
  const noCustomer = await api.post<Refused>('/v1/events', event);
  expect(noCustomer.status).toBe(422);
  expect(noCustomer.body).toMatchObject({ code: 'customer_unknown', field: 'customer_id', id: 's-1' });
  await api.put('/v1/customers/strict', { name: 'Strict' });
  const noService = await api.post<Ingested>('/v1/events', [event]);
  expect(noService.body.results).toMatchObject([
    { status: 'rejected', code: 'service_unknown', field: 'service', id: 's-1' },
  ]);
  await api.put('/v1/services/Strict', { name: 'Strict' });
  expect((await api.post<Ingested>('/v1/events', event)).body).toMatchObject({ accepted: 1 });
  const { body } = await api.get<UsageBody>('/v1/usage?from=2025-10-01T00:00:00Z&to=2025-11-01T00:00:00Z');
  expect(body.rows).toMatchObject([{ quantity: '1', events: 1 }]);
});

it('archived records are known: their events are accepted with a warning', async () => {
  await api.send('POST', '/v1/customers/strict/archive');
  const { body } = await api.post<Ingested>('/v1/events', { ...event, id: 's-2' });
  expect(body.results).toMatchObject([{ status: 'accepted', warnings: ['customer_archived'] }]);
});

it('an event that was accepted before the server became strict is a duplicate afterwards', async () => {
  const data = await makeFolder();
  const lax = await startServer({ data });
  const laxApi = apiOf(() => lax.url);
  const unknown = { ...event, id: 'before', customer_id: 'unknown' };
  expect((await laxApi.post<Ingested>('/v1/events', unknown)).body).toMatchObject({ accepted: 1 });
  expect(await lax.stop()).toEqual({ code: 0, signal: null });

  const strict = await startServer({ data, args: ['--strict'] });
  const strictApi = apiOf(() => strict.url);
  expect((await strictApi.post<Ingested>('/v1/events', unknown)).body).toMatchObject({ duplicates: 1 });
  const changed = await strictApi.post<Refused>('/v1/events', { ...unknown, quantity: '2' });
  expect(changed.body.code).toBe('conflict');
  const fresh = await strictApi.post<Refused>('/v1/events', { ...unknown, id: 'after' });
  expect(fresh.body.code).toBe('customer_unknown');
});
