/** The spool when two things happen at once: a sync under way, a queue finished twice, a claim that breaks off. */
import { dirname } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  crashed,
  drain,
  linesOf,
  listSegments,
  makeFolder,
  openTestSpool,
} from '../testing/spool-on-disk.ts';
import { makeDeadLetterFile } from './dead-letter-file.ts';
import { nodeSpoolFiles } from './spool-files.ts';

const mebibyte = 1024 * 1024;
const lines = (count: number, size = 1_000): string[] =>
  Array.from({ length: count }, (_, number) => JSON.stringify({ n: number, fill: 'x'.repeat(size) }));
const all = { maxEvents: 10_000, maxBytes: mebibyte };
const failing = (code: string): Error => Object.assign(new Error(`it was ${code}`), { code });

/** Syncs wait until they are let go. */
function heldSyncs() {
  const waiting: (() => void)[] = [];
  let isHeld = true;
  const fdatasync = ((fd: number, done: (error: Error | null) => void) => {
    const sync = (): void => nodeSpoolFiles.fdatasync(fd, done);
    if (isHeld) waiting.push(sync);
    else sync();
  }) as typeof nodeSpoolFiles.fdatasync;
  const letGo = (): void => {
    isHeld = false;
    for (const sync of waiting.splice(0)) sync();
  };
  return { waiting, fdatasync, letGo };
}

test('what waits for its sync in one segment is not passed over for the next segment', async () => {
  const { waiting, fdatasync, letGo } = heldSyncs();
  const { outbox, counts } = openTestSpool(makeFolder(), { fsync: 'always' }, { fdatasync });
  await outbox.found;
  // Two segments and a half, in one turn.
  const calls = Promise.all(lines(150).map((text) => outbox.append(text)));
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  expect(outbox.untaken()).toEqual({ events: 0, bytes: 0 });
  expect(await outbox.take(all)).toBe(null);
  letGo();
  await calls;
  expect(await drain(outbox)).toEqual(lines(150));
  expect(counts.stats()).toMatchObject({ recorded: 150, damaged: 0 });
});

test('a sync by interval hides nothing that was kept while it was under way', async () => {
  const { waiting, fdatasync, letGo } = heldSyncs();
  const settings = { fsync: 'interval', fsyncIntervalMs: 1 } as const;
  const { outbox } = openTestSpool(makeFolder(), settings, { fdatasync });
  await outbox.append('1');
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  await outbox.append('2');
  const [sync] = waiting.splice(0);
  const done = new Promise((resolve) => setTimeout(resolve, 20));
  sync?.();
  await done;
  expect(outbox.untaken().events).toBe(2);
  letGo();
  expect(await drain(outbox)).toEqual(['1', '2']);
});

test('syncs by interval do not pile up on a slow disk', async () => {
  const { waiting, fdatasync, letGo } = heldSyncs();
  const settings = { fsync: 'interval', fsyncIntervalMs: 1 } as const;
  const { outbox } = openTestSpool(makeFolder(), settings, { fdatasync });
  await outbox.append('1');
  await expect.poll(() => waiting.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(waiting.length).toBe(1);
  letGo();
});

test('held events that could not be synced are kept once when it is tried again', async () => {
  let fails = true;
  const fdatasyncSync = ((fd: number) => {
    if (fails) throw failing('EIO');
    nodeSpoolFiles.fdatasyncSync(fd);
  }) as typeof nodeSpoolFiles.fdatasyncSync;
  const { outbox } = openTestSpool(makeFolder(), { fsync: 'always' }, { fdatasyncSync });
  await outbox.found;
  const held = [{ line: '1', heldSinceMs: 5 }];
  expect(() => outbox.hold(held)).toThrowError('EIO');
  fails = false;
  outbox.hold(held);
  expect(outbox.heldCount()).toBe(1);
  expect(linesOf((await outbox.takeHeld(all))!)).toEqual(['1']);
});

test('held events that could be written in part only are kept once when it is tried again', async () => {
  let room = 100_000;
  const writeSync = ((fd: number, bytes: Buffer, offset: number, length: number, position: number) => {
    if (length > room) throw failing('ENOSPC');
    room -= length;
    return nodeSpoolFiles.writeSync(fd, bytes, offset, length, position);
  }) as never;
  const { outbox } = openTestSpool(makeFolder(), {}, { writeSync });
  await outbox.found;
  // More than a segment: the first goes, the second does not.
  const held = lines(150).map((line) => ({ line, heldSinceMs: 5 }));
  expect(() => outbox.hold(held)).toThrowError('ENOSPC');
  room = mebibyte;
  outbox.hold(held);
  expect(outbox.heldCount()).toBe(150);
  const found: string[] = [];
  for (let batch = await outbox.takeHeld(all); batch !== null; batch = await outbox.takeHeld(all)) {
    found.push(...linesOf(batch));
  }
  expect(found).toEqual(lines(150));
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  'a left queue that is finished while it is asked for more takes no other along (%i)',
  async (turns) => {
    const directory = makeFolder();
    for (const text of ['1', '2']) {
      const one = openTestSpool(directory);
      await one.outbox.append(text);
      await one.outbox.close();
    }
    const { outbox } = openTestSpool(directory);
    await outbox.found;
    const [first, second] = [await outbox.take(all), await outbox.take(all)];
    const next = outbox.take(all);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    first!.settle();
    await next;
    second!.settle();
    await outbox.append('3');
    await outbox.close();
    // Whatever was left is closed and gone; what is new is there.
    const heir = openTestSpool(directory);
    expect(await drain(heir.outbox)).toEqual(['3']);
  },
);

test('a left queue that could not be opened is tried again, and holds up no other', async () => {
  const left = openTestSpool(makeFolder());
  await left.outbox.append('1');
  const directory = crashed(left.directory);
  const other = openTestSpool(directory);
  await other.outbox.append('2');
  await other.outbox.close();
  vi.useFakeTimers({ toFake: ['setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let failures = 0;
  const openSync = ((path: string, ...rest: [string]) => {
    if (path.endsWith('.seg') && rest[0] === 'r' && failures === 0) {
      failures += 1;
      throw failing('EMFILE');
    }
    return nodeSpoolFiles.openSync(path, ...rest);
  }) as never;
  const { outbox } = openTestSpool(directory, {}, { openSync });
  const first = await drain(outbox);
  expect([failures, first.length]).toEqual([1, 1]);
  vi.advanceTimersByTime(10_000);
  await expect.poll(() => outbox.untaken().events).toBe(1);
  expect([...first, ...(await drain(outbox))].sort()).toEqual(['1', '2']);
});

test('drop-oldest: when all room is taken by held events, the oldest of these go', async () => {
  const { outbox, counts } = openTestSpool(makeFolder(), { whenFull: 'drop-oldest' });
  await outbox.found;
  const many = lines(900);
  await Promise.all(many.map((text) => outbox.append(text)));
  for (let batch = await outbox.take(all); batch !== null; batch = await outbox.take(all)) {
    outbox.hold(linesOf(batch).map((line) => ({ line, heldSinceMs: 1 })));
    batch.settle();
  }
  await Promise.all(lines(200).map((text) => outbox.append(text)));
  const { dropped, dead, recorded } = counts.stats();
  expect([recorded, dead]).toEqual([1_100, dropped]);
  expect(outbox.heldCount()).toBe(900 - dropped);
  expect(await drain(outbox)).toEqual(lines(200));
});

test('with fsync always the name of every folder above an event is on disk, and that of its dead letters', async () => {
  const paths = new Map<number, string>();
  const synced = new Set<string>();
  const openSync = ((path: string, ...rest: [string]) => {
    const fd = nodeSpoolFiles.openSync(path, ...rest);
    paths.set(fd, path);
    return fd;
  }) as never;
  const fsyncSync = (fd: number): void => void synced.add(paths.get(fd) ?? '');
  const files = { ...nodeSpoolFiles, openSync, fsyncSync };
  const directory = makeFolder();
  const { outbox } = openTestSpool(directory, { fsync: 'always' }, files);
  await outbox.append('1');
  const [segment] = listSegments(directory);
  const queue = dirname(segment!);
  expect([...synced]).toEqual(expect.arrayContaining([directory, dirname(queue), queue]));
  synced.clear();
  await makeDeadLetterFile(files, directory, 'a').write([]);
  expect([...synced]).toEqual([directory]);
});
