/**
 * A spool on a real file system that is really full, mounted small for the purpose, while the server is away: what
 * `recordUsage` returned is delivered once when there is room again, and what it refused was refused as documented.
 */
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BillingClient, type BillingClientOptions, type SpoolOptions } from '@countinghouse/client';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, type ServerProcess, startServer } from '../support/server-process.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';

const diskBytes = 4 * 1024 * 1024;
const events = 200;
const event = { customer_id: 'c', service: 's', properties: { padding: 'x'.repeat(1000) } };

/** A server that is away, and comes back on the same address. */
async function awayServer(): Promise<{ readonly url: string; comeBack(): Promise<ServerProcess> }> {
  const data = await makeFolder();
  const server = await startServer({ data });
  const { url } = server;
  await server.stop();
  return { url, comeBack: () => startServer({ data, args: ['--port', new URL(url).port] }) };
}

/** All of the disk is the spool's, and then something else's to the last byte. */
async function makeClient(disk: string, spool: SpoolOptions, options: BillingClientOptions) {
  const directory = join(disk, 'spool');
  await mkdir(directory);
  const retry = { baseDelayMs: 10, maxDelayMs: 100 };
  const client = new BillingClient({ source: 'full', retry, ...options, spool: { directory, ...spool } });
  onTestFinished(async () => void (await client.close(0)));
  return { client, directory };
}

/** Many calls at once: the ids of those that returned, and why the others did not. */
async function recordMany(client: BillingClient) {
  const settled = await Promise.allSettled(Array.from({ length: events }, () => client.recordUsage(event)));
  const ids = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value.id : []));
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? one.reason : []));
  return { ids, refused };
}

async function storedIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  const asking = new BillingClient({ baseUrl: url });
  for await (const { id } of asking.getEvents({ source: 'full', limit: 1000 })) ids.push(id);
  return ids.toSorted();
}

const full = { code: 'spool_full', cause: { code: 'ENOSPC' } };

test.for(['always', 'interval'] as const)(
  'throw, fsync %s: a call is refused with spool_full, or its event is delivered once',
  async (fsync, context) => {
    const disk = await mountSmallDisk(context, diskBytes);
    const server = await awayServer();
    const { client, directory } = await makeClient(
      disk,
      { fsync, whenFull: 'throw' },
      { baseUrl: server.url },
    );
    const kept: string[] = [];
    for (;;) {
      const { ids, refused } = await recordMany(client);
      kept.push(...ids);
      if (refused.length === 0) continue;
      for (const error of refused) expect(error).toMatchObject(full);
      break;
    }
    expect(kept.length).toBeGreaterThan((diskBytes / 1400) * 0.8);
    expect(client.stats()).toMatchObject({ recorded: kept.length, waiting: kept.length, dropped: 0 });
    const { url } = await server.comeBack();
    await expect.poll(() => client.stats().waiting, { timeout: 30_000 }).toBe(0);
    // What is delivered makes room without anybody's help.
    kept.push((await client.recordUsage(event)).id);
    expect(await client.close()).toMatchObject({ delivered: kept.length, dead: 0, damaged: 0, waiting: 0 });
    expect(await storedIds(url)).toEqual(kept.toSorted());
    expect(readdirSync(directory)).toEqual([]);
  },
);

test('block: calls wait while the disk is full, and return once there is room', async (context) => {
  const disk = await mountSmallDisk(context, diskBytes);
  const server = await awayServer();
  const { client } = await makeClient(disk, { whenFull: 'block' }, { baseUrl: server.url });
  const first = await recordMany(client);
  const ballast = await fillDisk(disk);
  let returned = 0;
  const later = Array.from({ length: events }, async () => {
    const { id } = await client.recordUsage(event);
    returned += 1;
    return id;
  });
  // The segment's last page may take one or two; a call behind them has been tried once it was told to wait.
  await expect.poll(() => client.stats().recorded).toBeGreaterThanOrEqual(first.ids.length);
  expect(returned).toBeLessThan(5);
  await rm(ballast);
  const wanted = [...first.ids, ...(await Promise.all(later))];
  const { url } = await server.comeBack();
  expect(await client.close()).toMatchObject({ delivered: 2 * events, dead: 0, damaged: 0, waiting: 0 });
  expect(await storedIds(url)).toEqual(wanted.toSorted());
});

test('block: what is delivered makes room for the calls that wait', async (context) => {
  const disk = await mountSmallDisk(context, diskBytes);
  const server = await awayServer();
  const { client } = await makeClient(disk, { whenFull: 'block' }, { baseUrl: server.url });
  const calls = Array.from({ length: (2 * diskBytes) / 1024 }, () => client.recordUsage(event));
  await expect.poll(() => client.stats().waiting).toBeGreaterThan(diskBytes / 2048);
  const waiting = client.stats().waiting;
  expect(waiting).toBeLessThan(diskBytes / 1024);
  const { url } = await server.comeBack();
  const ids = (await Promise.all(calls)).map(({ id }) => id);
  expect(await client.close()).toMatchObject({ delivered: ids.length, dead: 0, damaged: 0, waiting: 0 });
  expect(await storedIds(url)).toEqual(ids.toSorted());
});

test('drop-oldest: what is dropped is counted, the rest is delivered once', async (context) => {
  const disk = await mountSmallDisk(context, diskBytes);
  const server = await awayServer();
  const errors: unknown[] = [];
  const logger = {
    debug() {},
    info() {},
    warn() {},
    error: (_: object, message: string) => errors.push(message),
  };
  const spool: SpoolOptions = { whenFull: 'drop-oldest', maxBytes: 16 * diskBytes };
  const { client } = await makeClient(disk, spool, { baseUrl: server.url, logger });
  const kept: string[] = [];
  while (client.stats().dropped === 0) {
    const { ids, refused } = await recordMany(client);
    expect(refused).toEqual([]);
    kept.push(...ids);
  }
  const { dropped, waiting } = client.stats();
  expect(errors).toContain('the spool is full: its oldest segment was dropped');
  expect(dropped + waiting).toBe(kept.length);
  const { url } = await server.comeBack();
  expect(await client.close()).toMatchObject({ delivered: waiting, dead: dropped, dropped, waiting: 0 });
  // The newest: in the order in which they were made.
  expect(await storedIds(url)).toEqual(kept.slice(dropped).toSorted());
});

test('a dead letter waits for room, and its event leaves the spool only once it is written', async (context) => {
  const disk = await mountSmallDisk(context, diskBytes);
  const data = await makeFolder();
  const before = await startServer({ data });
  const port = new URL(before.url).port;
  const twice = { ...event, id: 'twice', time: '2026-10-01T00:00:00Z' };
  await new BillingClient({ baseUrl: before.url, source: 'full' }).recordUsage(twice);
  await before.stop();
  const letters: unknown[] = [];
  const errors: string[] = [];
  const { client, directory } = await makeClient(
    disk,
    { fsync: 'always' },
    {
      baseUrl: before.url,
      onDeadLetter: (letter) => letters.push(letter),
      logger: { debug() {}, info() {}, warn() {}, error: (_, message) => errors.push(message) },
    },
  );
  await client.recordUsage({ ...twice, quantity: 2 });
  const { id } = await client.recordUsage(event);
  const ballast = await fillDisk(disk);
  const { url } = await startServer({ data, args: ['--port', port] });
  await expect
    .poll(() => errors, { timeout: 30_000 })
    .toContain('dead letters or held events could not be written');
  expect([client.stats().dead, letters]).toEqual([0, []]);
  await rm(ballast);
  await expect.poll(() => letters, { timeout: 30_000 }).toMatchObject([{ id: 'twice', code: 'conflict' }]);
  expect(await client.close()).toMatchObject({ delivered: 1, dead: 1, damaged: 0, waiting: 0 });
  expect(await storedIds(url)).toEqual([id, 'twice'].toSorted());
  expect(readdirSync(directory)).toEqual([expect.stringMatching(/^dead-letters/)]);
});
