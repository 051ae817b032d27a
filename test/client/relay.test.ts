/** `countinghouse relay` as an operator runs it: the server's wire, durable before it answers, delivered later. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder, type Program, runProgram, startServer } from '../support/server-process.ts';

const use = {
  customer_id: 'cust_42',
  service: 'APIRequests',
  quantity: '2.5',
  time: '2026-11-24T10:00:00.000Z',
};

async function startRelay(to: string, spool: string): Promise<Program & { readonly url: string }> {
  const program = runProgram(['relay', '--to', to, '--port', '0', '--spool', spool]);
  await expect
    .poll(() => program.output() + program.errors(), { timeout: 30_000 })
    .toMatch(/listening on http\S+,/);
  const url = /listening on (http\S+),/.exec(program.output())?.[1] ?? '';
  return { ...program, url };
}

const listed = async (url: string) => {
  const { body } = await apiOf(() => url).get<{ items: { id: string; quantity: string }[] }>('/v1/events');
  return body.items.map(({ id, quantity }) => `${id} ${quantity}`).sort();
};

test('what it took while the server was away, and while it was killed itself, is delivered once', async () => {
  const [data, spool] = [await makeFolder(), join(await makeFolder(), 'made')];
  const first = await startServer({ data });
  const port = new URL(first.url).port;
  const relay = await startRelay(first.url, spool);
  const { post, get } = apiOf(() => relay.url);
  expect(await post('/v1/events', { ...use, id: 'a' })).toMatchObject({
    status: 202,
    body: { queued: 1, rejected: 0, results: [] },
  });
  await expect.poll(() => listed(first.url), { timeout: 30_000 }).toEqual(['a 2.5']);
  first.kill('SIGKILL');
  await first.exited;
  expect(
    (
      await post('/v1/events', [
        { ...use, id: 'b' },
        { ...use, id: 'c' },
      ])
    ).body,
  ).toMatchObject({ queued: 2 });
  expect((await get('/health')).body).toMatchObject({ status: 'healthy', waiting: 2 });
  relay.kill('SIGKILL');
  await relay.exited;
  const second = await startServer({ data, args: ['--port', port] });
  const next = await startRelay(second.url, spool);
  await expect.poll(() => listed(second.url), { timeout: 30_000 }).toEqual(['a 2.5', 'b 2.5', 'c 2.5']);
  next.kill('SIGTERM');
  expect(await next.exited).toEqual({ code: 0, signal: null });
  expect(next.errors()).toMatch(/0 left in/);
  expect(readdirSync(spool)).toEqual([]);
});

test('it refuses what the server would refuse, in the same words', async () => {
  const server = await startServer();
  const relay = await startRelay(server.url, await makeFolder());
  const ours = apiOf(() => relay.url);
  const theirs = apiOf(() => server.url);
  const cases: [string, unknown, Record<string, string>?][] = [
    ['a lone event', { ...use, id: 'a', quantity: '1e3' }],
    ['without an id', use],
    ['two ids', { ...use, id: 'a' }, { 'idempotency-key': 'b' }],
    ['a wrong type', 'x', { 'content-type': 'text/plain' }],
    ['no event', 17],
  ];
  for (const [, body, headers] of cases) {
    const [mine, other] = [
      await ours.post('/v1/events', body, headers),
      await theirs.post('/v1/events', body, headers),
    ];
    const members = ({ request_id: _, source: __, ...rest }: Record<string, unknown>) => rest;
    expect([mine.status, members(mine.body as never)]).toEqual([other.status, members(other.body as never)]);
  }
  const batch = [{ ...use, id: 'ok' }, { ...use, id: 'no', quantity: 'x' }, 3, null];
  expect((await ours.post('/v1/events', batch)).body).toMatchObject({
    queued: 1,
    rejected: 3,
    results: [
      { index: 1, id: 'no', status: 'rejected', code: 'quantity_invalid', field: 'quantity' },
      { index: 2, status: 'rejected', code: 'event_invalid' },
      { index: 3, status: 'rejected', code: 'event_invalid' },
    ],
  });
  expect(await ours.get('/v1/events')).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  expect(await ours.get('/v1/usage')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await ours.post('/v1/events?what=1', [])).status).toBe(422);
  expect((await ours.post('/v1/events?results=all', [{ ...use, id: 'ok2' }])).body).toMatchObject({
    results: [{ id: 'ok2', status: 'queued' }],
  });
});

test('a repeat without a time is the same event; other formats are taken too', async () => {
  const server = await startServer();
  const spool = await makeFolder();
  const relay = await startRelay(server.url, spool);
  const { post, send } = apiOf(() => relay.url);
  const { time: _, ...timeless } = use;
  await post('/v1/events', { ...timeless, id: 'a', quantity: '1' });
  await post('/v1/events', { ...timeless, id: 'a', quantity: '1' });
  const lines = `{"id":"b","customer_id":"c","service":"s","quantity":12345678901234567890}\n{"id":"b2","customer_id":"c","service":"s","quantity":"12345678901234567890"}\n`;
  const ndjson = await send('POST', '/v1/events', {
    body: lines,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(ndjson.body).toMatchObject({
    queued: 1,
    rejected: 1,
    results: [{ index: 0, code: 'quantity_invalid' }],
  });
  await post(
    '/v1/events',
    { specversion: '1.0', id: 'd', source: 'gw', type: 's', subject: 'c', data: { quantity: '7' } },
    { 'content-type': 'application/cloudevents+json' },
  );
  await expect
    .poll(() => listed(server.url), { timeout: 30_000 })
    .toEqual(['a 1', 'b2 12345678901234567890', 'd 7']);
  const dead = readdirSync(spool).filter((name) => name.startsWith('dead-letters'));
  expect(dead.map((name) => readFileSync(join(spool, name), 'utf8'))).toEqual([]);
});

test('wrong usage is told', async () => {
  const { exited, errors } = runProgram(['relay', '--to', 'nowhere', '--spool', 'x']);
  expect((await exited).code).toBe(2);
  expect(errors()).toMatch(/--to must be the address/);
});
