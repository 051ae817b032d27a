/** The doctor on real folders, with real damage. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataFolderFormat, openDataFolder } from '../storage/data-folder/open-data-folder.ts';
import { nodeJournalFiles } from '../storage/journal/journal-files.ts';
import { openJournal } from '../storage/journal/open-journal.ts';
import { textsOf } from '../storage/journal/testing/read-back.ts';
import { makeDoctor } from './doctor.ts';
import { makeTerminal } from './terminal.ts';

let parent: string;
let data: string;
let output: string;
let errors: string;

const doctor = makeDoctor(() => ({
  nowMs: () => Date.parse('2026-11-24T10:00:00.000Z'),
  output: makeTerminal({ write: (text) => (output += text) }),
  errors: makeTerminal({ write: (text) => (errors += text) }),
}));

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'countinghouse-doctor-'));
  data = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true }));

async function run(...args: string[]): Promise<number> {
  output = '';
  errors = '';
  const code = await doctor.run(['--data', data, ...args]);
  output = output.replaceAll(data, 'DIR').replaceAll(parent, 'PARENT');
  errors = errors.replaceAll(data, 'DIR').replaceAll(parent, 'PARENT');
  return code;
}

const openFolder = () => openDataFolder(data, { format: dataFolderFormat });
const journalOf = (directory: string) =>
  openJournal({ directory, files: nodeJournalFiles, segmentBytesMax: 100 });

/** Three segments of two entries each, as a server that was killed leaves them. */
async function makeFolder(): Promise<void> {
  const folder = await openFolder();
  const { journal } = await journalOf(folder.journalDirectory);
  for (let entry = 1; entry <= 6; entry += 1) await journal.append([Buffer.from(`entry number ${entry}`)]);
  await journal.close();
  await folder.close();
}

async function damage(segment: number, change: (bytes: Buffer) => Buffer): Promise<void> {
  const file = join(data, 'journal', `00000000000${segment}.journal`);
  await writeFile(file, change(await readFile(file)));
}

const flipAt = (offset: number) => (bytes: Buffer) => {
  bytes[offset]! ^= 1;
  return bytes;
};

async function imageOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory, { recursive: true })).toSorted();
  const files = [];
  for (const name of names) {
    const path = join(directory, name);
    if ((await stat(path)).isFile()) files.push([name, (await readFile(path)).toString('hex')]);
  }
  return Object.fromEntries(files);
}

async function recoveredTexts(): Promise<string[]> {
  const { journal, recovered } = await journalOf(join(data, 'journal'));
  const texts = (await textsOf(recovered)).map(({ text }) => text);
  await journal.close();
  return texts;
}

describe('a healthy folder', () => {
  test('is told to be so, and a torn tail is no fault', async () => {
    await makeFolder();
    await damage(3, (bytes) => bytes.subarray(0, -1));
    const before = await imageOf(data);
    expect(await run()).toBe(0);
    expect(await imageOf(data)).toEqual(before);
    expect(output).toMatchInlineSnapshot(`
      "data folder  DIR
      stamp        format 4
      lock         free: no server has it open
      records      not made yet
      usage        not made yet
      journal      3 segments, 5 entries, 371 bytes

      segment               entries  bytes  state
      --------------------  -------  -----  --------------------------------------------------------------------------------
      000000000001.journal        2    124  whole
      000000000002.journal        2    124  whole
      000000000003.journal        1    123  whole up to byte 86: the last write was not finished, the next start cuts it off

      Nothing is wrong.
      "
    `);
  });

  test('that was never served from is healthy too, and --set-aside does nothing to it', async () => {
    await (await openFolder()).close();
    expect(await run('--set-aside')).toBe(0);
    expect(output).toContain('journal      0 segments');
    expect(await readdir(data)).not.toContain('journal-set-aside');
  });
});

describe('a damaged journal', () => {
  test('is shown with file and offset and what can be done, and nothing is changed', async () => {
    await makeFolder();
    await damage(2, flipAt(115));
    const before = await imageOf(data);
    expect(await run()).toBe(1);
    expect(await imageOf(data)).toEqual(before);
    expect(output).toMatchInlineSnapshot(`
      "data folder  DIR
      stamp        format 4
      lock         free: no server has it open
      records      not made yet
      usage        not made yet
      journal      3 segments, 5 entries, 372 bytes

      segment               entries  bytes  state
      --------------------  -------  -----  --------------------------------------------------------------------------
      000000000001.journal        2    124  whole
      000000000002.journal        1    124  DAMAGED at byte 86: entry 4 is broken or gone: entries went on to byte 124
      000000000003.journal        2    124  whole

      The server does not start on a damaged journal: what it holds was acknowledged and may not be in the usage
      store yet. If the disk itself is failing, copy the folder to another one first. Then either

        put an undamaged copy of 000000000002.journal in its place, or run

        countinghouse doctor --data DIR --set-aside

      which keeps 3 entries before the damage and moves 000000000002.journal and the 1 segment behind it
      to DIR/journal-set-aside/TIME/. What is set aside was acknowledged: it must be sent again (what was
      stored already is not counted twice) or salvaged from there. Nothing is deleted.
      "
    `);
  });

  test('is set aside whole, what stands before the damage stays, and the server starts again', async () => {
    await makeFolder();
    await damage(2, flipAt(115));
    const before = await imageOf(join(data, 'journal'));
    await expect(recoveredTexts()).rejects.toMatchObject({ name: 'JournalDamaged' });
    expect(await run('--set-aside')).toBe(0);
    expect(output).toMatchInlineSnapshot(`
      "data folder  DIR
      stamp        format 4
      lock         free: no server has it open
      records      not made yet
      usage        not made yet
      journal      3 segments, 5 entries, 372 bytes

      segment               entries  bytes  state
      --------------------  -------  -----  --------------------------------------------------------------------------
      000000000001.journal        2    124  whole
      000000000002.journal        1    124  DAMAGED at byte 86: entry 4 is broken or gone: entries went on to byte 124
      000000000003.journal        2    124  whole

      Set aside in DIR/journal-set-aside/2026-11-24T10-00-00.000Z:
        000000000002.journal
        000000000003.journal
      The journal keeps 3 entries before the damage. What is set aside was acknowledged: send it
      again (what was stored already is not counted twice), or salvage it from there.

      data folder  DIR
      stamp        format 4
      lock         free: no server has it open
      records      not made yet
      usage        not made yet
      journal      2 segments, 3 entries, 210 bytes

      segment               entries  bytes  state
      --------------------  -------  -----  -----
      000000000001.journal        2    124  whole
      000000000002.journal        1     86  whole

      Nothing is wrong.
      "
    `);
    const aside = join(data, 'journal-set-aside', '2026-11-24T10-00-00.000Z');
    expect((await stat(aside)).mode & 0o777).toBe(0o700);
    const { '000000000001.journal': first, ...others } = before;
    expect(first).toBeDefined();
    expect(await imageOf(aside)).toEqual(others);
    expect(await recoveredTexts()).toEqual(['entry number 1', 'entry number 2', 'entry number 3']);
    expect(await run('--set-aside')).toBe(0);
  });

  test.each([
    ['whose header is broken', 2, (bytes: Buffer) => flipAt(20)(bytes), 2],
    ['that is shorter than it was', 2, (bytes: Buffer) => bytes.subarray(0, 90), 3],
    ['that is empty', 1, (bytes: Buffer) => bytes.subarray(0, 0), 0],
  ])('with a segment %s can be opened again', async (_, segment, change, kept) => {
    await makeFolder();
    await damage(segment, change);
    expect(await run()).toBe(1);
    expect(await run('--set-aside')).toBe(0);
    expect(await recoveredTexts()).toHaveLength(kept);
  });

  test('with a segment missing keeps what came before the gap', async () => {
    await makeFolder();
    await rm(join(data, 'journal', '000000000002.journal'));
    expect(await run()).toBe(1);
    expect(output).toContain('segment 2, which it follows, is missing');
    expect(await run('--set-aside')).toBe(0);
    expect(await recoveredTexts()).toEqual(['entry number 1', 'entry number 2']);
  });
});

describe('what is not looked at', () => {
  test('a folder that a server has open', async () => {
    const folder = await openFolder();
    await folder.announce({ url: 'http://127.0.0.1:4010', token: 'secret', pid: 4711 });
    const before = await readdir(data);
    expect(await run('--set-aside')).toBe(1);
    expect(errors).toBe(
      'countinghouse doctor: the server at http://127.0.0.1:4010 (process 4711) has the data folder DIR open: stop it first\n',
    );
    expect(await readdir(data)).toEqual(before);
    await folder.close();
  });

  test('a folder that is not there is not made', async () => {
    expect(await run()).toBe(1);
    expect(errors).toContain('cannot read the data folder DIR');
    await expect(stat(data)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test("somebody else's folder is left alone", async () => {
    await writeFile(join(parent, 'thesis.txt'), 'years of work');
    data = parent;
    expect(await run()).toBe(1);
    expect(await readdir(parent)).toEqual(['thesis.txt']);
  });

  test('a records file that is no database is a fault', async () => {
    await makeFolder();
    await writeFile(join(data, 'records.db'), 'not a database at all');
    expect(await run()).toBe(1);
    expect(output).toContain('it is not an SQLite database');
    expect(await run('--set-aside')).toBe(1);
  });

  test.each([[['--nope']], [['too', 'many']]])('wrong usage %j ends with 2', async (args) => {
    expect(await run(...args)).toBe(2);
  });
});
