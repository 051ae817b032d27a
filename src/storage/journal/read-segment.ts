/**
 * Reads the bytes of one segment: its whole frames, and where and how it is broken. Pure: it opens no file, and what
 * the other segments say about this one is judge-segments.ts.
 *
 * What cannot be seen: damage within the very last frame of the very last segment looks like a write that a crash cut
 * short, and so does a file that lost its end. Nothing on disk says that it was acknowledged.
 */
import { crc32 } from 'node:zlib';
import {
  frameHeadBytes,
  frameMagic,
  headAt,
  headerAt,
  headerBytes,
  journalFormat,
  type SegmentHeader,
  segmentMagic,
} from './frame.ts';

/**
 * `torn`: it ends within its header or a frame, as a crash in the middle of the last write leaves it; nothing of that
 * write was acknowledged. `damaged`: something that was whole once is not any more. `newer`: not ours to judge.
 */
export interface SegmentFault {
  readonly kind: 'torn' | 'damaged' | 'newer';
  readonly offset: number;
  readonly reason: string;
}

export interface SegmentContent {
  /** null where even the header cannot be read. */
  readonly header: SegmentHeader | null;
  readonly payloads: readonly Buffer[];
  /** Where each whole frame ends. */
  readonly ends: readonly number[];
  readonly fault: SegmentFault | null;
}

export function readSegment(bytes: Buffer): SegmentContent {
  const header = readHeader(bytes);
  if ('kind' in header) return { header: null, payloads: [], ends: [], fault: header };
  const payloads: Buffer[] = [];
  const ends: number[] = [];
  let offset = headerBytes;
  while (!isEmpty(bytes, offset)) {
    const entry = header.firstEntry + payloads.length;
    const payload = readFrame(bytes, offset, entry);
    if (payload === null) return { header, payloads, ends, fault: faultAt(bytes, offset, entry) };
    offset += frameHeadBytes + payload.length;
    payloads.push(payload);
    ends.push(offset);
  }
  return { header, payloads, ends, fault: null };
}

function readHeader(bytes: Buffer): SegmentHeader | SegmentFault {
  // The header is synced before anything else is written: where nothing follows it, it may have been cut short.
  if (bytes.length < headerBytes || isEmpty(bytes, 0)) {
    return { kind: 'torn', offset: 0, reason: 'the header was not written to its end' };
  }
  const { checksum, format } = headerAt;
  const whole = bytes.readUInt32BE(checksum) === crc32(bytes.subarray(0, checksum));
  if (!whole || !bytes.subarray(0, segmentMagic.length).equals(segmentMagic)) {
    const kind = bytes.length > headerBytes ? 'damaged' : 'torn';
    return { kind, offset: 0, reason: 'the header is broken' };
  }
  const found = bytes.readUInt32BE(format);
  if (found > journalFormat) {
    const reason = `it has format ${found}, this program reads up to ${journalFormat}`;
    return { kind: 'newer', offset: format, reason };
  }
  return {
    number: readNumber(bytes, headerAt.number),
    firstEntry: readNumber(bytes, headerAt.firstEntry),
    previousNumber: readNumber(bytes, headerAt.previousNumber),
    previousEnd: readNumber(bytes, headerAt.previousEnd),
  };
}

/** Whether nothing was written from `offset` on: zeros are space that was allocated ahead. */
function isEmpty(bytes: Buffer, offset: number): boolean {
  return bytes.subarray(offset).every((byte) => byte === 0);
}

/** A whole number of 64 bits; we write none beyond 2^53. */
function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

interface FrameHead {
  readonly entry: number;
  readonly end: number;
  readonly payloadChecksum: number;
}

/** The head at `offset`; null when there is no whole one. */
function readHead(bytes: Buffer, offset: number): FrameHead | null {
  const start = offset + frameHeadBytes;
  if (start > bytes.length || bytes.compare(frameMagic, 0, 4, offset, offset + 4) !== 0) return null;
  const checked = bytes.subarray(offset, offset + headAt.headChecksum);
  if (crc32(checked) !== bytes.readUInt32BE(offset + headAt.headChecksum)) return null;
  return {
    entry: readNumber(bytes, offset + headAt.entry),
    end: start + bytes.readUInt32BE(offset + headAt.length),
    payloadChecksum: bytes.readUInt32BE(offset + headAt.payloadChecksum),
  };
}

/** The payload of the frame at `offset`, or null when it is not whole or not the one expected. */
function readFrame(bytes: Buffer, offset: number, entry: number): Buffer | null {
  const head = readHead(bytes, offset);
  if (head === null || head.entry !== entry || head.end > bytes.length) return null;
  const payload = bytes.subarray(offset + frameHeadBytes, head.end);
  return crc32(payload) === head.payloadChecksum ? payload : null;
}

/**
 * A frame is begun only after the one before it was synced, so at most one can be unfinished, and nothing stands behind
 * that one: whatever follows a broken frame says that it was whole once.
 */
function faultAt(bytes: Buffer, offset: number, entry: number): SegmentFault {
  const damaged = (reason: string): SegmentFault => ({ kind: 'damaged', offset, reason });
  const torn: SegmentFault = { kind: 'torn', offset, reason: 'the last write was not finished' };
  const head = readHead(bytes, offset);
  if (head !== null) {
    if (head.entry !== entry) return damaged(`entry ${head.entry} stands where ${entry} belongs`);
    return isEmpty(bytes, head.end) ? torn : damaged(`entry ${entry} is broken, and more follows`);
  }
  const following = findHead(bytes, offset + 1);
  return following < 0 ? torn : damaged(`entry ${entry} is broken, and another follows at byte ${following}`);
}

/** Where the next whole head stands, from `offset` on; -1 when there is none. */
function findHead(bytes: Buffer, offset: number): number {
  let at = bytes.indexOf(frameMagic, offset);
  while (at >= 0 && readHead(bytes, at) === null) at = bytes.indexOf(frameMagic, at + 1);
  return at;
}
