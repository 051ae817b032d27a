/**
 * Judges the segments of a journal against each other: each says in its header which one it follows and where that
 * one's acknowledged content ended, so that a segment that is missing, swapped or shorter than it was is noticed.
 * Pure; reading them is examine-journal.ts, acting on it recover.ts.
 */
import { headerAt, headerBytes, type SegmentHeader } from './frame.ts';
import type { SegmentFault } from './read-segment.ts';

/** A segment as it was read, by itself. */
export interface SegmentReading {
  readonly number: number;
  /** Bytes of its file. */
  readonly size: number;
  readonly header: SegmentHeader | null;
  readonly ends: readonly number[];
  readonly fault: SegmentFault | null;
}

export interface JudgedSegment extends SegmentReading {
  /** Never held an entry and is followed by nothing: a segment that could not be made. */
  readonly leftover: boolean;
  /** Where the content that counts ends; what the file has behind it was never acknowledged. */
  readonly end: number;
  /** How many entries stand before `end`. */
  readonly entries: number;
}

/** In the order given, which is ascending by number. */
export function judgeSegments(readings: readonly SegmentReading[]): JudgedSegment[] {
  const newestFirst: JudgedSegment[] = [];
  let nextAt = -1;
  for (const reading of readings.toReversed()) {
    const next = newestFirst[nextAt] ?? null;
    let one = judge(reading, next?.header ?? null);
    if (next?.header && !one.leftover && one.number < next.header.previousNumber) {
      newestFirst[nextAt] = withoutPrevious(next, next.header);
      one = judge(reading, null);
    }
    newestFirst.push(one);
    if (!one.leftover) nextAt = newestFirst.length - 1;
  }
  return newestFirst.reverse();
}

/** `next`: the header of the segment behind it, null when there is none or it cannot be read. */
function judge(reading: SegmentReading, next: SegmentHeader | null): JudgedSegment {
  const { number, header, ends, fault } = reading;
  if (header === null) return judgeHeadless(reading, next?.previousNumber === number);
  if (header.number !== number) {
    const one = { ...reading, header: null, leftover: false, end: 0, entries: 0 };
    return damaged(one, headerAt.number, `by its header it is segment ${header.number}`);
  }
  const whole = { ...reading, leftover: false, end: ends.at(-1) ?? headerBytes, entries: ends.length };
  if (next === null || number < next.previousNumber) return whole;
  if (number === next.previousNumber) return judgeFollowed(whole, header, next);
  // Its making failed after the header was written, so the next one was made to follow the one before it.
  if (ends.length === 0 && fault?.kind !== 'damaged') return { ...whole, leftover: true };
  return damaged(
    whole,
    headerBytes,
    `segment ${next.number} follows ${next.previousNumber} instead of this one`,
  );
}

function judgeHeadless(reading: SegmentReading, isFollowed: boolean): JudgedSegment {
  const one = { ...reading, leftover: false, end: 0, entries: 0 };
  if (reading.fault?.kind !== 'torn') return one;
  return isFollowed ? damaged(one, 0, 'it has no header any more') : { ...one, leftover: true };
}

/** A segment whose end is known, from the one that follows it. */
function judgeFollowed(whole: JudgedSegment, header: SegmentHeader, next: SegmentHeader): JudgedSegment {
  const { ends, fault } = whole;
  const end = next.previousEnd;
  if (end !== headerBytes && !ends.includes(end)) {
    const broken = `entry ${header.firstEntry + ends.length} is broken or gone: entries went on to byte ${end}`;
    return fault?.kind === 'damaged' ? whole : damaged(whole, whole.end, broken);
  }
  const entries = ends.filter((one) => one <= end).length;
  const nextEntry = header.firstEntry + entries;
  const cut = { ...whole, end, entries };
  if (next.firstEntry !== nextEntry) {
    return damaged(
      cut,
      end,
      `segment ${next.number} goes on with entry ${next.firstEntry}, not ${nextEntry}`,
    );
  }
  // What stands behind its end is a write that failed and could not be cut off: it does not count, whole or not.
  const rest = { kind: 'torn', offset: end, reason: 'a write that failed stands behind its end' } as const;
  const hasRest = fault !== null || entries < ends.length;
  return { ...cut, fault: hasRest ? rest : null };
}

function withoutPrevious(segment: JudgedSegment, { previousNumber }: SegmentHeader): JudgedSegment {
  const isFaulty = segment.fault !== null && segment.fault.kind !== 'torn';
  const reason = `segment ${previousNumber}, which it follows, is missing`;
  return isFaulty ? segment : damaged(segment, headerAt.previousNumber, reason);
}

function damaged(segment: JudgedSegment, offset: number, reason: string): JudgedSegment {
  return { ...segment, fault: { kind: 'damaged', offset, reason } };
}
