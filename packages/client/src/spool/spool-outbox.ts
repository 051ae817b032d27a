/**
 * The outbox on disk: one queue that this client writes, one for what is held back, and those that others left. It
 * keeps the bound on bytes, adopts, and notices when the directory is gone. What is sent when is the sender's.
 */
import type { Counts } from '../counts.ts';
import type { Batch, BatchLimits, HeldEvent, Outbox, SpoolParts } from '../outbox.ts';
import { Arrivals } from './arrivals.ts';
import { frameHeadBytes } from './frame.ts';
import { LeftQueues } from './left-queues.ts';
import { makeOwnerFolder, makeQueueFolder, type OwnerFolder } from './owner-folder.ts';
import { closeQueue, type OwnQueue, type Queue, queueBytes, startQueue } from './queue.ts';
import type { Damage } from './queue-reader.ts';
import { isOnDisk, restoreQueue } from './restore-queue.ts';
import type { SpoolFiles } from './spool-files.ts';

const tickMs = 1_000;
const claimEveryMs = 10_000;
const cursorEveryMs = 50;
const largestSegmentBytes = 64 * 1024 * 1024;

export interface SpoolOutboxParts extends SpoolParts {
  readonly files: SpoolFiles;
  readonly directory: string;
  /** A new id; ids sort by the moment they were made. */
  readonly mintId: () => string;
  readonly keepAside: (damage: Damage) => void;
}

export class SpoolOutbox implements Outbox {
  readonly found: Promise<void>;
  readonly #parts: SpoolOutboxParts;
  readonly #counts: Counts;
  readonly #segmentBytesMax: number;
  #owner: OwnerFolder;
  readonly #main: OwnQueue;
  readonly #held: OwnQueue;
  readonly #left: LeftQueues;
  readonly #arrivals: Arrivals;
  #onMore: () => void = () => {};
  #taking: Promise<unknown> = Promise.resolve();
  #timers: ReturnType<typeof setInterval>[] = [];
  #cursorTimer: ReturnType<typeof setTimeout> | null = null;
  #isSyncing = false;
  #closed = false;
  #closing: Promise<void> | null = null;

  /** Throws when the directory cannot be used. */
  constructor(parts: SpoolOutboxParts) {
    this.#parts = parts;
    this.#counts = parts.counts;
    this.#segmentBytesMax = Math.min(Math.floor(parts.settings.maxBytes / 16), largestSegmentBytes);
    this.#owner = makeOwnerFolder(parts.files, parts.directory, parts.mintId());
    this.#main = this.#startQueue('main');
    this.#held = this.#startQueue('held');
    this.#left = new LeftQueues({
      ...parts,
      reader: this.#readerParts(),
      onMore: () => this.#onMore(),
    });
    this.#arrivals = new Arrivals({
      writer: this.#main.writer,
      policy: parts.settings,
      bytesMax: this.#appendBytesMax(),
      room: () => this.#appendBytesMax() - this.#bytes(),
      makeRoom: () => this.#makeRoom(),
      restore: () => this.#restore(),
      onKept: (events) => this.#kept(events),
      onFailed: () => this.#onMore(),
    });
    this.found = this.#left.claim(this.#owner.path).then(() => this.#arrivals.open());
    this.#startTimers();
  }

  append(line: string): Promise<void> {
    return this.#arrivals.add(line);
  }

  take(limits: BatchLimits): Promise<Batch | null> {
    return this.#oneByOne(async () => {
      for (const queue of [...this.#left.all, this.#main]) {
        const batch = await queue.reader.take(this.#within(limits));
        if (batch !== null) return this.#watched(batch);
        if (queue === this.#main || !queue.reader.isDone()) continue;
        this.#left.finish(queue);
        this.#arrivals.write();
      }
      return null;
    });
  }

  takeHeld(limits: BatchLimits): Promise<Batch | null> {
    return this.#oneByOne(async () => {
      const batch = await this.#held.reader.take(this.#within(limits));
      return batch === null ? null : this.#watched(batch);
    });
  }

  /** Throws when they cannot be written; none is kept then. */
  hold(events: readonly HeldEvent[]): void {
    const items = events.map((event) => ({
      ...event,
      bytes: frameHeadBytes + Buffer.byteLength(event.line),
    }));
    this.#held.writer.appendAll(items, this.#parts.settings.fsync === 'always');
  }

  untaken(): { readonly events: number; readonly bytes: number } {
    const all = [...this.#left.all, this.#main].map(({ reader }) => reader.untaken());
    return all.reduce((sum, one) => ({ events: sum.events + one.events, bytes: sum.bytes + one.bytes }));
  }

  arriving(): number {
    return this.#arrivals.count();
  }

  heldCount(): number {
    return this.#held.reader.untaken().events;
  }

  onMore(listener: () => void): void {
    this.#onMore = listener;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  async #closeOnce(): Promise<void> {
    this.#closed = true;
    this.#arrivals.close();
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#cursorTimer !== null) clearTimeout(this.#cursorTimer);
    await this.#left.settle();
    await this.#arrivals.settle();
    await this.#taking;
    this.#attempt('the spool could not be synced', () => {
      if (this.#parts.settings.fsync === 'never') return;
      this.#main.writer.syncNow();
      this.#held.writer.syncNow();
    });
    for (const queue of this.#queues()) {
      this.#attempt('a queue of the spool could not be closed', () => closeQueue(this.#parts.files, queue));
    }
    this.#owner.release();
  }

  #startQueue(name: string): OwnQueue {
    const { files, mintId, settings } = this.#parts;
    const directory = makeQueueFolder(files, this.#owner.path, `${mintId()}-${name}`);
    const parts = { ...this.#readerParts(), segmentBytesMax: this.#segmentBytesMax };
    return startQueue({ ...parts, syncNames: settings.fsync === 'always' }, directory);
  }

  #readerParts() {
    const { files } = this.#parts;
    return { files, onDamage: this.#damaged.bind(this), onTrouble: this.#trouble.bind(this) };
  }

  /** A sixteenth stays free twice over: for what is moved to the held, and for the segment that moving frees late. */
  #appendBytesMax(): number {
    return this.#parts.settings.maxBytes - 2 * this.#segmentBytesMax;
  }

  #within({ maxEvents, maxBytes }: BatchLimits): BatchLimits {
    return { maxEvents, maxBytes: Math.min(maxBytes, this.#segmentBytesMax) };
  }

  /** Oldest first. */
  #queues(): Queue[] {
    return [...this.#left.all, this.#main, this.#held];
  }

  #bytes(): number {
    return this.#queues().reduce((bytes, queue) => bytes + queueBytes(queue), 0);
  }

  #makeRoom(): boolean {
    for (const queue of this.#queues()) if (queue.reader.reclaim()) return true;
    if (this.#parts.settings.whenFull !== 'drop-oldest') return false;
    // What is held back was recorded before what is not.
    for (const queue of [...this.#left.all, this.#held, this.#main]) {
      const dropped = queue.reader.dropOldest();
      if (dropped === null) continue;
      this.#counts.add('dropped', dropped);
      this.#counts.add('dead', dropped);
      this.#parts.logger.error({ events: dropped }, 'the spool is full: its oldest segment was dropped');
      return true;
    }
    return false;
  }

  #kept(events: number): void {
    this.#counts.add('recorded', events);
    this.#onMore();
  }

  #oneByOne<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#taking.then(work);
    this.#taking = result.catch(() => {});
    return result;
  }

  /** What is settled makes room, and moves a cursor that is written a little later. */
  #watched(batch: Batch): Batch {
    const settle = batch.settle.bind(batch);
    batch.settle = () => {
      settle();
      this.#tidy();
      this.#arrivals.write();
      this.#cursorTimer ??= setTimeout(() => this.#saveCursors(), cursorEveryMs).unref();
    };
    return batch;
  }

  /** Files go as soon as all in them is settled; the one that is written, once that is worth a new one. */
  #tidy(): void {
    for (const queue of [...this.#left.all]) if (queue.reader.isDone()) this.#left.finish(queue);
    if (queueBytes(this.#main) > this.#segmentBytesMax / 4) this.#main.reader.reclaim();
  }

  #saveCursors(): void {
    this.#cursorTimer = null;
    for (const { reader } of this.#queues()) reader.saveCursor();
  }

  /** Background work does not keep the process. */
  #startTimers(): void {
    const { fsync, fsyncIntervalMs } = this.#parts.settings;
    const every = (ms: number, work: () => void): void => {
      this.#timers.push(setInterval(work, ms).unref());
    };
    every(claimEveryMs, () => void this.#left.claim(this.#owner.path));
    // A disk that was full, and a folder that is gone, are not told to us.
    every(tickMs, () => {
      this.#restore();
      this.#arrivals.write();
    });
    if (fsync === 'interval') every(fsyncIntervalMs, () => void this.#syncAll());
  }

  /** On a slow disk fewer than were asked for: syncs that pile up would take every thread that reads. */
  async #syncAll(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    for (const { writer } of [this.#main, this.#held]) {
      if (!writer.hasUnsynced()) continue;
      await writer.sync().catch((error) => this.#trouble(error, 'the spool could not be synced'));
    }
    this.#isSyncing = false;
  }

  /** What was removed while running is written again from what is still open; what the disk has no room for, later. */
  #restore(): boolean {
    const { files, directory, mintId, logger } = this.#parts;
    const gone = this.#queues().filter((queue) => !isOnDisk(files, queue));
    if (this.#closed || gone.length === 0) return false;
    try {
      if (!files.existsSync(this.#owner.path)) this.#remakeOwner();
      for (const queue of gone)
        restoreQueue(files, queue, makeQueueFolder(files, this.#owner.path, mintId()));
      logger.error({ directory }, 'the spool was removed while in use: it was made anew');
      return true;
    } catch (error) {
      this.#trouble(error, 'the spool was removed while in use, and cannot be made anew');
      return false;
    }
  }

  #remakeOwner(): void {
    const { files, directory, mintId } = this.#parts;
    files.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const owner = makeOwnerFolder(files, directory, mintId());
    this.#owner.release();
    this.#owner = owner;
  }

  #damaged(damage: Damage): void {
    const { path, offset, events } = damage;
    this.#counts.add('damaged', events);
    this.#counts.add('recorded', -events);
    this.#parts.logger.error({ path, offset, events }, 'events in the spool are damaged and cannot be sent');
    this.#attempt('damaged bytes could not be kept aside', () => this.#parts.keepAside(damage));
  }

  #attempt(message: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#trouble(error, message);
    }
  }

  #trouble(error: unknown, message: string): void {
    this.#parts.logger.warn({ error: error instanceof Error ? error.message : String(error) }, message);
  }
}
