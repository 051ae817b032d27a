/**
 * Reads a queue from its cursor on, passes over what is damaged, and gives segments back once all in them is settled.
 * Two positions: how far events were taken, and how far they were settled. It decides nothing about their fate.
 */
import type { BatchLimits } from '../outbox.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { findFrame, frameHeadBytes, readFrame } from './frame.ts';
import { readSegment, releaseSegment, type Segment } from './segment.ts';
import { removeFile, type SpoolFiles } from './spool-files.ts';
import { type Slice, TakenFrames } from './taken-frames.ts';

/** Events that cannot be read, and the bytes that stand where they were; no bytes where there are none. */
export interface Damage {
  readonly path: string;
  readonly offset: number;
  readonly bytes: Buffer | null;
  readonly events: number;
}

export interface ReaderParts {
  readonly files: SpoolFiles;
  readonly onDamage: (damage: Damage) => void;
  readonly onRemoved: (segment: Segment) => void;
  readonly onTrouble: (error: unknown, message: string) => void;
}

interface Taken {
  readonly end: Cursor;
  settled: boolean;
}

interface Parsed {
  readonly slices: Slice[];
  /** Behind the last slice. */
  readonly offset: number;
  readonly sequence: number;
  /** Why it stopped: enough, or the bytes ended, or there is no frame. */
  readonly stop: 'full' | 'short' | 'damaged';
  readonly needs: number;
}

export class QueueReader {
  readonly #parts: ReaderParts;
  readonly #segments: Segment[];
  readonly #taken: Taken[] = [];
  #directory: string;
  #at: Cursor;
  #settled: Cursor;
  #written: Cursor;

  constructor(parts: ReaderParts, directory: string, segments: Segment[], start: Cursor) {
    this.#parts = parts;
    this.#directory = directory;
    this.#segments = segments;
    this.#at = start;
    this.#settled = start;
    this.#written = start;
  }

  moveTo(directory: string): void {
    this.#directory = directory;
  }

  /** By sequence; where damage lies ahead it counts what is damaged too. */
  untaken(): { readonly events: number; readonly bytes: number } {
    let end = this.#at.sequence;
    let bytes = 0;
    for (const segment of this.#segments) {
      if (segment.first > this.#at.segment) bytes += segment.size;
      else if (segment.first === this.#at.segment) bytes += segment.size - this.#at.offset;
      end = segment.end;
      if (isUnsynced(segment)) break;
    }
    return { events: Math.max(0, end - this.#at.sequence), bytes };
  }

  /** Nothing is left to take or still waits for its sync, and everything taken is settled. */
  isDone(): boolean {
    return this.#taken.length === 0 && this.untaken().events === 0 && !this.#segments.some(isUnsynced);
  }

  /** One call at a time. Null when there is nothing to take now. */
  async take(limits: BatchLimits): Promise<TakenFrames | null> {
    for (;;) {
      const segment = this.#current();
      if (segment === null) return null;
      if (this.#at.offset >= segment.size) {
        if (!this.#passEnd(segment)) return null;
        continue;
      }
      const taken = await this.#takeFrom(segment, limits);
      if (taken !== null) return taken;
    }
  }

  /** The oldest segment and what nobody has taken of it; how many events that were, or null when there is none to drop. */
  dropOldest(): number | null {
    const [oldest, next] = this.#segments;
    // What still waits for its sync is the calls', not yet the queue's.
    if (oldest === undefined || oldest.written === 0 || isUnsynced(oldest)) return null;
    const end = next?.first ?? oldest.end;
    const dropped = this.#at.segment > oldest.first ? 0 : end - Math.max(this.#at.sequence, oldest.first);
    const behind: Cursor = { segment: end, offset: 0, sequence: end };
    if (this.#at.sequence < end || this.#at.segment <= oldest.first) this.#at = behind;
    if (this.#settled.sequence < end || this.#settled.segment <= oldest.first) this.#settled = behind;
    this.saveCursor();
    this.#remove(oldest);
    return Math.max(0, dropped);
  }

  /** Gives back the last segment as well, when nothing in it waits. True when that freed something. */
  reclaim(): boolean {
    const last = this.#segments.at(-1);
    if (last === undefined || !this.isDone()) return false;
    const freed = last.written > 0;
    this.#settled = { segment: last.end, offset: 0, sequence: last.end };
    this.#at = this.#settled;
    this.saveCursor();
    for (const segment of [...this.#segments]) this.#remove(segment);
    return freed;
  }

  hasUnsavedCursor(): boolean {
    return this.#written !== this.#settled;
  }

  saveCursor(): void {
    if (!this.hasUnsavedCursor()) return;
    try {
      writeCursor(this.#parts.files, this.#directory, this.#settled);
      this.#written = this.#settled;
    } catch (error) {
      this.#parts.onTrouble(error, 'the cursor of the spool was not written; events may be sent again');
    }
  }

  #current(): Segment | null {
    const found = this.#segments.find(({ first }) => first >= this.#at.segment) ?? null;
    if (found === null || found.first === this.#at.segment) return found;
    // The segment is gone: what it held up to the next one is missing, unless it was settled or dropped.
    this.#report(found, 0, null, found.first - this.#at.sequence);
    this.#at = { segment: found.first, offset: 0, sequence: found.first };
    return found;
  }

  /** False when the end is the end of all that may be read. */
  #passEnd(segment: Segment): boolean {
    // Its end is not known before its sync: what waits for that comes before the next segment.
    if (isUnsynced(segment)) return false;
    const next = this.#segments[this.#segments.indexOf(segment) + 1];
    const end = next?.first ?? segment.end;
    this.#report(segment, segment.size, null, end - this.#at.sequence);
    this.#at =
      next === undefined
        ? { ...this.#at, sequence: Math.max(end, this.#at.sequence) }
        : { segment: next.first, offset: 0, sequence: next.first };
    if (this.#taken.length === 0) this.#settleTo(this.#at);
    return next !== undefined;
  }

  async #takeFrom(segment: Segment, limits: BatchLimits): Promise<TakenFrames | null> {
    const { offset } = this.#at;
    const bytes = await this.#read(segment, offset, limits);
    // While it was read the segment may have been dropped, or cut by a failed sync.
    if (segment.removed || this.#at.offset !== offset || this.#at.segment !== segment.first) return null;
    const parsed = parseFrames(bytes, this.#at.sequence, limits);
    if (parsed.slices.length === 0) {
      await this.#passDamage(segment, bytes);
      return null;
    }
    this.#at = { segment: segment.first, offset: offset + parsed.offset, sequence: parsed.sequence };
    const taken: Taken = { end: this.#at, settled: false };
    this.#taken.push(taken);
    return new TakenFrames(bytes, parsed.slices, () => this.#settle(taken));
  }

  /** As much as the batch will probably take, and the first frame in full. */
  async #read(segment: Segment, offset: number, { maxEvents, maxBytes }: BatchLimits): Promise<Buffer> {
    const left = segment.size - offset;
    const average = segment.size / Math.max(1, segment.end - segment.first);
    const wanted = Math.ceil(Math.min(maxEvents * average * 1.05, maxBytes)) + 1024;
    const bytes = await readSegment(this.#parts.files, segment, offset, Math.min(left, wanted));
    const first = bytes.length === 0 ? null : readFrame(bytes, 0);
    if (first?.kind !== 'short' || bytes.length === left || first.needs > left) return bytes;
    return readSegment(this.#parts.files, segment, offset, Math.min(left, first.needs));
  }

  /** No frame begins here: the next sound one is looked for, as far as the segment goes. */
  async #passDamage(segment: Segment, seen: Buffer): Promise<void> {
    const { offset, sequence } = this.#at;
    const left = segment.size - offset;
    const bytes = seen.length >= left ? seen : await readSegment(this.#parts.files, segment, offset, left);
    if (segment.removed || this.#at.offset !== offset || this.#at.segment !== segment.first) return;
    const first = readFrame(bytes, 0);
    const isGap = first.kind === 'frame';
    const found = isGap ? 0 : findFrame(bytes, 1);
    const next = found < 0 ? null : readFrame(bytes, found);
    if (next?.kind !== 'frame') {
      const end = this.#segments[this.#segments.indexOf(segment) + 1]?.first ?? segment.end;
      this.#report(segment, offset, bytes, end - sequence);
      this.#at = { segment: segment.first, offset: segment.size, sequence: Math.max(end, sequence) };
    } else if (next.sequence < sequence) {
      // An old frame that a failed write left: its event was taken where it stands in order.
      this.#at = { ...this.#at, offset: offset + next.end };
    } else {
      this.#report(segment, offset, isGap ? null : bytes.subarray(0, found), next.sequence - sequence);
      this.#at = { segment: segment.first, offset: offset + found, sequence: next.sequence };
    }
    if (this.#taken.length === 0) this.#settleTo(this.#at);
  }

  #report({ path }: Segment, offset: number, bytes: Buffer | null, events: number): void {
    if (events > 0) this.#parts.onDamage({ path, offset, bytes, events });
  }

  #settle(taken: Taken): void {
    taken.settled = true;
    while (this.#taken[0]?.settled) {
      const { end } = this.#taken.shift() as Taken;
      if (end.sequence > this.#settled.sequence) this.#settleTo(end);
    }
    if (this.#taken.length === 0 && this.#at.sequence >= this.#settled.sequence) this.#settleTo(this.#at);
  }

  #settleTo(cursor: Cursor): void {
    this.#settled = cursor;
    const passed = this.#segments.filter(({ first, removed }) => first < cursor.segment && !removed);
    if (passed.length === 0) return;
    // The cursor first: one that points before the first segment would speak of damage.
    this.saveCursor();
    for (const segment of passed) this.#remove(segment);
  }

  #remove(segment: Segment): void {
    const { files, onRemoved, onTrouble } = this.#parts;
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    onRemoved(segment);
    if (!removeFile(files, segment.path)) {
      onTrouble(null, `${segment.path} could not be removed; its events may be sent again`);
    }
    releaseSegment(files, segment);
  }
}

/** It holds events that are written, and not yet as firm as was asked. */
function isUnsynced({ written, size }: Segment): boolean {
  return written > size;
}

function parseFrames(bytes: Buffer, sequence: number, { maxEvents, maxBytes }: BatchLimits): Parsed {
  const slices: Slice[] = [];
  let offset = 0;
  let next = sequence;
  let payload = 1;
  const parsed = (stop: Parsed['stop'], needs = 0): Parsed => ({
    slices,
    offset,
    sequence: next,
    stop,
    needs,
  });
  while (slices.length < maxEvents) {
    if (offset + frameHeadBytes > bytes.length) return parsed('short', frameHeadBytes);
    const read = readFrame(bytes, offset);
    if (read.kind === 'short') return parsed('short', read.needs);
    if (read.kind === 'damaged' || read.sequence !== next) return parsed('damaged');
    payload += read.end - read.from + 1;
    if (slices.length > 0 && payload > maxBytes) break;
    slices.push({ from: read.from, end: read.end, heldSinceMs: read.heldSinceMs });
    offset = read.end;
    next += 1;
  }
  return parsed('full');
}
