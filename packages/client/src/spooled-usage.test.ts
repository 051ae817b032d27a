/** recordUsage with a spool, over real HTTP: what each answer means, what is buried, held back and tried again. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeadLetter } from './outbox.ts';
import { type Surroundings, systemSurroundings } from './surroundings.ts';
import { acceptAll, answer, problem, type Step, stayOut } from './testing/scripted-server.ts';
import { makeFolder } from './testing/spool-on-disk.ts';
import { failureOf, startClient } from './testing/start-client.ts';
import type { UsageEvent } from './wire/event.ts';

const use = { customer_id: 'cust_42', service: 'APIRequests' };
const named = (id: string): UsageEvent => ({ ...use, id, time: '2026-11-24T09:00:00Z' });
const real = { rest: systemSurroundings.rest };
const quick = { retry: { baseDelayMs: 1, maxDelayMs: 5 }, batch: { maxAgeMs: 0 } };
const settled = { waiting: 0, dead: 0, dropped: 0, damaged: 0 };

function deadLettersIn(directory: string): DeadLetter[] {
  const names = readdirSync(directory).filter((name) => /^dead-letters.*\.ndjson$/.test(name));
  const lines = names.flatMap((name) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n'));
  return lines.map((line) => JSON.parse(line));
}

test('it resolves once the event is in the spool, also while the server does not answer', async () => {
  const spool = { directory: makeFolder() };
  const { client } = await startClient([], { otherwise: stayOut, spool, ...quick });
  const recorded = await client.recordUsage(use);
  expect(recorded).toEqual({ id: expect.any(String), time: '2026-11-24T10:00:00.123Z', status: 'queued' });
  expect(client.stats()).toEqual({ ...settled, recorded: 1, delivered: 0, waiting: 1 });
  expect(await client.close(1)).toMatchObject({ recorded: 1, waiting: 1 });
  const next = await startClient([], { spool, ...quick });
  expect(await next.client.flush()).toEqual({ ...settled, recorded: 1, delivered: 1 });
  expect(next.server.received[0]?.events).toMatchObject([{ ...use, id: recorded.id, time: recorded.time }]);
  await next.client.close();
  expect(readdirSync(spool.directory)).toEqual([]);
});

test.each(['always', 'never'] as const)(
  'closing delivers what was recorded a moment ago (%s)',
  async (fsync) => {
    const directory = makeFolder();
    const { client } = await startClient([], { spool: { directory, fsync } });
    const calls = [client.recordUsage(use), client.recordUsage(use)];
    expect(await client.close()).toEqual({ ...settled, recorded: 2, delivered: 2 });
    expect(await Promise.all(calls)).toMatchObject([{ status: 'queued' }, { status: 'queued' }]);
    expect(readdirSync(directory)).toEqual([]);
  },
);

test('what is invalid is refused at once, and kept nowhere', async () => {
  const { client } = await startClient([], { spool: { directory: makeFolder() } });
  expect(await failureOf(client.recordUsage({ ...use, quantity: '1e3' }))).toMatchObject({
    code: 'quantity_invalid',
    field: 'quantity',
  });
  expect(await client.close()).toEqual({ ...settled, recorded: 0, delivered: 0 });
});

test('events gather until they are old or many enough, or a flush asks for them', async () => {
  const waits: number[] = [];
  const rest: Surroundings['rest'] = (ms, signal) => {
    waits.push(ms);
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
  };
  const spool = { directory: makeFolder() };
  const options = { spool, batch: { maxEvents: 3, maxAgeMs: 70 }, surroundings: { rest } };
  const { client, server } = await startClient([], options);
  await client.recordUsage(use);
  expect(waits).toEqual([70]);
  await Promise.all([client.recordUsage(use), client.recordUsage(use)]);
  await expect.poll(() => server.received.length).toBe(1);
  await client.recordUsage(use);
  expect(await client.flush()).toMatchObject({ delivered: 4 });
  expect(server.received.map(({ events }) => events.length)).toEqual([3, 1]);
});

test('as many batches are under way as may be, also of what was waiting before', async () => {
  const directory = makeFolder();
  const first = await startClient([], { otherwise: stayOut, spool: { directory }, ...quick });
  await Promise.all(Array.from({ length: 9 }, () => first.client.recordUsage(use)));
  await first.client.close(0);
  const batch = { maxEvents: 2, maxInFlight: 3, maxAgeMs: 0 };
  const { client, server } = await startClient([], { otherwise: stayOut, spool: { directory }, batch });
  await expect.poll(() => server.received.length).toBe(3);
  await client.recordUsage(use);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(server.received.filter(({ method }) => method === 'POST').length).toBe(3);
  await client.close(0);
});

test('large batches go compressed, small ones as they are', async () => {
  const spool = { directory: makeFolder() };
  const { client, server } = await startClient([], { spool, batch: { gzipBytes: 1000 } });
  await client.recordUsage(use);
  await client.flush();
  await Promise.all(Array.from({ length: 20 }, () => client.recordUsage(use)));
  await client.flush();
  expect(server.received.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
  expect(server.received[1]?.events.length).toBe(20);
});

test('dead letters are on disk before they are told of, once each, and the rest flows', async () => {
  const directory = makeFolder();
  const told: [DeadLetter, number][] = [];
  const refuse: Step = ({ events }, response) => {
    const results = events.flatMap(({ id }, index) => {
      if (id === 'b')
        return [
          {
            index,
            source: 'gw',
            id,
            status: 'rejected',
            code: 'quantity_invalid',
            field: 'quantity',
            message: 'no',
          },
        ];
      return id === 'c'
        ? [{ index, source: 'gw', id, status: 'conflict', code: 'conflict', message: 'taken' }]
        : [];
    });
    const accepted = events.length - results.length;
    const conflicts = results.filter(({ status }) => status === 'conflict').length;
    return answer(200, { accepted, duplicates: 0, conflicts, rejected: results.length - conflicts, results })(
      { events } as never,
      response,
    );
  };
  const onDeadLetter = (letter: DeadLetter) => {
    told.push([letter, deadLettersIn(directory).length]);
    throw new Error('a hook that fails harms nobody');
  };
  const { client } = await startClient([], { otherwise: refuse, spool: { directory }, onDeadLetter });
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => client.recordUsage(named(id))));
  expect(await client.close()).toEqual({ ...settled, recorded: 4, delivered: 2, dead: 2 });
  const at = '2026-11-24T10:00:00.123Z';
  const event = { ...use, time: '2026-11-24T09:00:00.000Z', quantity: '1' };
  const letters = [
    {
      id: 'b',
      source: 'gw',
      status: 'rejected',
      code: 'quantity_invalid',
      field: 'quantity',
      message: 'no',
      at,
      event: { ...event, id: 'b' },
    },
    {
      id: 'c',
      source: 'gw',
      status: 'conflict',
      code: 'conflict',
      field: null,
      message: 'taken',
      at,
      event: { ...event, id: 'c' },
    },
  ];
  expect(deadLettersIn(directory)).toEqual(letters);
  expect(told).toEqual(letters.map((letter) => [letter, 2]));
});

test.each([400, 413, 422])(
  'a batch refused whole with %i is halved until the culprit stands alone',
  async (status) => {
    const refusePoison: Step = (received, response) => {
      const poisoned = received.events.some(({ id }) => id === 'poison');
      return poisoned ? problem(status, 'no_good')(received, response) : acceptAll(received, response);
    };
    const directory = makeFolder();
    const { client, server } = await startClient([], { otherwise: refusePoison, spool: { directory } });
    const ids = Array.from({ length: 64 }, (_, index) => (index === 41 ? 'poison' : `e${index}`));
    await Promise.all(ids.map((id) => client.recordUsage(named(id))));
    expect(await client.close()).toEqual({ ...settled, recorded: 64, delivered: 63, dead: 1 });
    expect(deadLettersIn(directory)).toMatchObject([{ id: 'poison', status: 'rejected', code: 'no_good' }]);
    // Once whole, and twice for each halving.
    expect(server.received.length).toBe(13);
  },
);

test.each([401, 403, 404, 405, 415, 409, 429, 500, 503])(
  '%i buries nothing: everything waits',
  async (status) => {
    const script = [problem(status, 'no_luck'), problem(status, 'no_luck')];
    const { client, server, waits } = await startClient(script, { spool: { directory: makeFolder() } });
    await client.recordUsage(use);
    expect(await client.flush()).toEqual({ ...settled, recorded: 1, delivered: 1 });
    expect(new Set(server.received.map(({ body }) => body)).size).toBe(1);
    expect(waits).toEqual(expect.arrayContaining([100, 200]));
  },
);

test('Retry-After is obeyed in seconds and as a date, at most for an hour', async () => {
  const date = new Date(Date.parse('2026-11-24T10:02:00Z')).toUTCString();
  const script = ['120', date, '999999'].map((after) => problem(503, 'busy', { 'retry-after': after }));
  const options = { spool: { directory: makeFolder() }, retry: { maxDelayMs: 1000 } };
  const { client, waits } = await startClient(script, options);
  await client.recordUsage(use);
  await client.flush();
  expect(waits.filter((ms) => ms > 1000)).toEqual([120_000, 119_877, 3_600_000]);
});

test('what cannot be taken yet waits behind the others, and is delivered when it can', async () => {
  let early = true;
  const notYet: Step = (received, response) => {
    const results = received.events.flatMap(({ id }, index) =>
      early && id === 'early'
        ? [{ index, id, status: 'rejected', code: 'time_in_future', field: 'time' }]
        : [],
    );
    const accepted = received.events.length - results.length;
    return answer(200, { accepted, duplicates: 0, conflicts: 0, rejected: results.length, results })(
      received,
      response,
    );
  };
  const directory = makeFolder();
  const options = { otherwise: notYet, spool: { directory }, surroundings: real, ...quick };
  const { client, server } = await startClient([], options);
  await Promise.all(['early', 'b'].map((id) => client.recordUsage(named(id))));
  expect(await client.flush()).toEqual({ ...settled, recorded: 2, delivered: 1, waiting: 1 });
  await client.recordUsage(named('c'));
  await expect.poll(() => server.received.length).toBeGreaterThan(5);
  expect(client.stats()).toMatchObject({ delivered: 2, waiting: 1 });
  early = false;
  await expect.poll(() => client.stats()).toEqual({ ...settled, recorded: 3, delivered: 3 });
  expect(deadLettersIn(directory)).toEqual([]);
  await client.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('after a day it is dead', async () => {
  let now = Date.parse('2026-11-24T10:00:00Z');
  const results = [{ index: 0, id: 'a', status: 'rejected', code: 'customer_unknown', field: 'customer_id' }];
  const never = answer(200, { accepted: 0, duplicates: 0, conflicts: 0, rejected: 1, results });
  const directory = makeFolder();
  const surroundings = { ...real, nowMs: () => now };
  const { client, server } = await startClient([], {
    otherwise: never,
    spool: { directory },
    surroundings,
    ...quick,
  });
  await client.recordUsage(named('a'));
  await expect.poll(() => server.received.length).toBeGreaterThan(3);
  now += 24 * 3_600_000 - 1;
  const before = server.received.length;
  await expect.poll(() => server.received.length).toBeGreaterThan(before + 2);
  expect(client.stats().dead).toBe(0);
  now += 1;
  await expect.poll(() => client.stats().dead).toBe(1);
  expect(deadLettersIn(directory)).toMatchObject([{ id: 'a', code: 'customer_unknown' }]);
  await client.close();
});

test('a clock that is set back an hour changes nothing', async () => {
  let now = Date.parse('2026-11-24T10:00:00Z');
  const { client } = await startClient([problem(503, 'busy')], {
    ...{ spool: { directory: makeFolder() }, surroundings: { ...real, nowMs: () => now }, ...quick },
  });
  await client.recordUsage(use);
  now -= 3_600_000;
  await client.recordUsage(use);
  expect(await client.flush()).toEqual({ ...settled, recorded: 2, delivered: 2 });
});

test('in memory when asked to: queued at once, delivered behind', async () => {
  const { client, server } = await startClient([problem(503, 'busy')], { spool: { memory: true } });
  expect(await client.recordUsage(use)).toMatchObject({ status: 'queued' });
  expect(await client.close()).toEqual({ ...settled, recorded: 1, delivered: 1 });
  expect(server.received.length).toBe(2);
});

test('an older half line of dead letters does not spoil the next', async () => {
  const directory = makeFolder();
  const script = [problem(422, 'no_good')];
  const { client } = await startClient(script, { otherwise: problem(422, 'no_good'), spool: { directory } });
  await client.recordUsage(named('a'));
  await client.flush();
  const [name] = readdirSync(directory).filter((file) => file.startsWith('dead-letters'));
  writeFileSync(join(directory, name!), '{"id":"a","so', { flag: 'a' });
  await client.recordUsage(named('b'));
  await client.close();
  const lines = readFileSync(join(directory, name!), 'utf8').trimEnd().split('\n');
  expect([lines.length, JSON.parse(lines[2]!).id]).toEqual([3, 'b']);
});
