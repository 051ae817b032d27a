/** The spool's promises one by one: bounds, policies, adoption, faults of the disk. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  crashed,
  drain,
  linesOf,
  listSegments,
  makeFolder,
  openTestSpool,
} from '../testing/spool-on-disk.ts';
import { failureOf } from '../testing/start-client.ts';
import { errnoOf, nodeSpoolFiles } from './spool-files.ts';

const mebibyte = 1024 * 1024;
const line = (number: number, size = 1_000): string => JSON.stringify({ n: number, fill: 'x'.repeat(size) });
const lines = (count: number, size = 1_000): string[] =>
  Array.from({ length: count }, (_, number) => line(number, size));

function bytesOf(directory: string): number {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const sizes = paths.map((path) => statSync(join(directory, path))).filter((stat) => stat.isFile());
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

const failing = (code: string): Error => Object.assign(new Error(`it was ${code}`), { code });

test('calls of one turn share a write', async () => {
  let writes = 0;
  const writeSync = ((...args: Parameters<typeof nodeSpoolFiles.writeSync>) => {
    writes += 1;
    return nodeSpoolFiles.writeSync(...args);
  }) as typeof nodeSpoolFiles.writeSync;
  const { outbox } = openTestSpool(makeFolder(), {}, { writeSync });
  await outbox.found;
  await Promise.all(lines(50, 10).map((text) => outbox.append(text)));
  expect(writes).toBe(1);
});

test('calls that wait for a sync share it, and nothing is taken before', async () => {
  const waiting: (() => void)[] = [];
  const fdatasync = ((fd: number, done: (error: Error | null) => void) => {
    waiting.push(() => nodeSpoolFiles.fdatasync(fd, done));
  }) as typeof nodeSpoolFiles.fdatasync;
  const { outbox, counts } = openTestSpool(makeFolder(), { fsync: 'always' }, { fdatasync });
  await outbox.found;
  const first = outbox.append('1');
  await expect.poll(() => waiting.length).toBe(1);
  const others = Promise.all(['2', '3'].map((text) => outbox.append(text)));
  expect([await outbox.take({ maxEvents: 9, maxBytes: 9 }), counts.stats().recorded]).toEqual([null, 0]);
  waiting.shift()?.();
  await first;
  expect(await drain(outbox)).toEqual(['1']);
  await expect.poll(() => waiting.length).toBe(1);
  waiting.shift()?.();
  await others;
  expect(await drain(outbox)).toEqual(['2', '3']);
});

test('a sync that fails takes its events back: their calls fail, and they are never sent', async () => {
  let fails = true;
  const fdatasync = ((fd: number, done: (error: Error | null) => void) =>
    fails ? setImmediate(done, failing('EIO')) : nodeSpoolFiles.fdatasync(fd, done)) as never;
  const { outbox, counts, directory } = openTestSpool(makeFolder(), { fsync: 'always' }, { fdatasync });
  await outbox.found;
  const calls = [outbox.append('1'), outbox.append('2')].map(failureOf);
  expect(await Promise.all(calls)).toMatchObject([{ code: 'spool_failed' }, { code: 'spool_failed' }]);
  fails = false;
  await outbox.append('3');
  expect(counts.stats()).toMatchObject({ recorded: 1, waiting: 1 });
  expect(await drain(openTestSpool(crashed(directory)).outbox)).toEqual(['3']);
  expect(await drain(outbox)).toEqual(['3']);
});

test('throw: a call that finds the spool full is refused, and room is made by what is settled', async () => {
  const { outbox, counts, directory } = openTestSpool(makeFolder());
  const kept = await Promise.allSettled(lines(2_000).map((text) => outbox.append(text)));
  const refused = kept.filter(({ status }) => status === 'rejected');
  expect(refused[0]).toMatchObject({ reason: { name: 'BillingError', code: 'spool_full' } });
  expect(counts.stats().recorded).toBe(2_000 - refused.length);
  expect(counts.stats().recorded).toBeGreaterThan(800);
  expect(bytesOf(directory)).toBeLessThanOrEqual(mebibyte);
  for (const path of listSegments(directory)) expect(statSync(path).size).toBeLessThanOrEqual(mebibyte / 8);
  expect((await drain(outbox)).length).toBe(2_000 - refused.length);
  await outbox.append(line(1));
});

test('block: a call waits until there is room, in its order', async () => {
  const { outbox, directory } = openTestSpool(makeFolder(), { whenFull: 'block' });
  let kept = 0;
  const calls = lines(3_000).map((text) => outbox.append(text).then(() => kept++));
  await outbox.found;
  await new Promise((resolve) => setImmediate(resolve));
  expect(kept).toBeLessThan(1_100);
  expect(bytesOf(directory)).toBeLessThanOrEqual(mebibyte);
  const sent = await drain(outbox);
  await Promise.all(calls);
  expect([...sent, ...(await drain(outbox))]).toEqual(lines(3_000));
});

test('drop-oldest: the oldest segment goes, and is counted', async () => {
  const { outbox, counts, log } = openTestSpool(makeFolder(), { whenFull: 'drop-oldest' });
  await Promise.all(lines(3_000).map((text) => outbox.append(text)));
  const { recorded, waiting, dead, dropped } = counts.stats();
  expect(recorded).toBe(3_000);
  expect(dead).toBe(dropped);
  expect(waiting).toBe(3_000 - dropped);
  expect(log.filter((message) => /oldest segment was dropped/.test(message)).length).toBeGreaterThan(1);
  expect(await drain(outbox)).toEqual(lines(3_000).slice(dropped));
});

test('drop-oldest: what is under way is still delivered', async () => {
  const { outbox, counts } = openTestSpool(makeFolder(), { whenFull: 'drop-oldest' });
  await outbox.append(line(0));
  const underWay = await outbox.take({ maxEvents: 10, maxBytes: mebibyte });
  await Promise.all(lines(1_500).map((text) => outbox.append(text)));
  expect(linesOf(underWay!)).toEqual([line(0)]);
  underWay!.settle();
  const { dropped } = counts.stats();
  expect((await drain(outbox)).length).toBe(1_500 - dropped);
});

test('an event larger than the whole spool is refused whatever the policy', async () => {
  const { outbox } = openTestSpool(makeFolder(), { whenFull: 'block' });
  expect(await failureOf(outbox.append(line(1, mebibyte)))).toMatchObject({ code: 'spool_full' });
});

test('a clean close leaves what was not settled to the next, and nothing else', async () => {
  const directory = makeFolder();
  const first = openTestSpool(directory);
  await Promise.all(lines(10).map((text) => first.outbox.append(text)));
  (await first.outbox.take({ maxEvents: 4, maxBytes: mebibyte }))?.settle();
  await first.outbox.close();
  const second = openTestSpool(directory);
  expect(await drain(second.outbox)).toEqual(lines(10).slice(4));
  expect(second.counts.stats()).toMatchObject({ recorded: 6 });
  await second.outbox.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('a client that lives keeps its events to itself', async () => {
  const directory = makeFolder();
  const [one, two] = [openTestSpool(directory), openTestSpool(directory)];
  await one.outbox.append('1');
  await two.outbox.append('2');
  const three = openTestSpool(directory);
  expect(await drain(three.outbox)).toEqual([]);
  expect(await drain(one.outbox)).toEqual(['1']);
  expect(await drain(two.outbox)).toEqual(['2']);
});

test('of several that start at once each left event goes to one', async () => {
  const left = makeFolder();
  for (const text of ['1', '2', '3', '4', '5']) {
    const one = openTestSpool(left);
    await one.outbox.append(text);
    await one.outbox.close();
  }
  const heirs = Array.from({ length: 4 }, () => openTestSpool(left));
  const found = await Promise.all(heirs.map(({ outbox }) => drain(outbox)));
  expect(found.flat().sort()).toEqual(['1', '2', '3', '4', '5']);
});

test('a path that is too long for a socket is no hindrance', async () => {
  const directory = join(makeFolder(), 'x'.repeat(120));
  mkdirSync(directory);
  const one = openTestSpool(directory);
  await one.outbox.append('1');
  expect(await drain(openTestSpool(directory).outbox)).toEqual([]);
  await one.outbox.close();
  expect(await drain(openTestSpool(directory).outbox)).toEqual(['1']);
});

test.each([
  ['missing', (folder: string) => join(folder, 'nowhere')],
  [
    'a file',
    (folder: string) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file');
    },
  ],
])('a directory that is %s says so at construction', (_, make) => {
  const directory = make(makeFolder());
  expect(() => openTestSpool(directory)).toThrowError(
    expect.objectContaining({ code: 'spool_unusable', field: 'spool.directory' }),
  );
});

test('a directory that cannot be written says so at construction', () => {
  const mkdirSync = (() => {
    throw failing('EROFS');
  }) as never;
  expect(() => openTestSpool(makeFolder(), {}, { mkdirSync })).toThrowError('EROFS');
});

test.each(['throw', 'block'] as const)(
  'a full disk is a full spool (%s), and half a write leaves no trace',
  async (whenFull) => {
    let room = 10_000;
    const writeSync = ((fd: number, bytes: Buffer, offset: number, length: number, position: number) => {
      const fits = Math.min(length, room);
      if (fits === 0) throw failing('ENOSPC');
      room -= fits;
      return nodeSpoolFiles.writeSync(fd, bytes, offset, fits, position);
    }) as never;
    const { outbox, directory } = openTestSpool(makeFolder(), { whenFull }, { writeSync });
    await outbox.append(line(0));
    const call = outbox.append(line(1, 20_000));
    if (whenFull === 'throw') {
      expect(await failureOf(call)).toMatchObject({ code: 'spool_full', cause: { code: 'ENOSPC' } });
    }
    expect(await drain(openTestSpool(crashed(directory)).outbox)).toEqual([line(0)]);
    room = 1_000_000;
    await outbox.append(line(2));
    if (whenFull === 'block') await call;
    const rest = whenFull === 'block' ? [line(0), line(1, 20_000), line(2)] : [line(0), line(2)];
    expect(await drain(outbox)).toEqual(rest);
  },
);

test('a directory removed while running is made anew, with all that waits', async () => {
  const { outbox, directory, log } = openTestSpool(makeFolder());
  await Promise.all(lines(100).map((text) => outbox.append(text)));
  const taken = await outbox.take({ maxEvents: 30, maxBytes: mebibyte });
  rmSync(directory, { recursive: true });
  await outbox.append(line(100));
  expect(log).toEqual(['the spool was removed while in use: it was made anew']);
  const left = await drain(openTestSpool(crashed(directory)).outbox);
  expect(left).toEqual(lines(101));
  taken?.settle();
  expect(await drain(outbox)).toEqual(lines(101).slice(30));
});

test('damaged bytes are kept aside and told of', async () => {
  const first = openTestSpool(makeFolder());
  await Promise.all(lines(3, 10).map((text) => first.outbox.append(text)));
  const directory = crashed(first.directory);
  const [path] = listSegments(directory);
  const bytes = readFileSync(path!);
  const at = bytes.indexOf('"n":1');
  bytes[at] = 0;
  writeFileSync(path!, bytes);
  const { outbox, counts, log } = openTestSpool(directory);
  expect(await drain(outbox)).toEqual([line(0, 10), line(2, 10)]);
  expect(counts.stats()).toMatchObject({ recorded: 2, damaged: 1 });
  expect(log).toEqual(['events in the spool are damaged and cannot be sent']);
  const [aside] = readdirSync(directory).filter((name) => name.startsWith('damaged-'));
  expect(readFileSync(join(directory, aside!)).includes('"n":1')).toBe(false);
  expect(readFileSync(join(directory, aside!)).includes(':1,"fill"')).toBe(true);
});

test('held events go behind the others, and outlive a crash with the moment they were held', async () => {
  const { outbox, directory } = openTestSpool(makeFolder());
  await outbox.append('1');
  const one = { maxEvents: 1, maxBytes: 99 };
  const batch = await outbox.take(one);
  outbox.hold([{ line: '1', heldSinceMs: 42 }]);
  batch!.settle();
  expect([outbox.heldCount(), outbox.untaken().events]).toEqual([1, 0]);
  const heir = openTestSpool(crashed(directory)).outbox;
  await heir.found;
  // The cursor may be behind: then the event comes as it was recorded, too.
  const found: unknown[] = [];
  for (let more = await heir.take(one); more !== null; more = await heir.take(one)) {
    found.push([more.line(0), more.heldSinceMs(0)]);
  }
  expect(found).toContainEqual(['1', 42]);
});

test('closing lets the directory go, and refuses what still waits for room', async () => {
  const { outbox, directory } = openTestSpool(makeFolder(), { whenFull: 'block' });
  const calls = lines(2_000).map((text) => outbox.append(text));
  await outbox.found;
  const results = Promise.allSettled(calls);
  await outbox.close();
  const refused = (await results).filter(({ status }) => status === 'rejected');
  expect(refused[0]).toMatchObject({ reason: { code: 'closed' } });
  expect((await drain(openTestSpool(directory).outbox)).length).toBe(2_000 - refused.length);
  expect(errnoOf(new Error('x'))).toBe('');
  expect(existsSync(directory)).toBe(true);
});
