/** The journal on a disk in memory that fails on demand: what it promises while it runs. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal.ts';
import { headerBytes } from './frame.ts';
import { segmentName } from './segment-name.ts';
import { type Faults, makeFaultyFiles, noFaults, type Operation } from './testing/faulty-files.ts';
import { type MemoryDisk, makeMemoryDisk } from './testing/memory-disk.ts';
import { reopen } from './testing/read-back.ts';

const oneFrame = 24 + 1;
/** Two entries of one byte to a segment. */
const segmentBytesMax = headerBytes + oneFrame + 1;

let disk: MemoryDisk;
let faults: Faults;
let journal: Journal;

beforeEach(async () => {
  disk = makeMemoryDisk();
  faults = { ...noFaults };
  journal = await open();
});

async function open(): Promise<Journal> {
  return (await reopen(makeFaultyFiles(disk, faults), segmentBytesMax)).journal;
}

const append = (text: string) => journal.append([Buffer.from(text)]);

/** After a power cut that takes everything which was not synced. */
async function textsAfterPowerCut(): Promise<string> {
  disk.cutPower(() => false);
  return (await reopen(disk.files)).entries.map(({ text }) => text).join('');
}

function bytesOnDisk(): number {
  return disk.names().reduce((sum, name) => sum + disk.read(name).length, 0);
}

async function appendAll(texts: string): Promise<void> {
  for (const text of texts) await append(text);
}

describe('entries', () => {
  test('are numbered on over restarts, in segments of their own', async () => {
    await appendAll('ab');
    journal = await open();
    expect(await append('c')).toBe(3);
    journal = await open();
    expect(await append('d')).toBe(4);
    expect(disk.names()).toEqual([1, 2, 3].map(segmentName));
    expect(await textsAfterPowerCut()).toBe('abcd');
  });

  test('are on disk, and so are the names of their segments, when they are acknowledged', async () => {
    await appendAll('abc');
    expect(await textsAfterPowerCut()).toBe('abc');
  });

  test('of many parts, and of none, come back as one payload', async () => {
    await journal.append([Buffer.from('a'), Buffer.alloc(0), Buffer.from('bc')]);
    await journal.append([]);
    disk.cutPower(() => false);
    expect((await reopen(disk.files)).entries).toEqual([
      { entry: 1, text: 'abc' },
      { entry: 2, text: '' },
    ]);
  });
});

describe('space that is allocated ahead', () => {
  const openAhead = async () => {
    journal = (await reopen(makeFaultyFiles(disk, faults), 2000, 400)).journal;
  };
  const sizeOf = (number: number) => disk.read(segmentName(number)).length;

  test('is taken along by small entries only, is not counted, and is given back at the end', async () => {
    await openAhead();
    await append('a');
    expect(sizeOf(1)).toBe(400);
    await append('b'.repeat(90));
    expect(sizeOf(1)).toBe(400);
    await append('c'.repeat(300));
    const end = headerBytes + oneFrame + 24 + 90 + 24 + 300;
    expect(sizeOf(1)).toBe(end);
    expect(journal.bytes()).toBe(end);
    await append('d');
    expect(sizeOf(1)).toBe(800);
    await journal.close();
    expect(sizeOf(1)).toBe(end + oneFrame);
    expect((await reopen(disk.files)).entries.map(({ text }) => text[0]).join('')).toBe('abcd');
  });

  test('is cut after a kill, and no entry is lost in it', async () => {
    await openAhead();
    await appendAll('ab');
    await openAhead();
    expect(sizeOf(1)).toBe(headerBytes + 2 * oneFrame);
    await appendAll('c');
    disk.cutPower(() => false);
    expect((await reopen(disk.files)).entries.map(({ text }) => text).join('')).toBe('abc');
  });
});

describe('release', () => {
  test('removes whole segments only, and never the one being written', async () => {
    await appendAll('abcde');
    await journal.release(1);
    expect(disk.names()).toEqual([1, 2, 3].map(segmentName));
    await journal.release(3);
    expect(disk.names()).toEqual([2, 3].map(segmentName));
    await journal.release(5);
    expect(disk.names()).toEqual([3].map(segmentName));
    expect(await append('f')).toBe(6);
    expect(await textsAfterPowerCut()).toBe('ef');
  });

  test('of what is not written yet releases nothing of it', async () => {
    await append('a');
    await journal.release(100);
    await append('b');
    await journal.close();
    expect(await textsAfterPowerCut()).toBe('ab');
  });

  test('of less than before takes nothing back', async () => {
    await appendAll('ab');
    await journal.release(2);
    await journal.release(1);
    await journal.close();
    expect(disk.names()).toEqual([]);
  });

  test.each<Operation>(['remove', 'syncFolder'])(
    'whose %s fails is made up for by the next',
    async (failing) => {
      await appendAll('abcdef');
      faults.failing = new Set([failing]);
      await expect(journal.release(4)).rejects.toThrow(`no ${failing}`);
      faults.failing = new Set();
      // The journal goes on, and is whole whatever became of the removal.
      expect(await append('g')).toBe(7);
      expect(await textsAfterPowerCut()).toMatch(/^(ab)?(cd)?efg$/);
      journal = await open();
      await journal.release(6);
      expect(disk.names()).toEqual([segmentName(4)]);
    },
  );

  test('that is asked for twice at once, beside an append, removes each segment once and in order', async () => {
    await appendAll('abcdef');
    await Promise.all([journal.release(2), journal.release(4), append('g'), journal.release(5)]);
    expect(disk.names()).toEqual([3, 4].map(segmentName));
    expect(journal.bytes()).toBe(bytesOnDisk());
    expect(await textsAfterPowerCut()).toBe('efg');
  });

  test('removes what is left of a segment that could not be made before what tells that it is nothing', async () => {
    Object.assign(faults, { failing: new Set(['syncFolder', 'remove']) });
    await expect(append('x')).rejects.toThrow(
      `cannot start a segment of the journal: journal/${segmentName(1)}`,
    );
    Object.assign(faults, noFaults);
    await appendAll('abc');
    expect(disk.names()).toEqual([1, 2, 3].map(segmentName));
    await journal.release(2);
    expect(disk.names()).toEqual([segmentName(3)]);
    expect(await textsAfterPowerCut()).toBe('c');
  });

  test('removes one segment for good before the next one, so that a power cut leaves no gap', async () => {
    for (let operations = 0; operations < 8; operations += 1) {
      disk = makeMemoryDisk();
      faults = { ...noFaults };
      journal = await open();
      await appendAll('abcdefg');
      faults.operationsLeft = operations;
      await journal.release(6).catch(() => {});
      // The worst that can come back: the oldest one, where the later ones stay gone.
      disk.cutPower((name) => name !== segmentName(1));
      await expect(reopen(disk.files), `dead after ${operations}`).resolves.toBeDefined();
    }
  });
});

describe('close', () => {
  test('leaves nothing when everything was released, and a later start has nothing to replay', async () => {
    await appendAll('abc');
    await journal.release(3);
    await journal.close();
    expect(disk.names()).toEqual([]);
    expect(journal.bytes()).toBe(0);
    expect(await textsAfterPowerCut()).toBe('');
    journal = await open();
    await append('d');
    expect(await textsAfterPowerCut()).toBe('d');
  });

  test('leaves what was not released', async () => {
    await appendAll('abc');
    await journal.release(2);
    await journal.close();
    expect(await textsAfterPowerCut()).toBe('c');
  });

  test('of a journal that was only opened removes what was recovered only if it was released', async () => {
    await appendAll('abc');
    journal = await open();
    await journal.close();
    expect(disk.names()).toEqual([1, 2].map(segmentName));
    journal = await open();
    await journal.release(3);
    await journal.close();
    expect(disk.names()).toEqual([]);
  });

  test('removes a segment in which nothing was ever acknowledged', async () => {
    faults.failing = new Set(['sync']);
    faults.bytesOfFailedWrite = 3;
    await expect(append('a')).rejects.toThrow();
    faults.failing = new Set(['write']);
    await expect(append('b')).rejects.toThrow();
    faults.failing = new Set();
    await journal.close();
    expect(disk.names()).toEqual([]);
  });
});

describe('bytes', () => {
  test('are those of the files, with nothing that failed, and at most one segment when all is released', async () => {
    expect(journal.bytes()).toBe(0);
    await appendAll('abcde');
    expect(journal.bytes()).toBe(bytesOnDisk());
    faults.failing = new Set(['sync']);
    await expect(append('x')).rejects.toThrow();
    faults.failing = new Set();
    await append('f');
    expect(journal.bytes()).toBe(bytesOnDisk());
    await journal.release(6);
    expect(journal.bytes()).toBe(headerBytes + oneFrame);
    journal = await open();
    expect(journal.bytes()).toBe(bytesOnDisk());
  });
});
