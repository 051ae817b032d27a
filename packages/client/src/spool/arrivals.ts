/**
 * The calls of `recordUsage` on their way into the spool: gathered for one write a turn, held up when the spool is
 * full, resolved when their events are as firm as was asked. It does not know what a full spool may give up.
 */
import { BillingError } from '../billing-error.ts';
import { closedError } from '../closed-error.ts';
import { KeepAlive } from '../keep-alive.ts';
import type { SpoolSettings } from '../outbox.ts';
import { frameHeadBytes } from './frame.ts';
import type { FrameItem, QueueWriter } from './queue-writer.ts';
import { errnoOf } from './spool-files.ts';

interface Arrival extends FrameItem {
  resolve(): void;
  reject(error: BillingError): void;
}

export interface ArrivalParts {
  readonly writer: QueueWriter;
  readonly policy: Pick<SpoolSettings, 'fsync' | 'whenFull'>;
  /** The most that one event may take. */
  readonly bytesMax: number;
  /** Bytes that may be written now. */
  readonly room: () => number;
  /** Gives up what is settled, and with `drop-oldest` what is oldest. False when there was nothing. */
  readonly makeRoom: () => boolean;
  /** Makes the folder anew when it was removed. False when it is there, or cannot be made. */
  readonly restore: () => boolean;
  readonly onKept: (events: number) => void;
  readonly onFailed: () => void;
}

export class Arrivals {
  readonly #parts: ArrivalParts;
  readonly #keepAlive = new KeepAlive();
  #queue: Arrival[] = [];
  #awaitingSync: Arrival[] = [];
  #syncing = false;
  #underSync = 0;
  #scheduled = false;
  #isOpen = false;
  #closed = false;
  #release: (() => void) | null = null;

  constructor(parts: ArrivalParts) {
    this.#parts = parts;
  }

  add(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closedError());
      const bytes = frameHeadBytes + Buffer.byteLength(line);
      this.#queue.push({ line, bytes, heldSinceMs: 0, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => this.write());
    });
  }

  /** Calls that have not settled yet. */
  count(): number {
    return this.#queue.length + this.#awaitingSync.length + this.#underSync;
  }

  /** Nothing is written before what was left is claimed: it takes room, and goes first. */
  open(): void {
    this.#isOpen = true;
    this.write();
  }

  /** Writes what there is room for. Called again whenever there may be more. */
  write(): void {
    this.#scheduled = false;
    while (this.#isOpen && this.#queue.length > 0) {
      const fitting = this.#fitting();
      if (fitting === 0) {
        if (!this.#meetFull(null)) break;
        continue;
      }
      const items = this.#queue.slice(0, fitting);
      const { written, error } = this.#append(items);
      this.#queue.splice(0, written);
      this.#kept(items.slice(0, written));
      if (error !== null && !this.#meetError(error)) break;
    }
    this.#holdProcess();
  }

  /** Resolves when no sync is under way. */
  async settle(): Promise<void> {
    while (this.#syncing) await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(closedError());
    this.#holdProcess();
  }

  #append(items: readonly Arrival[]): { readonly written: number; readonly error: unknown } {
    const { writer, restore } = this.#parts;
    const result = writer.append(items);
    const isGone = errnoOf(result.error) === 'ENOENT' || (result.error === null && !writer.isLinked());
    if (!isGone || !restore()) return result;
    if (result.error === null) return result;
    const again = writer.append(items.slice(result.written));
    return { written: result.written + again.written, error: again.error };
  }

  #fitting(): number {
    let room = this.#parts.room();
    let count = 0;
    for (const { bytes } of this.#queue) {
      if (bytes > room) break;
      room -= bytes;
      count += 1;
    }
    return count;
  }

  /** True when it is worth going on. */
  #meetFull(cause: unknown): boolean {
    const { makeRoom, policy, bytesMax } = this.#parts;
    const isTooLarge = (this.#queue[0]?.bytes ?? 0) > bytesMax;
    if (!isTooLarge && makeRoom()) return true;
    if (!isTooLarge && policy.whenFull !== 'throw') return false;
    const message = isTooLarge ? 'the event is larger than the spool' : 'the spool is full';
    const error = new BillingError(message, { code: 'spool_full', cause: cause ?? undefined });
    this.#reject(this.#queue.splice(0, 1), error);
    return true;
  }

  #meetError(error: unknown): boolean {
    if (errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT') return this.#meetFull(error);
    this.#reject(this.#queue.splice(0), failedError(error));
    return false;
  }

  #reject(items: readonly Arrival[], error: BillingError): void {
    for (const { reject } of items) reject(error);
    this.#parts.onFailed();
  }

  #kept(items: readonly Arrival[]): void {
    if (items.length === 0) return;
    if (this.#parts.policy.fsync === 'always') {
      this.#awaitingSync.push(...items);
      if (!this.#syncing) void this.#sync();
      return;
    }
    this.#parts.writer.commit();
    this.#resolve(items);
  }

  #resolve(items: readonly Arrival[]): void {
    this.#parts.onKept(items.length);
    for (const { resolve } of items) resolve();
  }

  /** All that wait share one sync; those that come meanwhile share the next. */
  async #sync(): Promise<void> {
    this.#syncing = true;
    const release = this.#keepAlive.hold();
    while (this.#awaitingSync.length > 0) {
      const items = this.#awaitingSync;
      this.#awaitingSync = [];
      this.#underSync = items.length;
      const error = await this.#parts.writer.sync().then(
        () => null,
        (cause: unknown) => failedError(cause),
      );
      this.#underSync = 0;
      if (error === null) this.#resolve(items);
      else this.#reject([...items, ...this.#awaitingSync.splice(0)], error);
    }
    this.#syncing = false;
    release();
    if (!this.#closed) this.write();
  }

  /** A call that waits for room keeps the process alive: nothing else would. */
  #holdProcess(): void {
    if (this.#queue.length > 0) this.#release ??= this.#keepAlive.hold();
    else {
      this.#release?.();
      this.#release = null;
    }
  }
}

function failedError(cause: unknown): BillingError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BillingError(`the spool cannot be written: ${why}`, { code: 'spool_failed', cause });
}
