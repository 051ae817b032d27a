/** One segment by itself, broken in every way that a small one can be. */
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeFrameHead, encodeHeader, headerAt, headerBytes, journalFormat } from './frame.ts';
import { readSegment } from './read-segment.ts';

const header = { number: 7, firstEntry: 41, previousNumber: 6, previousEnd: 4711 };

function frame(entry: number, text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([encodeFrameHead(entry, [payload]), payload]);
}

const frames = [frame(41, 'first'), frame(42, ''), frame(43, 'the third, which is the longest')];
const whole = Buffer.concat([encodeHeader(header), ...frames]);
const starts = [
  headerBytes,
  headerBytes + frames[0]!.length,
  headerBytes + frames[0]!.length + frames[1]!.length,
];
const lastStart = starts[2]!;

function read(bytes: Buffer) {
  const { payloads, ends, fault } = readSegment(bytes);
  expect(ends.length).toBe(payloads.length);
  return { texts: payloads.map(String), fault: fault && { kind: fault.kind, offset: fault.offset } };
}

function flipped(bit: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes;
}

describe('a segment', () => {
  test('gives back what was written, an empty payload and one of several parts too', () => {
    expect(readSegment(whole)).toMatchObject({
      header,
      fault: null,
      ends: [...starts.slice(1), whole.length],
    });
    expect(read(whole).texts).toEqual(['first', '', 'the third, which is the longest']);
    const parts = ['a', '', 'bc'].map((text) => Buffer.from(text));
    const several = Buffer.concat([encodeHeader(header), encodeFrameHead(41, parts), ...parts]);
    expect(read(several)).toEqual({ texts: ['abc'], fault: null });
  });

  test('may end in zeros, which were allocated ahead', () => {
    expect(read(Buffer.concat([whole, Buffer.alloc(500)]))).toEqual({
      texts: read(whole).texts,
      fault: null,
    });
    const empty = Buffer.concat([encodeHeader(header), Buffer.alloc(500)]);
    expect(readSegment(empty)).toMatchObject({ header, ends: [], fault: null });
  });

  test('whose last frame came partly into the zeros is torn there, whichever part it is', () => {
    for (let size = lastStart; size < whole.length; size += 1) {
      const front = Buffer.concat([whole.subarray(0, size), Buffer.alloc(500)]);
      const expected = size === lastStart ? null : { kind: 'torn', offset: lastStart };
      expect(read(front), `the first bytes up to ${size}`).toEqual({ texts: ['first', ''], fault: expected });
      const back = Buffer.concat([whole, Buffer.alloc(500)]).fill(0, lastStart, size + 1);
      const isGone = size === whole.length - 1;
      expect(read(back), `the bytes behind ${size}`).toEqual({
        texts: ['first', ''],
        fault: isGone ? null : { kind: 'torn', offset: lastStart },
      });
    }
  });

  test('that is cut at any byte is torn there, and the frames before it are given back', () => {
    for (let size = 0; size < whole.length; size += 1) {
      const { texts, fault } = read(whole.subarray(0, size));
      const frameAt = starts.findLastIndex((start) => start <= size);
      const isBetween = starts.includes(size);
      expect(texts.length, `cut at ${size}`).toBe(Math.max(0, frameAt));
      expect(fault, `cut at ${size}`).toEqual(
        isBetween ? null : { kind: 'torn', offset: size < headerBytes ? 0 : starts[frameAt] },
      );
    }
  });

  test('with any bit flipped before its last frame is damaged, at the frame that holds the bit', () => {
    for (let bit = 0; bit < lastStart * 8; bit += 1) {
      const offset = starts.findLast((start) => start <= bit >> 3) ?? 0;
      expect(read(flipped(bit)).fault, `bit ${bit}`).toEqual({ kind: 'damaged', offset });
    }
  });

  test('with any bit flipped in its last frame never gives that frame back', () => {
    for (let bit = lastStart * 8; bit < whole.length * 8; bit += 1) {
      expect(read(flipped(bit)), `bit ${bit}`).toMatchObject({
        texts: ['first', ''],
        fault: { offset: lastStart },
      });
    }
  });

  test('with a block of zeros anywhere before its last frame is damaged', () => {
    for (let start = 0; start < lastStart; start += 1) {
      for (const length of [1, 8, 30]) {
        const bytes = Buffer.from(whole);
        const end = Math.min(start + length, lastStart);
        bytes.fill(0, start, end);
        if (!bytes.equals(whole)) expect(read(bytes).fault?.kind, `${start}-${end}`).toBe('damaged');
      }
    }
  });

  test.each([
    ['its header zeroed and frames behind it', Buffer.concat([Buffer.alloc(headerBytes), ...frames]), 0],
    [
      'two frames swapped',
      Buffer.concat([encodeHeader(header), frames[1]!, frames[0]!, frames[2]!]),
      starts[0]!,
    ],
    ['its last frame a repeat', Buffer.concat([whole, frames[2]!]), whole.length],
    ['a frame missing', Buffer.concat([encodeHeader(header), frames[0]!, frames[2]!]), starts[1]!],
    [
      'a broken frame, and one behind it that is torn',
      Buffer.concat([flipped((starts[1]! + 1) * 8).subarray(0, -3)]),
      starts[1]!,
    ],
  ])('with %s is damaged', (_, bytes, offset) => {
    expect(read(bytes).fault).toEqual({ kind: 'damaged', offset });
  });

  test('of a newer format is not called damaged', () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32BE(journalFormat + 1, headerAt.format);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, headerAt.checksum)), headerAt.checksum);
    expect(read(bytes).fault).toEqual({ kind: 'newer', offset: headerAt.format });
  });

  test('whose torn last frame carries the image of a frame is torn, not damaged', () => {
    const nested = frame(44, frame(45, 'x').toString('latin1'));
    const bytes = Buffer.concat([whole, nested]).subarray(0, -1);
    expect(read(bytes).fault).toEqual({ kind: 'torn', offset: whole.length });
  });

  test.each([
    ['empty', Buffer.alloc(0)],
    ['of zeros', Buffer.alloc(100)],
    ['of half a header', encodeHeader(header).subarray(0, 30)],
    [
      'of a header whose end did not arrive',
      Buffer.concat([encodeHeader(header).subarray(0, 40), Buffer.alloc(8)]),
    ],
  ])('that is %s was never begun', (_, bytes) => {
    expect(readSegment(bytes)).toMatchObject({ header: null, fault: { kind: 'torn', offset: 0 } });
  });
});
