/**
 * A journal in a folder: numbered segments, written one after another, removed when all of their entries are released.
 * After an error a segment is never written again (a second fsync that "succeeds" proves nothing): it is cut to its
 * last synced byte, which the header of the next one records.
 */
import { join } from 'node:path';
import type { Journal, RecoveredEntry } from '../journal.ts';
import { encodeFrameHead, encodeHeader, headerBytes } from './frame.ts';
import type { JournalFile, JournalFiles } from './journal-files.ts';
import { aheadBytesDefault, type OpenSegment, openSegment } from './open-segment.ts';
import { type Recovery, recoverJournal, type Segment } from './recover.ts';
import { segmentName } from './segment-name.ts';
import { writeAll } from './write-all.ts';

export interface JournalOptions {
  readonly directory: string;
  readonly files: JournalFiles;
  /** A segment that has reached this is followed by a new one. */
  readonly segmentBytesMax: number;
  /** How far a segment's file is allocated ahead; 0: not at all. */
  readonly aheadBytes?: number;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** What has to be replayed, in its order. To be read once, and an entry before it is released. */
  readonly recovered: AsyncIterable<RecoveredEntry>;
}

/** Throws `JournalDamaged` where something that was acknowledged cannot be read any more, or `JournalNewer`. */
export async function openJournal(options: JournalOptions): Promise<OpenedJournal> {
  await options.files.makeFolder(options.directory);
  const recovery = await recoverJournal(options.directory, options.files);
  return { journal: new SegmentedJournal(options, recovery), recovered: recovery.entries };
}

class SegmentedJournal implements Journal {
  readonly #options: JournalOptions;
  /** The oldest first; the last one is being written, if `#open` is. */
  readonly #segments: Segment[];
  #open: OpenSegment | null = null;
  #lastNumber: number;
  #lastEntry: number;
  #releasedEntry: number;
  /** The segment written last, also when it is released and removed already. */
  #previous: { number: number; end: number };
  /** Removals take turns, so that the oldest always goes first. */
  #removing: Promise<void> = Promise.resolve();
  #removalsSynced = true;
  /** Segments that could neither be made nor removed. */
  readonly #leftovers: number[] = [];

  constructor(options: JournalOptions, { segments, lastNumber, releasedEntry }: Recovery) {
    this.#options = options;
    this.#segments = segments;
    this.#lastNumber = lastNumber;
    this.#lastEntry = segments.at(-1)?.lastEntry ?? 0;
    this.#releasedEntry = releasedEntry;
    this.#previous = { number: segments.at(-1)?.number ?? 0, end: segments.at(-1)?.bytes ?? 0 };
  }

  async append(parts: readonly Buffer[]): Promise<number> {
    const entry = this.#lastEntry + 1;
    const frame = [encodeFrameHead(entry, parts), ...parts];
    const { open, segment } = await this.#writable();
    try {
      await open.append(frame);
    } catch (cause) {
      await this.#closeSegment();
      throw new Error(`cannot write to the journal: ${this.#pathOf(segment.number)}`, { cause });
    }
    segment.bytes += frame.reduce((sum, { length }) => sum + length, 0);
    segment.lastEntry = entry;
    this.#previous = { number: segment.number, end: segment.bytes };
    this.#lastEntry = entry;
    return entry;
  }

  async release(entry: number): Promise<void> {
    this.#releasedEntry = Math.max(this.#releasedEntry, Math.min(entry, this.#lastEntry));
    const turn = this.#removing.then(() => this.#removeReleased());
    this.#removing = turn.catch(() => {});
    await turn;
  }

  bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    await this.#closeSegment();
    await this.release(this.#releasedEntry);
  }

  /** Everything that counts in it is synced; what is behind that counts for nothing, whether it can be cut or not. */
  async #closeSegment(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.close();
  }

  async #writable(): Promise<{ open: OpenSegment; segment: Segment }> {
    const segment = this.#segments.at(-1);
    if (this.#open && segment && segment.bytes < this.#options.segmentBytesMax) {
      return { open: this.#open, segment };
    }
    await this.#closeSegment();
    return this.#startSegment();
  }

  async #startSegment(): Promise<{ open: OpenSegment; segment: Segment }> {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const file = await this.#createSegment(number);
    const open = openSegment(file, this.#options.aheadBytes ?? aheadBytesDefault);
    const segment: Segment = { number, bytes: headerBytes, lastEntry: this.#lastEntry };
    this.#segments.push(segment);
    this.#previous = { number, end: headerBytes };
    this.#open = open;
    return { open, segment };
  }

  /** What is left of it when this fails, even a whole header, is told from a segment by what the next one follows. */
  async #createSegment(number: number): Promise<JournalFile> {
    const { directory, files } = this.#options;
    const { number: previousNumber, end: previousEnd } = this.#previous;
    const header = { number, firstEntry: this.#lastEntry + 1, previousNumber, previousEnd };
    let file: JournalFile | null = null;
    try {
      file = await files.create(directory, segmentName(number));
      await writeAll(file, [encodeHeader(header)], 0);
      await file.sync();
      await files.syncFolder(directory);
      return file;
    } catch (cause) {
      if (file) await this.#discard(number, file);
      throw new Error(`cannot start a segment of the journal: ${this.#pathOf(number)}`, { cause });
    }
  }

  async #discard(number: number, file: JournalFile): Promise<void> {
    const { directory, files } = this.#options;
    await file.close().catch(() => {});
    await files.remove(directory, segmentName(number)).catch(() => this.#leftovers.push(number));
  }

  /**
   * The oldest first, and each is gone for good before the next one is removed: were one to come back with a power cut
   * after a later one has gone, it would look like a segment that is missing. Leftovers go before all, because only
   * the segment behind one tells that it is a leftover.
   */
  async #removeReleased(): Promise<void> {
    for (let [number] = this.#leftovers; number !== undefined; [number] = this.#leftovers) {
      await this.#remove(number);
      this.#leftovers.shift();
    }
    for (let oldest = this.#removable(); oldest; oldest = this.#removable()) {
      await this.#remove(oldest.number);
      this.#segments.shift();
    }
    await this.#syncRemovals();
  }

  async #remove(number: number): Promise<void> {
    const { directory, files } = this.#options;
    await this.#syncRemovals();
    await files.remove(directory, segmentName(number));
    this.#removalsSynced = false;
  }

  #removable(): Segment | null {
    const [oldest] = this.#segments;
    const isWritten = this.#open !== null && this.#segments.length === 1;
    return oldest && !isWritten && oldest.lastEntry <= this.#releasedEntry ? oldest : null;
  }

  async #syncRemovals(): Promise<void> {
    if (this.#removalsSynced) return;
    await this.#options.files.syncFolder(this.#options.directory);
    this.#removalsSynced = true;
  }

  #pathOf(number: number): string {
    return join(this.#options.directory, segmentName(number));
  }
}
