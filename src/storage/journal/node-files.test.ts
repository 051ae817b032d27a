/** The journal on the real file system. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeJournalFiles } from './journal-files.ts';
import { openJournal } from './open-journal.ts';
import { segmentName } from './segment-name.ts';
import { textsOf } from './testing/read-back.ts';

let parent: string;
let directory: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'countinghouse-journal-'));
  directory = join(parent, 'deep', 'journal');
});
afterEach(() => rm(parent, { recursive: true }));

const open = () => openJournal({ directory, files: nodeJournalFiles, segmentBytesMax: 100 });
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('a folder and its segments are for their owner only, and entries come back', async () => {
  const { journal } = await open();
  for (const text of ['one', 'two', 'three']) await journal.append([Buffer.from(text), Buffer.from('!')]);
  expect(await modeOf(directory)).toBe(0o700);
  expect(await readdir(directory)).toEqual([1, 2].map(segmentName));
  for (const number of [1, 2]) expect(await modeOf(join(directory, segmentName(number)))).toBe(0o600);
  const again = await open();
  expect(await textsOf(again.recovered)).toEqual([
    { entry: 1, text: 'one!' },
    { entry: 2, text: 'two!' },
    { entry: 3, text: 'three!' },
  ]);
  expect(await again.journal.append([Buffer.from('four')])).toBe(4);
  await again.journal.release(4);
  await again.journal.close();
  await journal.close();
  expect(await readdir(directory)).toEqual([]);
});

test('a segment that is gone already is as good as removed, and one that is there is never made anew', async () => {
  const { journal } = await open();
  await journal.append([Buffer.from('one')]);
  await expect(nodeJournalFiles.create(directory, segmentName(1))).rejects.toMatchObject({ code: 'EEXIST' });
  await rm(join(directory, segmentName(1)));
  await journal.release(1);
  await journal.close();
  expect(journal.bytes()).toBe(0);
});

test('an entry of more parts than the system takes at once is whole', async () => {
  const { journal } = await open();
  const parts = Array.from({ length: 3000 }, (_, at) => Buffer.from(`${at},`));
  await journal.append(parts);
  await journal.close();
  const [entry] = await textsOf((await open()).recovered);
  expect(entry?.text).toBe(Buffer.concat(parts).toString());
});

test('a journal whose folder has gone says so, with its cause', async () => {
  const { journal } = await open();
  await rm(directory, { recursive: true });
  await expect(journal.append([Buffer.from('one')])).rejects.toMatchObject({
    message: `cannot start a segment of the journal: ${join(directory, segmentName(1))}`,
    cause: { code: 'ENOENT' },
  });
});
