/**
 * Makes what a process before this one left ready to go on: what was never acknowledged is cut off, and what is there
 * is made sure to be on disk. Damage stops it, before anything is changed, and is never skipped in silence.
 */
import { join } from 'node:path';
import { JournalDamaged, JournalNewer, type RecoveredEntry } from '../journal.ts';
import { examineJournal } from './examine-journal.ts';
import type { JournalFiles } from './journal-files.ts';
import type { JudgedSegment } from './judge-segments.ts';
import { readSegment } from './read-segment.ts';
import { segmentName } from './segment-name.ts';
import { writeAll } from './write-all.ts';

/** A segment whose entries may still be needed. */
export interface Segment {
  readonly number: number;
  bytes: number;
  /** The last entry that it, or one before it, holds. */
  lastEntry: number;
}

export interface Recovery {
  readonly segments: Segment[];
  /** Also of segments that held nothing: a number is used once in the life of a journal's folder. */
  readonly lastNumber: number;
  /** The entry before the first one that is here. */
  readonly releasedEntry: number;
  readonly entries: AsyncIterable<RecoveredEntry>;
}

/** Every segment is checked before the first entry is given out; entries are then read again, one segment at a time. */
export async function recoverJournal(directory: string, files: JournalFiles): Promise<Recovery> {
  const found = await examineJournal(directory, files);
  for (const segment of found) refuseFault(directory, segment);
  const kept = found.filter(({ leftover }) => !leftover);
  for (const { number } of found.filter(({ leftover }) => leftover)) {
    await files.remove(directory, segmentName(number));
  }
  for (const segment of kept) await settle(directory, files, segment, segment === kept.at(-1));
  // What a process before this one removed, or made, must not come and go with a power cut after this.
  await files.syncFolder(directory);
  return {
    segments: kept.map(segmentOf),
    lastNumber: found.at(-1)?.number ?? 0,
    releasedEntry: firstEntryOf(kept[0]) - 1,
    entries: readEntries(directory, files, kept),
  };
}

function refuseFault(directory: string, { number, fault }: JudgedSegment): void {
  if (fault === null || fault.kind === 'torn') return;
  const file = join(directory, segmentName(number));
  throw fault.kind === 'newer'
    ? new JournalNewer(file, fault.reason)
    : new JournalDamaged(file, fault.offset, fault.reason);
}

function firstEntryOf(segment: JudgedSegment | undefined): number {
  return segment?.header?.firstEntry ?? 1;
}

function segmentOf(segment: JudgedSegment): Segment {
  return {
    number: segment.number,
    bytes: segment.end,
    lastEntry: firstEntryOf(segment) + segment.entries - 1,
  };
}

/**
 * Cuts what does not count. The last segment's last write may be in the page cache only: its process may have died
 * before the fsync, or after one that failed, and then another fsync would "succeed" without writing anything. So it is
 * written once more: from now on it counts as acknowledged, and the next segment will say so.
 */
async function settle(
  directory: string,
  files: JournalFiles,
  { number, size, end, ends }: JudgedSegment,
  isLast: boolean,
): Promise<void> {
  if (size === end && !isLast) return;
  const name = segmentName(number);
  const start = ends.findLast((one) => one < end) ?? 0;
  const lastWrite = isLast ? (await files.read(directory, name)).subarray(start, end) : Buffer.alloc(0);
  const file = await files.openExisting(directory, name);
  try {
    await file.truncate(end);
    await writeAll(file, [lastWrite], start);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* readEntries(
  directory: string,
  files: JournalFiles,
  segments: readonly JudgedSegment[],
): AsyncGenerator<RecoveredEntry> {
  for (const { number, end } of segments) {
    const name = segmentName(number);
    const { header, payloads, ends, fault } = readSegment(await files.read(directory, name));
    if (header === null || fault !== null || (ends.at(-1) ?? end) !== end) {
      throw new JournalDamaged(
        join(directory, name),
        fault?.offset ?? end,
        'it changed after it was checked',
      );
    }
    for (const [index, payload] of payloads.entries()) yield { entry: header.firstEntry + index, payload };
  }
}
