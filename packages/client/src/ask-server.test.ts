/** Questions over real HTTP: the right path, every page, and no answer that is none. */
import { expect, test } from 'vitest';
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
