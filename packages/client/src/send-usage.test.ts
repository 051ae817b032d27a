/** sendUsage over real HTTP: one answer for the whole array, whatever it takes to get it. */
import { expect, test } from 'vitest';
import { answer, problem, type Step } from './testing/scripted-server.ts';
import { failureOf, startClient } from './testing/start-client.ts';
import type { UsageEvent } from './wire/event.ts';

const use = { customer_id: 'cust_42', service: 'APIRequests' };

test('an empty array is answered without a request', async () => {
  const { client, server } = await startClient([]);
  expect(await client.sendUsage([])).toEqual({
    accepted: 0,
    duplicates: 0,
    conflicts: 0,
    rejected: 0,
    results: [],
  });
  expect(server.received.length).toBe(0);
});

test('indexes are those of the array given, also where an event was not sent', async () => {
  const results = [
    { index: 0, source: 's', id: 'a', status: 'duplicate' },
    { index: 2, source: 's', id: 'd', status: 'accepted', warnings: ['customer_unknown'] },
  ];
  const { client, server } = await startClient([
    answer(200, { accepted: 2, duplicates: 1, conflicts: 0, rejected: 0, results }),
  ]);
  const bad = { ...use, id: 'b', quantity: 'many' };
  const events = [{ ...use, id: 'a' }, bad, { ...use, id: 'c' }, { ...use, id: 'd' }];
  expect(await client.sendUsage(events)).toMatchObject({
    accepted: 2,
    duplicates: 1,
    conflicts: 0,
    rejected: 1,
    results: [
      { index: 0, id: 'a', status: 'duplicate' },
      { index: 1, id: 'b', status: 'rejected', code: 'quantity_invalid', field: 'quantity' },
      { index: 3, id: 'd', status: 'accepted', warnings: ['customer_unknown'] },
    ],
  });
  expect(server.received[0]?.events.map(({ id }) => id)).toEqual(['a', 'c', 'd']);
});

test('ids are minted before the first attempt, and a time with them only', async () => {
  const { client, server } = await startClient([problem(503, 'busy')]);
  await client.sendUsage([use, { ...use, id: 'mine' }]);
  expect(server.received.length).toBe(2);
  expect(server.received[0]?.body).toBe(server.received[1]?.body);
  const [minted, own] = server.received[0]?.events ?? [];
  expect(minted).toMatchObject({ id: expect.stringMatching(/-7/), time: '2026-11-24T10:00:00.123Z' });
  expect(own).toEqual({ ...use, id: 'mine', quantity: '1' });
});

test('more than 10,000 events go in several requests, and are answered as one', async () => {
  const lastDuplicate: Step = ({ events }, response) => {
    const count = events.length - 1;
    const results = [{ index: count, id: events[count]?.id, status: 'duplicate' }];
    response.end(JSON.stringify({ accepted: count, duplicates: 1, conflicts: 0, rejected: 0, results }));
  };
  const { client, server } = await startClient([], { otherwise: lastDuplicate });
  const events = Array.from({ length: 20_001 }, (_, index) => ({ ...use, id: `e${index}` }));
  const { accepted, duplicates, results } = await client.sendUsage(events);
  expect(server.received.map((one) => one.events.length)).toEqual([10_000, 10_000, 1]);
  expect([accepted, duplicates]).toEqual([19_998, 3]);
  expect(results.map(({ index, id }) => [index, id])).toEqual([
    [9_999, 'e9999'],
    [19_999, 'e19999'],
    [20_000, 'e20000'],
  ]);
});

test('no request is larger than 16 MiB', async () => {
  const { client, server } = await startClient([]);
  const properties = Object.fromEntries(
    Array.from({ length: 16 }, (_, index) => [`p${index}`, '用'.repeat(1024)]),
  );
  const { accepted } = await client.sendUsage(Array.from({ length: 400 }, () => ({ ...use, properties })));
  expect(accepted).toBe(400);
  expect(server.received.length).toBe(2);
  for (const { body } of server.received)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(16 * 1024 * 1024);
});

test('an event that the server refuses alone is rejected with its code, and the others are kept', async () => {
  const refusePoison: Step = (received, response) => {
    if (received.events.some(({ id }) => id === 'poison'))
      return problem(413, 'body_too_large')(received, response);
    const counts = { accepted: received.events.length, duplicates: 0, conflicts: 0, rejected: 0 };
    response.end(JSON.stringify({ ...counts, results: [] }));
  };
  const { client } = await startClient([], { otherwise: refusePoison });
  const events = ['a', 'b', 'poison'].map((id) => ({ ...use, id }));
  expect(await client.sendUsage(events)).toMatchObject({
    accepted: 2,
    rejected: 1,
    results: [{ index: 2, id: 'poison', status: 'rejected', code: 'body_too_large' }],
  });
});

test('where it stays open what became of an event the call fails, and says what to send again', async () => {
  const { client } = await startClient([problem(401, 'key_invalid')]);
  const failure = await failureOf(client.sendUsage([use, { ...use, quantity: 'x' } as UsageEvent]));
  expect(failure).toMatchObject({
    code: 'key_invalid',
    status: 401,
    events: [{ ...use, id: expect.any(String) }],
  });
});
