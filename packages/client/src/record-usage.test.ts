/** recordUsage over real HTTP: identities minted once, calls gathered, each told what became of its own event. */
import { expect, test } from 'vitest';
import {
  acceptAll,
  answer,
  cutAnswer,
  cutConnection,
  problem,
  type Step,
  stayOut,
} from './testing/scripted-server.ts';
import { failureOf, startClient } from './testing/start-client.ts';
import type { UsageEvent } from './wire/event.ts';

const use = { customer_id: 'cust_42', service: 'APIRequests' };
const named = (id: string): UsageEvent => ({ ...use, id, time: '2026-11-24T09:00:00Z' });

test('an event gets a UUIDv7 and its time, and is answered with them', async () => {
  const { client, server } = await startClient([]);
  const recorded = await client.recordUsage({ ...use, quantity: 5.5, properties: { region: 'eu', n: 1 } });
  expect(recorded).toEqual({ id: expect.any(String), time: '2026-11-24T10:00:00.123Z', status: 'accepted' });
  expect(recorded.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(recorded.id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse(recorded.time));
  expect(server.received.map(({ method, url, events }) => [method, url, events])).toEqual([
    [
      'POST',
      '/v1/events',
      [{ ...use, id: recorded.id, time: recorded.time, quantity: '5.5', properties: { region: 'eu', n: 1 } }],
    ],
  ]);
});

test('key and source are sent, and no source where none is known', async () => {
  const { client, server } = await startClient([], { apiKey: 'key-1', source: 'gateway' });
  await client.recordUsage(use);
  await client.recordUsage({ ...use, source: 'own' });
  expect(server.received[0]?.headers.authorization).toBe('Bearer key-1');
  expect(server.received.map(({ events }) => events[0]?.source)).toEqual(['gateway', 'own']);
});

test('an identity of the caller is kept, and needs a time', async () => {
  const { client, server } = await startClient([]);
  expect(await client.recordUsage(named('mine'))).toMatchObject({
    id: 'mine',
    time: '2026-11-24T09:00:00.000Z',
  });
  const failure = await failureOf(client.recordUsage({ ...use, id: 'mine' }));
  expect(failure).toMatchObject({ name: 'BillingError', code: 'time_missing', field: 'time' });
  expect(server.received.length).toBe(1);
});

test.each<[string, string, unknown]>([
  ['quantity_invalid', 'quantity', { ...use, quantity: '1e3' }],
  ['id_invalid', 'id', { ...use, id: null }],
  ['time_invalid', 'time', { ...use, time: null }],
  ['customer_id_missing', 'customer_id', { service: 's' }],
])('an invalid event is refused with %s and not sent', async (code, field, event) => {
  const { client, server } = await startClient([]);
  expect(await failureOf(client.recordUsage(event as UsageEvent))).toMatchObject({ code, field });
  expect(await failureOf(client.recordUsage('x' as unknown as UsageEvent))).toMatchObject({
    code: 'event_invalid',
  });
  expect(server.received.length).toBe(0);
  expect(client.stats()).toEqual({ recorded: 0, delivered: 0, waiting: 0, dead: 0, dropped: 0, damaged: 0 });
});

test.each<[string, Step]>([
  ['a cut connection', cutConnection],
  ['an answer cut in the middle', cutAnswer],
  ['503', problem(503, 'busy')],
  ['429', problem(429, 'busy')],
  ['a page that is not ours', answer(200, '<html>')],
  ['an answer without counts', answer(200, {})],
  [
    'counts that do not add up',
    answer(200, { accepted: 2, duplicates: 0, conflicts: 0, rejected: 0, results: [] }),
  ],
  [
    'a rejection that names no event',
    answer(200, { accepted: 0, duplicates: 0, conflicts: 0, rejected: 1, results: [] }),
  ],
  [
    'a result for an event that was not sent',
    answer(200, {
      accepted: 0,
      duplicates: 1,
      conflicts: 0,
      rejected: 0,
      results: [{ index: 1, status: 'duplicate' }],
    }),
  ],
])('after %s the same bytes are sent again', async (_, step) => {
  const { client, server, waits } = await startClient([step, step]);
  const { id } = await client.recordUsage(use);
  expect(server.received.length).toBe(3);
  expect(new Set(server.received.map(({ body }) => body)).size).toBe(1);
  expect(server.received[2]?.events[0]?.id).toBe(id);
  expect(waits).toEqual([100, 200]);
});

test('an attempt that is not answered in time is given up and repeated', async () => {
  const { client, server } = await startClient([stayOut], { timeoutMs: 50 });
  await client.recordUsage(use);
  expect(server.received.length).toBe(2);
});

test('after the last attempt the error says what to send again, and why it failed', async () => {
  const { client, server } = await startClient([], { otherwise: cutConnection });
  const failure = await failureOf(client.recordUsage(use));
  expect(server.received.length).toBe(8);
  expect(failure).toMatchObject({
    code: 'no_answer',
    message: /gave up after 8 attempts/,
    cause: expect.any(Error),
  });
  expect(failure).toMatchObject({ events: [{ ...use, id: server.received[0]?.events[0]?.id }] });
  expect(client.stats()).toEqual({ recorded: 1, delivered: 0, waiting: 0, dead: 1, dropped: 0, damaged: 0 });
});

test.each([401, 403, 404, 405, 415])('%i is final, and told with its problem', async (status) => {
  const { client, server } = await startClient([problem(status, 'no_luck')]);
  const failure = await failureOf(client.recordUsage(use));
  expect(failure).toMatchObject({ status, code: 'no_luck', message: 'it was no_luck', requestId: 'req-1' });
  expect(server.received.length).toBe(1);
});

test('a redirect is not followed', async () => {
  const { client, server } = await startClient([answer(307, '', { location: '/v1/events' })]);
  expect(await failureOf(client.recordUsage(use))).toMatchObject({ code: 'http_307', status: 307 });
  expect(server.received.length).toBe(1);
});

test('Retry-After is obeyed beyond the longest wait of our own', async () => {
  const date = new Date(Date.parse('2026-11-24T10:02:00Z')).toUTCString();
  const script = [
    problem(503, 'busy', { 'retry-after': '120' }),
    problem(429, 'busy', { 'retry-after': date }),
    problem(503, 'busy', { 'retry-after': '999999' }),
    problem(503, 'busy', { 'retry-after': 'soon' }),
  ];
  const { client, waits } = await startClient(script, { retry: { maxDelayMs: 1000 } });
  await client.recordUsage(use);
  expect(waits).toEqual([120_000, 119_877, 3_600_000, 500]);
});

test('each call of a batch is told its own result', async () => {
  const results = [
    { index: 1, id: 'b', status: 'duplicate' },
    { index: 2, id: 'c', status: 'conflict', code: 'conflict', message: 'other content' },
    {
      index: 3,
      id: 'd',
      status: 'rejected',
      code: 'time_in_future',
      field: 'time',
      message: 'too far ahead',
    },
    { index: 4, id: 'e', status: 'accepted', warnings: ['customer_unknown'] },
  ];
  const { client, server } = await startClient([
    answer(200, { accepted: 2, duplicates: 1, conflicts: 1, rejected: 1, results }),
  ]);
  const calls = ['a', 'b', 'c', 'd', 'e'].map((id) => client.recordUsage(named(id)));
  expect(client.stats()).toEqual({ recorded: 5, delivered: 0, waiting: 5, dead: 0, dropped: 0, damaged: 0 });
  const settled = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
  expect(settled).toMatchObject([
    { id: 'a', status: 'accepted' },
    { id: 'b', status: 'duplicate' },
    { name: 'BillingError', code: 'conflict', message: 'other content', events: [{ id: 'c' }] },
    { name: 'BillingError', code: 'time_in_future', field: 'time' },
    { id: 'e', status: 'accepted', warnings: ['customer_unknown'] },
  ]);
  expect(server.received.length).toBe(1);
  expect(client.stats()).toEqual({ recorded: 5, delivered: 3, waiting: 0, dead: 2, dropped: 0, damaged: 0 });
});

test('the next batch gathers while one is under way', async () => {
  const release: (() => void)[] = [];
  const holdFirst: Step = (received, response) => {
    if (received.method === 'GET') return answer(200, { status: 'healthy' })(received, response);
    const respond = () => acceptAll(received, response);
    if (release.push(respond) > 1) return respond();
  };
  const { client, server } = await startClient([], { otherwise: holdFirst, batch: { maxEvents: 3 } });
  const sizes = () =>
    server.received.filter(({ method }) => method === 'POST').map(({ events }) => events.length);
  const first = client.recordUsage(use);
  await expect.poll(() => release.length).toBe(1);
  const others = Array.from({ length: 5 }, () => client.recordUsage(use));
  // Had the others been sent by now, they would have come before the last of these answers.
  for (let round = 0; round < 5; round += 1) await client.healthCheck();
  expect(sizes()).toEqual([1]);
  release[0]?.();
  await Promise.all([first, ...others]);
  expect(sizes()).toEqual([1, 3, 2]);
});

test('a batch holds no more bytes than it may', async () => {
  const { client, server } = await startClient([], { batch: { maxBytes: 500 } });
  const long = { ...use, properties: { text: 'é'.repeat(60) } };
  await Promise.all(Array.from({ length: 5 }, () => client.recordUsage(long)));
  expect(server.received.length).toBeGreaterThan(1);
  for (const { body } of server.received) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(500);
});

test('events wait for company as long as asked, and no longer once the batch is full or flushed', async () => {
  const neverWakes = { sleep: (_: number, signal?: AbortSignal) => waitForAbort(signal) };
  const options = { batch: { maxAgeMs: 60_000, maxEvents: 2 }, surroundings: neverWakes };
  const { client, server } = await startClient([], options);
  const first = client.recordUsage(use);
  await new Promise((resolve) => setImmediate(resolve));
  const second = client.recordUsage(use);
  await Promise.all([first, second]);
  const third = client.recordUsage(use);
  expect(await client.flush()).toMatchObject({ delivered: 3, waiting: 0 });
  await third;
  expect(server.received.map(({ events }) => events.length)).toEqual([2, 1]);
});

function waitForAbort(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
}

test.each([400, 413, 422])(
  'a batch refused whole with %i is halved until the culprit stands alone',
  async (status) => {
    const refusePoison: Step = (received, response) => {
      const poisoned = received.events.some(({ id }) => id === 'poison');
      const step = poisoned ? problem(status, 'no_good') : answer(200, accepted(received.events.length));
      return step(received, response);
    };
    const { client } = await startClient([], { otherwise: refusePoison });
    const ids = ['a', 'b', 'poison', 'd', 'e', 'f', 'g'];
    const settled = await Promise.allSettled(ids.map((id) => client.recordUsage(named(id))));
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.id : one.reason.code))).toEqual([
      'a',
      'b',
      'no_good',
      'd',
      'e',
      'f',
      'g',
    ]);
  },
);

function accepted(count: number): object {
  return { accepted: count, duplicates: 0, conflicts: 0, rejected: 0, results: [] };
}
