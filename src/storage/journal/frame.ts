/**
 * The bytes of a journal segment: a header, then frames, each with a checksum over its head and one over its payload.
 * Pure: it only encodes. Reading, and judging what is broken, is read-segment.ts.
 */
import { crc32 } from 'node:zlib';

/**
 * Raised when the meaning of the bytes changes; an older program then refuses the segment. Every later format keeps
 * the magic and the format in the first 12 bytes and the checksum at byte 44, or older programs call it damage.
 */
export const journalFormat = 1;

export const segmentMagic = Buffer.from('CHJOURNL', 'latin1');
export const frameMagic = Buffer.from('CHJF', 'latin1');
export const headerBytes = 48;
export const frameHeadBytes = 24;

/** Where the fields of a header stand. */
export const headerAt = {
  format: 8,
  number: 12,
  firstEntry: 20,
  previousNumber: 28,
  previousEnd: 36,
  checksum: 44,
} as const;

/** Where the fields of a frame's head stand. */
export const headAt = { length: 4, entry: 8, headChecksum: 16, payloadChecksum: 20 } as const;

export interface SegmentHeader {
  readonly number: number;
  /** The entry that its first frame holds. */
  readonly firstEntry: number;
  /** The segment before it, and where that one's acknowledged content ended; 0 and 0 for the first of all. */
  readonly previousNumber: number;
  readonly previousEnd: number;
}

/** Big-endian, so that a hex dump can be read. */
export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  segmentMagic.copy(bytes);
  bytes.writeUInt32BE(journalFormat, headerAt.format);
  bytes.writeBigUInt64BE(BigInt(header.number), headerAt.number);
  bytes.writeBigUInt64BE(BigInt(header.firstEntry), headerAt.firstEntry);
  bytes.writeBigUInt64BE(BigInt(header.previousNumber), headerAt.previousNumber);
  bytes.writeBigUInt64BE(BigInt(header.previousEnd), headerAt.previousEnd);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, headerAt.checksum)), headerAt.checksum);
  return bytes;
}

/** What stands before the payload that `parts` make together. */
export function encodeFrameHead(entry: number, parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  let length = 0;
  let checksum = 0;
  for (const part of parts) {
    length += part.length;
    checksum = crc32(part, checksum);
  }
  frameMagic.copy(head);
  head.writeUInt32BE(length, headAt.length);
  head.writeBigUInt64BE(BigInt(entry), headAt.entry);
  head.writeUInt32BE(crc32(head.subarray(0, headAt.headChecksum)), headAt.headChecksum);
  head.writeUInt32BE(checksum, headAt.payloadChecksum);
  return head;
}
