/** What a journal's folder holds, for a person to read. It changes nothing and mends nothing. */
import { examineJournal } from './examine-journal.ts';
import { headerBytes } from './frame.ts';
import type { JournalFiles } from './journal-files.ts';
import type { JudgedSegment } from './judge-segments.ts';
import type { SegmentFault } from './read-segment.ts';
import { segmentName } from './segment-name.ts';

export interface SegmentReport {
  readonly name: string;
  readonly number: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Whole entries, those before the fault where there is one. */
  readonly entries: number;
  /** Where they end. */
  readonly end: number;
  /** `torn` is no damage: the next start cuts it. */
  readonly fault: SegmentFault | null;
}

/** The oldest segment first. The folder has to be there. */
export async function inspectJournal(
  directory: string,
  files: Pick<JournalFiles, 'list' | 'read'>,
): Promise<SegmentReport[]> {
  return (await examineJournal(directory, files)).map(reportOf);
}

function reportOf({ number, size, entries, end, fault, leftover }: JudgedSegment): SegmentReport {
  const shared = { name: segmentName(number), number, bytes: size };
  // Where the header is at fault, what stands behind it may be whole, but is not in its place.
  const isOutOfPlace = fault !== null && fault.kind !== 'torn' && fault.offset < headerBytes;
  if (isOutOfPlace) return { ...shared, entries: 0, end: 0, fault };
  return { ...shared, entries, end, fault: fault ?? (leftover ? neverUsed : null) };
}

const neverUsed: SegmentFault = { kind: 'torn', offset: 0, reason: 'it was made and never used' };

/** Whether a start would refuse this segment. */
export function isRefused({ fault }: SegmentReport): boolean {
  return fault !== null && fault.kind !== 'torn';
}
