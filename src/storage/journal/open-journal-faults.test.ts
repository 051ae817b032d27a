/** The journal on a disk in memory that fails on demand: what was acknowledged stays, and it goes on. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal.ts';
import { headerBytes } from './frame.ts';
import { segmentName } from './segment-name.ts';
import { type Faults, makeFaultyFiles, noFaults } from './testing/faulty-files.ts';
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

async function appendAll(texts: string): Promise<void> {
  for (const text of texts) await append(text);
}

describe('after a fault nothing that was acknowledged is lost, and the next append works', () => {
  test.each<readonly [what: string, fault: Partial<Faults>]>([
    ['a write error', { failing: new Set(['write']) }],
    ['a write error that left a part behind', { failing: new Set(['write']), bytesOfFailedWrite: 9 }],
    [
      'a write error that left a part behind which cannot be cut',
      {
        failing: new Set(['write', 'truncate']),
        bytesOfFailedWrite: 9,
      },
    ],
    ['an fsync error', { failing: new Set(['sync']) }],
    ['an fsync error, with everything on disk', { failing: new Set(['sync']), keeps: () => true }],
    [
      'an fsync error, with a whole entry that cannot be cut',
      {
        failing: new Set(['sync', 'truncate']),
        keeps: () => true,
      },
    ],
    ['a close that fails too', { failing: new Set(['sync', 'truncate', 'close']), keeps: () => true }],
    ['a full disk', { freeBytes: 10 }],
    ['a full disk that cannot be cut either', { freeBytes: 10, failing: new Set(['truncate']) }],
    ['a segment that cannot be made', { failing: new Set(['create', 'sync']) }],
    ['a folder that cannot be synced', { failing: new Set(['syncFolder', 'sync']) }],
    [
      'a folder that cannot be synced, and a leftover that cannot be removed',
      {
        failing: new Set(['syncFolder', 'remove', 'truncate', 'write']),
      },
    ],
  ])('%s', async (_, fault) => {
    await appendAll('abc');
    Object.assign(faults, fault);
    // Twice: in the segment that is open, and in making the next one.
    await expect(append('x')).rejects.toThrow(/^cannot write to the journal: journal\//);
    await append('x').catch(() => {});
    Object.assign(faults, noFaults);
    const entry = await append('d');
    expect(await append('e')).toBe(entry + 1);
    expect(await textsAfterPowerCut()).toMatch(/^abcx?de$/);
    expect(disk.read(segmentName(2)).length).toBeLessThanOrEqual(headerBytes + 2 * oneFrame);
  });

  test('the segment is not written again, even when the fault is gone', async () => {
    await append('a');
    faults.failing = new Set(['sync']);
    await expect(append('x')).rejects.toThrow();
    faults.failing = new Set();
    const before = disk.read(segmentName(1));
    expect(await append('b')).toBe(2);
    expect(disk.read(segmentName(1))).toEqual(before);
    expect(disk.names()).toEqual([1, 2].map(segmentName));
  });

  test('an entry that failed as the first of its segment, is whole and cannot be cut, does not count', async () => {
    Object.assign(faults, {
      healthyOperations: 5,
      failing: new Set(['sync', 'truncate']),
      keeps: () => true,
    });
    await expect(append('x')).rejects.toThrow(`cannot write to the journal: journal/${segmentName(1)}`);
    Object.assign(faults, noFaults);
    expect(await append('a')).toBe(1);
    expect(disk.read(segmentName(1)).length).toBe(headerBytes + oneFrame);
    expect(await textsAfterPowerCut()).toBe('a');
  });

  test('the error names the file and carries its cause', async () => {
    faults.freeBytes = headerBytes + 5;
    await expect(append('x')).rejects.toMatchObject({
      message: `cannot write to the journal: journal/${segmentName(1)}`,
      cause: { code: 'ENOSPC' },
    });
    await expect(append('x')).rejects.toMatchObject({
      message: `cannot start a segment of the journal: journal/${segmentName(2)}`,
      cause: { code: 'ENOSPC' },
    });
  });

  test('a disk that fills at any byte: what was acknowledged is there, and it goes on when space is freed', async () => {
    for (let freeBytes = 0; freeBytes < 3 * segmentBytesMax; freeBytes += 1) {
      disk = makeMemoryDisk();
      faults = { ...noFaults };
      journal = await open();
      faults.freeBytes = freeBytes;
      let acknowledged = '';
      for (const text of 'abcdefgh') {
        const isKept = await append(text).then(
          () => true,
          () => false,
        );
        if (isKept) acknowledged += text;
      }
      faults.freeBytes = Number.POSITIVE_INFINITY;
      await append('z');
      expect(await textsAfterPowerCut(), `with ${freeBytes} bytes`).toBe(`${acknowledged}z`);
    }
  });

  test('writes that come up short are gone on with, one byte at a time too', async () => {
    faults.writeBytesMax = 1;
    await appendAll('abc');
    expect(await textsAfterPowerCut()).toBe('abc');
  });
});
