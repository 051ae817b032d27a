/**
 * Appends frames to the segments of a queue and makes them readable once they are as firm as was asked. What could
 * not be written, or not synced, is taken back, so that a call that failed leaves nothing behind.
 */
import { encodeFrame, frameBytesCeiling } from './frame.ts';
import { createSegment, releaseSegment, type Segment } from './segment.ts';
import { errnoOf, removeFile, type SpoolFiles, syncFolder } from './spool-files.ts';

export interface FrameItem {
  readonly line: string;
  /** Of the whole frame. */
  readonly bytes: number;
  readonly heldSinceMs: number;
}

export interface WriterParts {
  readonly files: SpoolFiles;
  readonly segmentBytesMax: number;
  /** New segments' names are synced when they are made. */
  readonly syncNames: boolean;
}

/** One write holds no more: the buffer stays, and a burst must not make it large. */
const writeBytesMax = 1024 * 1024;

export class QueueWriter {
  readonly #parts: WriterParts;
  readonly #segments: Segment[];
  #directory: string;
  #scratch = Buffer.allocUnsafeSlow(16 * 1024);
  #nextFirst: number;
  readonly #unsynced = new Set<Segment>();

  /** `segments` is shared with the reader; `nextFirst` is the sequence of the first event when there is none. */
  constructor(parts: WriterParts, directory: string, segments: Segment[], nextFirst: number) {
    this.#parts = parts;
    this.#directory = directory;
    this.#segments = segments;
    this.#nextFirst = nextFirst;
  }

  /** New segments are made there from now on. */
  moveTo(directory: string): void {
    this.#directory = directory;
  }

  /** Writes the items in order. After an error the first `written` of them are kept, the others left no trace. */
  append(items: readonly FrameItem[]): { readonly written: number; readonly error: unknown } {
    let written = 0;
    try {
      while (written < items.length) written += this.#writeSome(items, written);
      return { written, error: null };
    } catch (error) {
      return { written, error };
    }
  }

  /** Whatever is written may be read. */
  commit(): void {
    for (const segment of this.#unsynced) commitSegment(segment, segment.written, segment.writtenEnd);
  }

  hasUnsynced(): boolean {
    return this.#unsynced.size > 0;
  }

  /** Resolves when everything written before the call is on disk, and readable. Rejects after taking it back. */
  async sync(): Promise<void> {
    const marks = [...this.#unsynced].map((segment) => ({
      segment,
      written: segment.written,
      end: segment.writtenEnd,
    }));
    try {
      for (const { segment } of marks) await this.#syncOne(segment);
    } catch (error) {
      this.#takeBack();
      throw error;
    }
    for (const { segment, written, end } of marks) {
      commitSegment(segment, written, end);
      if (segment.written === written) this.#unsynced.delete(segment);
    }
  }

  /** Appends all of the items as firmly as was asked, at once; throws, and leaves no trace, when that cannot be. */
  appendAll(items: readonly FrameItem[], sync: boolean): void {
    const { error } = this.append(items);
    if (error !== null) {
      this.#cutBack();
      throw error;
    }
    try {
      if (sync) this.syncNow();
      else this.commit();
    } catch (failure) {
      this.#takeBack();
      throw failure;
    }
  }

  /** The same without a turn of the loop: for the end, and for what must be firm before something else goes. */
  syncNow(): void {
    for (const segment of this.#unsynced) {
      if (segment.fd >= 0) this.#parts.files.fdatasyncSync(segment.fd);
      commitSegment(segment, segment.written, segment.writtenEnd);
      this.#unsynced.delete(segment);
    }
  }

  /** The sequence of the next event. */
  next(): number {
    return this.#segments.at(-1)?.writtenEnd ?? this.#nextFirst;
  }

  /** A segment that was removed takes its end along: what comes next must not begin before it. */
  forget(segment: Segment): void {
    this.#nextFirst = Math.max(this.#nextFirst, segment.writtenEnd);
    this.#unsynced.delete(segment);
  }

  /** False when the file of the last segment was removed under our feet. */
  isLinked(): boolean {
    const last = this.#segments.at(-1);
    return last === undefined || this.#parts.files.fstatSync(last.fd).nlink > 0;
  }

  #writeSome(items: readonly FrameItem[], from: number): number {
    const segment = this.#segmentFor(items[from]?.bytes ?? 0);
    let bytes = 0;
    let to = from;
    for (; to < items.length; to += 1) {
      const item = items[to] as FrameItem;
      const room = Math.min(this.#parts.segmentBytesMax - segment.written, writeBytesMax);
      if (to > from && bytes + item.bytes > room) break;
      this.#makeRoom(bytes + frameBytesCeiling(item.line));
      bytes = encodeFrame(this.#scratch, bytes, item.line, segment.writtenEnd + to - from, item.heldSinceMs);
    }
    this.#write(segment, bytes);
    segment.written += bytes;
    segment.writtenEnd += to - from;
    this.#unsynced.add(segment);
    return to - from;
  }

  #write(segment: Segment, length: number): void {
    const { files } = this.#parts;
    try {
      for (let done = 0; done < length; ) {
        done += files.writeSync(segment.fd, this.#scratch, done, length - done, segment.written + done);
      }
    } catch (error) {
      // A full disk leaves the segment as it was; after any other error what is in the file is anybody's guess.
      if (!truncated(files, segment, segment.written) || errnoOf(error) !== 'ENOSPC') segment.broken = true;
      throw error;
    }
  }

  #segmentFor(bytes: number): Segment {
    const last = this.#segments.at(-1);
    const fits =
      last !== undefined &&
      !last.broken &&
      (last.written === 0 || last.written + bytes <= this.#parts.segmentBytesMax);
    if (fits) return last;
    const { files, syncNames } = this.#parts;
    const first = this.next();
    if (last !== undefined && last.first === first) this.#removeEmpty(last);
    const segment = createSegment(files, this.#directory, first);
    this.#segments.push(segment);
    if (syncNames) syncFolder(files, this.#directory);
    return segment;
  }

  /** Its name is that of the segment that follows. */
  #removeEmpty(segment: Segment): void {
    removeFile(this.#parts.files, segment.path);
    this.#segments.pop();
    this.#unsynced.delete(segment);
    this.#nextFirst = segment.first;
    this.#parts.files.closeSync(segment.fd);
  }

  async #syncOne(segment: Segment): Promise<void> {
    const { files } = this.#parts;
    if (segment.fd < 0) return;
    segment.readers += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        files.fdatasync(segment.fd, (error) => (error === null ? resolve() : reject(error)));
      });
    } finally {
      segment.readers -= 1;
      if (segment.removed) releaseSegment(files, segment);
    }
  }

  /** After a failed sync the pages may be lost although a second sync succeeds, so the segments are given up. */
  #takeBack(): void {
    for (const segment of this.#unsynced) segment.broken = true;
    this.#cutBack();
    this.#unsynced.clear();
  }

  /** To what may be read. */
  #cutBack(): void {
    for (const segment of this.#unsynced) {
      if (!truncated(this.#parts.files, segment, segment.size)) segment.broken = true;
      segment.written = segment.size;
      segment.writtenEnd = segment.end;
    }
    // Segments begun behind the first that was cut hold nothing, and have a name that is not theirs any more.
    for (
      let last = this.#segments.at(-1);
      last !== undefined && last.size === 0;
      last = this.#segments.at(-1)
    ) {
      this.#removeEmpty(last);
    }
    this.#nextFirst = this.#segments.at(-1)?.end ?? this.#nextFirst;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#scratch.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#scratch.length));
    this.#scratch.copy(larger);
    this.#scratch = larger;
  }
}

/** What was committed while a sync was under way stays so. */
function commitSegment(segment: Segment, written: number, end: number): void {
  if (written <= segment.size) return;
  segment.size = written;
  segment.end = end;
}

function truncated(files: SpoolFiles, segment: Segment, size: number): boolean {
  try {
    files.ftruncateSync(segment.fd, size);
    return true;
  } catch {
    return false;
  }
}
