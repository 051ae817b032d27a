/** Reads and judges every segment of a journal, and changes nothing. Payloads are checked and let go again. */
import type { JournalFiles } from './journal-files.ts';
import { type JudgedSegment, judgeSegments, type SegmentReading } from './judge-segments.ts';
import { readSegment } from './read-segment.ts';
import { segmentName, segmentNumbers } from './segment-name.ts';

/** The oldest first. */
export async function examineJournal(
  directory: string,
  files: Pick<JournalFiles, 'list' | 'read'>,
): Promise<JudgedSegment[]> {
  const readings: SegmentReading[] = [];
  for (const number of segmentNumbers(await files.list(directory))) {
    const bytes = await files.read(directory, segmentName(number));
    const { header, ends, fault } = readSegment(bytes);
    readings.push({ number, size: bytes.length, header, ends, fault });
  }
  return judgeSegments(readings);
}
