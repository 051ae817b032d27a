/** What a start makes of a folder of segments that somebody or something has been at. */
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeHeader, headerAt, headerBytes, journalFormat } from './frame.ts';
import { inspectJournal } from './inspect-journal.ts';
import { openJournal } from './open-journal.ts';
import { segmentName } from './segment-name.ts';
import { makeFaultyFiles, noFaults } from './testing/faulty-files.ts';
import { type MemoryDisk, makeMemoryDisk } from './testing/memory-disk.ts';
import { reopen } from './testing/read-back.ts';

const oneFrame = 24 + 7;
const segmentEnd = headerBytes + 2 * oneFrame;

/** Four segments of two entries each, `entry 1` to `entry 8`, as a process that was killed leaves them. */
async function makeDisk(): Promise<MemoryDisk> {
  const disk = makeMemoryDisk();
  const { journal } = await reopen(disk.files, headerBytes + oneFrame + 1);
  for (let entry = 1; entry <= 8; entry += 1) await journal.append([Buffer.from(`entry ${entry}`)]);
  expect(disk.names()).toEqual([1, 2, 3, 4].map(segmentName));
  return disk;
}

function imageOf(disk: MemoryDisk): string[] {
  return disk.names().map((name) => `${name} ${disk.read(name).toString('hex')}`);
}

function change(disk: MemoryDisk, number: number, edit: (bytes: Buffer) => Buffer | undefined): void {
  const bytes = disk.read(segmentName(number));
  disk.replace(segmentName(number), edit(bytes) ?? bytes);
}

const flipAt = (offset: number) => (bytes: Buffer) => {
  bytes[offset]! ^= 0x10;
  return bytes;
};

describe('damage stops the start, names file and offset, and changes nothing', () => {
  test.each<readonly [what: string, segment: number, offset: number, harm: (disk: MemoryDisk) => void]>([
    ['a flipped bit in the first segment', 1, headerBytes, (disk) => change(disk, 1, flipAt(60))],
    [
      "a flipped bit in a middle segment's last frame",
      2,
      headerBytes + oneFrame,
      (disk) => change(disk, 2, flipAt(segmentEnd - 1)),
    ],
    ['a flipped bit in a header', 3, 0, (disk) => change(disk, 3, flipAt(21))],
    [
      'a middle segment without its end',
      2,
      headerBytes + oneFrame,
      (disk) => change(disk, 2, (bytes) => bytes.subarray(0, segmentEnd - 1)),
    ],
    [
      'a middle segment without its last frame',
      2,
      headerBytes + oneFrame,
      (disk) => change(disk, 2, (bytes) => bytes.subarray(0, headerBytes + oneFrame)),
    ],
    [
      'a middle segment without any frame',
      2,
      headerBytes,
      (disk) => change(disk, 2, (bytes) => bytes.subarray(0, headerBytes)),
    ],
    ['a middle segment that is empty', 2, 0, (disk) => change(disk, 2, (bytes) => bytes.subarray(0, 0))],
    ['a middle segment of zeros', 2, 0, (disk) => change(disk, 2, (bytes) => bytes.fill(0))],
    ['a middle segment that is deleted', 3, headerAt.previousNumber, (disk) => disk.erase(segmentName(2))],
    [
      'a segment that is there twice',
      5,
      headerAt.number,
      (disk) => disk.replace(segmentName(5), disk.read(segmentName(2))),
    ],
    [
      'a segment in the place of another',
      3,
      headerAt.number,
      (disk) => disk.replace(segmentName(3), disk.read(segmentName(2))),
    ],
    [
      'a segment with another name',
      3,
      headerAt.previousNumber,
      (disk) => disk.rename(segmentName(2), segmentName(9)),
    ],
    [
      'a segment with frames that no other follows',
      3,
      headerBytes,
      (disk) => {
        const middle = encodeHeader({ number: 3, firstEntry: 5, previousNumber: 2, previousEnd: segmentEnd });
        change(disk, 3, (bytes) => Buffer.concat([middle, bytes.subarray(headerBytes)]));
        const last = encodeHeader({ number: 4, firstEntry: 5, previousNumber: 2, previousEnd: segmentEnd });
        change(disk, 4, () => last);
      },
    ],
    [
      'entries that skip a number between segments',
      3,
      segmentEnd,
      (disk) => {
        const last = encodeHeader({ number: 4, firstEntry: 8, previousNumber: 3, previousEnd: segmentEnd });
        change(disk, 4, () => last);
      },
    ],
  ])('%s', async (_, segment, offset, harm) => {
    const disk = await makeDisk();
    harm(disk);
    const before = imageOf(disk);
    await expect(reopen(disk.files)).rejects.toMatchObject({
      name: 'JournalDamaged',
      file: `journal/${segmentName(segment)}`,
      offset,
    });
    expect(imageOf(disk)).toEqual(before);
    const faults = (await inspectJournal('journal', disk.files)).filter(({ fault }) => fault !== null);
    expect(faults[0]).toMatchObject({ number: segment, fault: { kind: 'damaged', offset } });
  });

  test('a segment of a newer format is refused as such', async () => {
    const disk = await makeDisk();
    change(disk, 4, (bytes) => {
      bytes.writeUInt32BE(journalFormat + 1, headerAt.format);
      bytes.writeUInt32BE(crc32(bytes.subarray(0, headerAt.checksum)), headerAt.checksum);
      return bytes;
    });
    await expect(reopen(disk.files)).rejects.toMatchObject({ name: 'JournalNewer' });
  });
});

describe('what was never acknowledged is no damage', () => {
  test.each<readonly [what: string, entries: number, harm: (disk: MemoryDisk) => void]>([
    ['a torn tail', 7, (disk) => change(disk, 4, (bytes) => bytes.subarray(0, -1))],
    [
      'a tail of which the middle did not arrive',
      7,
      (disk) => change(disk, 4, (bytes) => bytes.fill(0, segmentEnd - oneFrame, segmentEnd - 4)),
    ],
    ['a segment that is empty behind the last', 8, (disk) => disk.replace(segmentName(5), Buffer.alloc(0))],
    [
      'half a header behind the last',
      8,
      (disk) => disk.replace(segmentName(5), disk.read(segmentName(4)).subarray(0, 20)),
    ],
    [
      'a whole header behind the last',
      8,
      (disk) => {
        const header = { number: 5, firstEntry: 9, previousNumber: 4, previousEnd: segmentEnd };
        disk.replace(segmentName(5), encodeHeader(header));
      },
    ],
    [
      'two segments whose making failed, one with a whole header',
      8,
      (disk) => {
        const header = { firstEntry: 9, previousNumber: 4, previousEnd: segmentEnd };
        disk.replace(segmentName(5), encodeHeader({ ...header, number: 5 }));
        disk.replace(segmentName(6), Buffer.alloc(0));
        disk.replace(segmentName(7), encodeHeader({ ...header, number: 7 }));
      },
    ],
    [
      'a write that failed, could not be cut, and is whole',
      7,
      (disk) => {
        const end = segmentEnd - oneFrame;
        const header = { number: 5, firstEntry: 8, previousNumber: 4, previousEnd: end };
        disk.replace(segmentName(5), encodeHeader(header));
      },
    ],
    ['files that are none of ours', 8, (disk) => disk.replace('notes.txt', Buffer.from('mine'))],
  ])('%s', async (_, entries, harm) => {
    const disk = await makeDisk();
    harm(disk);
    const opened = await reopen(disk.files);
    const expected = Array.from({ length: entries }, (_, at) => ({ entry: at + 1, text: `entry ${at + 1}` }));
    expect(opened.entries).toEqual(expected);
    expect(await opened.journal.append([Buffer.from('new')])).toBe(entries + 1);
    const again = await reopen(disk.files);
    expect(again.entries).toEqual([...expected, { entry: entries + 1, text: 'new' }]);
  });

  test('an entry found in the page cache only is on disk once it was given back', async () => {
    const disk = makeMemoryDisk();
    const unsynced = { ...disk.files, create: withoutSync(disk) };
    const dying = await reopen(unsynced);
    await dying.journal.append([Buffer.from('found')]);
    const found = await reopen(disk.files);
    expect(found.entries).toEqual([{ entry: 1, text: 'found' }]);
    await found.journal.append([Buffer.from('next')]);
    disk.cutPower(() => false);
    expect((await reopen(disk.files)).entries.map(({ text }) => text)).toEqual(['found', 'next']);
  });

  test('an entry found after an fsync that failed is on disk once it was given back', async () => {
    const disk = makeMemoryDisk();
    const faults = { ...noFaults };
    const failing = await reopen(makeFaultyFiles(disk, faults));
    await failing.journal.append([Buffer.from('acknowledged')]);
    faults.failing = new Set(['sync', 'truncate']);
    await expect(failing.journal.append([Buffer.from('found')])).rejects.toThrow('cannot write');
    const found = await reopen(disk.files);
    expect(found.entries.map(({ text }) => text)).toEqual(['acknowledged', 'found']);
    await found.journal.append([Buffer.from('next')]);
    disk.cutPower(() => false);
    const texts = (await reopen(disk.files)).entries.map(({ text }) => text);
    expect(texts).toEqual(['acknowledged', 'found', 'next']);
  });

  test('a journal that changes between its check and its replay is not believed', async () => {
    const disk = await makeDisk();
    const opened = await openJournal({ directory: 'journal', files: disk.files, segmentBytesMax: 1000 });
    change(disk, 3, flipAt(60));
    const read = async () => {
      for await (const _ of opened.recovered);
    };
    await expect(read()).rejects.toMatchObject({ name: 'JournalDamaged', offset: headerBytes });
  });
});

/** A process whose writes arrive in the page cache, and whose fsyncs come too late. */
function withoutSync({ files }: MemoryDisk): MemoryDisk['files']['create'] {
  return async (directory, name) => ({ ...(await files.create(directory, name)), sync: async () => {} });
}
