/**
 * Where the content of a segment that its process left behind ends, and up to which sequence it was written. It cuts
 * nothing and counts no damage in between: that is the reader's, who sees the gap in the sequence.
 */
import { findFrame, readFrame } from './frame.ts';

export interface SegmentExtent {
  /** Bytes that count; what lies behind them is a torn tail. */
  readonly bytes: number;
  /** The sequence behind the last event, a damaged last one included. */
  readonly end: number;
}

/**
 * A tail is torn when the last write did not come to its end: a frame that is cut off, or zeros that a power cut left.
 * Its call never resolved. A last frame that is there in full but wrong was written once: it is damage.
 */
export function measureSegment(bytes: Buffer, first: number): SegmentExtent {
  let at = 0;
  let end = first;
  while (at < bytes.length) {
    const read = readFrame(bytes, at);
    if (read.kind === 'frame') {
      at = read.end;
      end = read.sequence + 1;
      continue;
    }
    const next = findFrame(bytes, at + 1);
    if (next >= 0) at = next;
    else if (read.kind === 'short' || isZero(bytes, at)) return { bytes: at, end };
    else return { bytes: bytes.length, end: (read.head?.sequence ?? end) + 1 };
  }
  return { bytes: at, end };
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
