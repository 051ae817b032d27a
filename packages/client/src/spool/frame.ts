/**
 * One event as a checksummed frame, and how a frame is told from what is none. Pure: bytes in, bytes out; it knows
 * no files, and nothing of what an event means.
 */
import { crc32 } from 'node:zlib';

/** None of these bytes occurs in UTF-8, so an event's own text can never look like the beginning of a frame. */
export const frameMagic = Buffer.from([0xff, 0xc0, 0xf5, 0xc1]);
const magicNumber = 0xffc0f5c1;

export const frameHeadBytes = 32;
/** Far above the largest event (32 properties of 1,024 characters): a length beyond it is damage. */
export const frameBytesMax = 4 * 1024 * 1024;

const headAt = {
  magic: 0,
  length: 4,
  sequence: 8,
  heldSince: 16,
  payloadChecksum: 24,
  headChecksum: 28,
} as const;

export interface FrameHead {
  readonly length: number;
  /** Rises by one from frame to frame of a queue: a gap says how many are lost. */
  readonly sequence: number;
  readonly heldSinceMs: number;
  readonly payloadChecksum: number;
}

/** A frame's payload is `bytes[from..end)`. */
export interface Frame {
  readonly kind: 'frame';
  readonly sequence: number;
  readonly heldSinceMs: number;
  readonly from: number;
  readonly end: number;
}

/** `short`: it would go on beyond the bytes. `damaged`: no frame; its head, where that one is sound. */
export type FrameRead =
  | Frame
  | { readonly kind: 'short'; readonly needs: number }
  | { readonly kind: 'damaged'; readonly head: FrameHead | null };

/** How many bytes a frame of this text may take at most. */
export function frameBytesCeiling(line: string): number {
  return frameHeadBytes + line.length * 3;
}

/** Writes a frame and says where it ends. The caller made sure that there is room (`frameBytesCeiling`). */
export function encodeFrame(
  target: Buffer,
  at: number,
  line: string,
  sequence: number,
  heldSinceMs: number,
): number {
  const from = at + frameHeadBytes;
  const end = from + target.write(line, from, 'utf8');
  target.writeUInt32BE(magicNumber, at + headAt.magic);
  target.writeUInt32BE(end - from, at + headAt.length);
  target.writeDoubleBE(sequence, at + headAt.sequence);
  target.writeDoubleBE(heldSinceMs, at + headAt.heldSince);
  target.writeUInt32BE(crc32(target.subarray(from, end)), at + headAt.payloadChecksum);
  target.writeUInt32BE(crc32(target.subarray(at, at + headAt.headChecksum)), at + headAt.headChecksum);
  return end;
}

export function readFrame(bytes: Buffer, at: number): FrameRead {
  const from = at + frameHeadBytes;
  if (from > bytes.length) return { kind: 'short', needs: frameHeadBytes };
  const head = readHead(bytes, at);
  if (head === null) return { kind: 'damaged', head };
  const end = from + head.length;
  if (end > bytes.length) return { kind: 'short', needs: frameHeadBytes + head.length };
  if (crc32(bytes.subarray(from, end)) !== head.payloadChecksum) return { kind: 'damaged', head };
  const { sequence, heldSinceMs } = head;
  return { kind: 'frame', sequence, heldSinceMs, from, end };
}

function readHead(bytes: Buffer, at: number): FrameHead | null {
  if (bytes.readUInt32BE(at + headAt.magic) !== magicNumber) return null;
  const checksum = bytes.readUInt32BE(at + headAt.headChecksum);
  if (crc32(bytes.subarray(at, at + headAt.headChecksum)) !== checksum) return null;
  const length = bytes.readUInt32BE(at + headAt.length);
  if (length > frameBytesMax) return null;
  return {
    length,
    sequence: bytes.readDoubleBE(at + headAt.sequence),
    heldSinceMs: bytes.readDoubleBE(at + headAt.heldSince),
    payloadChecksum: bytes.readUInt32BE(at + headAt.payloadChecksum),
  };
}

/** Where the first sound frame at or behind `from` begins; -1 when there is none. */
export function findFrame(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(frameMagic, from); at >= 0; at = bytes.indexOf(frameMagic, at + 1)) {
    if (readFrame(bytes, at).kind === 'frame') return at;
  }
  return -1;
}
