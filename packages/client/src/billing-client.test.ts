/** The client's life: its options, flushing and closing. */
import { afterEach, expect, test, vi } from 'vitest';
import { BillingClient } from './node.ts';
import type { BillingClientOptions } from './options.ts';
import { systemSurroundings } from './surroundings.ts';
import { problem, stayOut } from './testing/scripted-server.ts';
import { makeFolder } from './testing/spool-on-disk.ts';
import { failureOf, startClient } from './testing/start-client.ts';

const use = { customer_id: 'cust_42', service: 'APIRequests' };
const baseUrl = 'http://127.0.0.1:9';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each<[string, string, unknown]>([
  ['option_unknown', 'baseURL', { baseURL: baseUrl }],
  ['option_unknown', 'spool.dir', { baseUrl, spool: { dir: '/tmp' } }],
  ['option_invalid', 'spool.directory', { baseUrl, spool: {} }],
  ['option_invalid', 'spool.memory', { baseUrl, spool: { memory: true, directory: '/tmp' } }],
  ['option_invalid', 'spool.maxBytes', { baseUrl, spool: { memory: true, maxBytes: 1024 * 1024 - 1 } }],
  ['option_invalid', 'spool.fsync', { baseUrl, spool: { memory: true, fsync: 'sometimes' } }],
  ['option_invalid', 'spool.whenFull', { baseUrl, spool: { memory: true, whenFull: 'wait' } }],
  ['option_invalid', 'batch.maxInFlight', { baseUrl, batch: { maxInFlight: 0 } }],
  ['option_invalid', 'onDeadLetter', { baseUrl, onDeadLetter: 'x' }],
  ['spool_unusable', 'spool.directory', { baseUrl, spool: { directory: '/does/not/exist' } }],
  ['option_unknown', 'batch.max', { baseUrl, batch: { max: 1 } }],
  ['option_unknown', 'retry.attempts', { baseUrl, retry: { attempts: 1 } }],
  ['option_invalid', 'options', null],
  ['option_invalid', 'batch', { baseUrl, batch: null }],
  ['option_invalid', 'baseUrl', {}],
  ['option_invalid', 'baseUrl', { baseUrl: 'billing.example.com' }],
  ['option_invalid', 'baseUrl', { baseUrl: 'ftp://x' }],
  ['option_invalid', 'baseUrl', { baseUrl: 'http://u:p@x' }],
  ['option_invalid', 'baseUrl', { baseUrl: 'http://x/?a=1' }],
  ['option_invalid', 'apiKey', { baseUrl, apiKey: 'a\nb' }],
  ['option_invalid', 'source', { baseUrl, source: '' }],
  ['option_invalid', 'batch.maxEvents', { baseUrl, batch: { maxEvents: 10_001 } }],
  ['option_invalid', 'batch.maxBytes', { baseUrl, batch: { maxBytes: 0 } }],
  ['option_invalid', 'batch.maxAgeMs', { baseUrl, batch: { maxAgeMs: -1 } }],
  ['option_invalid', 'retry.maxAttempts', { baseUrl, retry: { maxAttempts: 0 } }],
  ['option_invalid', 'timeoutMs', { baseUrl, timeoutMs: '30' }],
  ['option_invalid', 'logger', { baseUrl, logger: {} }],
  ['option_invalid', 'fetch', { baseUrl, fetch: 1 }],
])('%s names %s', (code, field, options) => {
  vi.stubEnv('COUNTINGHOUSE_URL', '');
  const make = () => new BillingClient(options as BillingClientOptions);
  expect(make).toThrowError(expect.objectContaining({ name: 'BillingError', code, field }));
  expect(make).toThrowError(field);
});

test('address and key come from the environment where they are not given', async () => {
  const { server } = await startClient([]);
  vi.stubEnv('COUNTINGHOUSE_URL', `${server.baseUrl}/prefix/`);
  vi.stubEnv('COUNTINGHOUSE_API_KEY', 'from-env');
  await new BillingClient().recordUsage(use);
  expect(server.received[0]).toMatchObject({
    url: '/prefix/v1/events',
    headers: { authorization: 'Bearer from-env' },
  });
});

test('every number and choice of the options may come from the environment', async () => {
  vi.stubEnv('COUNTINGHOUSE_BATCH_MAX_EVENTS', '10001');
  expect(() => new BillingClient({ baseUrl })).toThrowError('batch.maxEvents');
  vi.stubEnv('COUNTINGHOUSE_BATCH_MAX_EVENTS', '1');
  vi.stubEnv('COUNTINGHOUSE_SPOOL_DIRECTORY', '/does/not/exist');
  expect(() => new BillingClient({ baseUrl })).toThrowError('/does/not/exist');
  const { client, server } = await startClient([], { spool: false });
  await Promise.all([client.recordUsage(use), client.recordUsage(use)]);
  expect(server.received.length).toBe(2);
});

test('a flush waits for what was recorded and sent', async () => {
  const { client } = await startClient([]);
  const calls = [client.recordUsage(use), client.recordUsage(use)];
  const sent = client.sendUsage([use]);
  expect(await client.flush()).toEqual({
    recorded: 2,
    delivered: 2,
    waiting: 0,
    dead: 0,
    dropped: 0,
    damaged: 0,
  });
  expect(await sent).toMatchObject({ accepted: 1 });
  await Promise.all(calls);
});

test('a flush that takes too long tells what still waits', async () => {
  const { client } = await startClient([], { otherwise: stayOut });
  const call = failureOf(client.recordUsage(use));
  expect(await client.flush(1)).toEqual({
    recorded: 1,
    delivered: 0,
    waiting: 1,
    dead: 0,
    dropped: 0,
    damaged: 0,
  });
  await client.close(1);
  await call;
});

test('closing delivers first, and then takes no more', async () => {
  const { client, server } = await startClient([]);
  const call = client.recordUsage(use);
  expect(await client.close()).toEqual({
    recorded: 1,
    delivered: 1,
    waiting: 0,
    dead: 0,
    dropped: 0,
    damaged: 0,
  });
  expect(await call).toMatchObject({ status: 'accepted' });
  for (const late of [
    client.recordUsage(use),
    client.sendUsage([use]),
    client.getUsage('c'),
    client.healthCheck(),
  ]) {
    expect(await failureOf(late)).toMatchObject({ code: 'closed' });
  }
  expect(server.received.length).toBe(1);
  expect(await client.close()).toEqual(client.stats());
});

test('closing in time ends what is under way, and each pending call is told', async () => {
  const { client, server } = await startClient([], { otherwise: stayOut });
  const recording = failureOf(client.recordUsage(use));
  const sending = failureOf(client.sendUsage([use]));
  await expect.poll(() => server.received.length).toBe(2);
  expect(await client.close(1)).toEqual({
    recorded: 1,
    delivered: 0,
    waiting: 0,
    dead: 1,
    dropped: 0,
    damaged: 0,
  });
  expect(await recording).toMatchObject({ code: 'closed', events: [use] });
  expect(await sending).toMatchObject({ code: 'closed' });
});

test('closing ends a wait between attempts', async () => {
  const script = [problem(503, 'busy', { 'retry-after': '3600' })];
  const { sleep } = systemSurroundings;
  const { client, server } = await startClient(script, { surroundings: { sleep } });
  const call = failureOf(client.recordUsage(use));
  await expect.poll(() => server.received.length).toBe(1);
  await client.close(1);
  expect(await call).toMatchObject({ code: 'closed' });
  expect(server.received.length).toBe(1);
});

test('a fetch that obeys no signal cannot hold the client beyond its time limit', async () => {
  const deaf = (() => new Promise(() => {})) as typeof fetch;
  const { client } = await startClient([], { fetch: deaf, timeoutMs: 20, retry: { maxAttempts: 2 } });
  expect(await failureOf(client.recordUsage(use))).toMatchObject({ code: 'no_answer', message: /20 ms/ });
});

test('leaving the block of an `await using` closes the client', async () => {
  const { client } = await startClient([]);
  const call = client.recordUsage(use);
  await client[Symbol.asyncDispose]();
  expect(await call).toMatchObject({ status: 'accepted' });
  expect(await failureOf(client.recordUsage(use))).toMatchObject({ code: 'closed' });
});

test('counters are told as they rise, and add up', async () => {
  const told: Record<string, number> = {};
  const onCount = (name: string, by: number) => {
    told[name] = (told[name] ?? 0) + by;
  };
  const { client } = await startClient([problem(500, 'x')], { spool: { directory: makeFolder() }, onCount });
  await Promise.all([client.recordUsage(use), client.recordUsage(use)]);
  await client.close();
  expect(told).toEqual({ recorded: 2, delivered: 2, requests: 2, failures: 1 });
});

test.each(['throw', 'drop-oldest'] as const)('a full spool in memory: %s', async (whenFull) => {
  const spool = { memory: true, maxBytes: 1024 * 1024, whenFull };
  const { client } = await startClient([], { otherwise: stayOut, spool });
  const big = {
    ...use,
    properties: Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`p${n}`, 'x'.repeat(1000)])),
  };
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => client.recordUsage(big)));
  const { recorded, dropped, waiting } = client.stats();
  const refused = results.filter(({ status }) => status === 'rejected');
  if (whenFull === 'throw') expect(refused[0]).toMatchObject({ reason: { code: 'spool_full' } });
  else expect([refused.length, dropped > 0]).toEqual([0, true]);
  expect([recorded, waiting]).toEqual([100 - refused.length, 100 - refused.length - dropped]);
  await client.close(1);
});
