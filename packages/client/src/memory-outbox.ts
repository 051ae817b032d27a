/** The outbox in memory: for runtimes without a disk, or when asked for. What waits is gone with the process. */
import { BillingError } from './billing-error.ts';
import { closedError } from './closed-error.ts';
import type { Counts } from './counts.ts';
import { KeepAlive } from './keep-alive.ts';
import type { Logger } from './options.ts';
import type { Batch, BatchLimits, DeadLetters, HeldEvent, Outbox, SpoolSettings } from './outbox.ts';
import { utf8Length } from './utf8-length.ts';

interface Entry {
  readonly line: string;
  readonly bytes: number;
  readonly heldSinceMs: number;
}

interface Blocked {
  readonly entry: Entry;
  resolve(): void;
  reject(error: BillingError): void;
}

interface Parts {
  readonly settings: Pick<SpoolSettings, 'maxBytes' | 'whenFull'>;
  readonly counts: Counts;
  readonly logger: Logger;
}

/** Entries first in, first out, without moving the others at each taking. */
class Line {
  #entries: Entry[] = [];
  #first = 0;
  bytes = 0;

  get count(): number {
    return this.#entries.length - this.#first;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.bytes += entry.bytes;
  }

  shift({ maxEvents, maxBytes }: BatchLimits): Entry[] {
    const taken: Entry[] = [];
    let bytes = 1;
    while (taken.length < Math.min(maxEvents, Number.MAX_SAFE_INTEGER)) {
      const entry = this.#entries[this.#first];
      if (entry === undefined || (taken.length > 0 && bytes + entry.bytes > maxBytes)) break;
      bytes += entry.bytes;
      taken.push(entry);
      this.#first += 1;
    }
    this.bytes -= bytes - 1;
    if (this.#first > 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}

export class MemoryOutbox implements Outbox {
  readonly found = Promise.resolve();
  readonly #parts: Parts;
  readonly #main = new Line();
  readonly #held = new Line();
  readonly #keepAlive = new KeepAlive();
  readonly #blocked: Blocked[] = [];
  #takenBytes = 0;
  #onMore: () => void = () => {};
  #release: (() => void) | null = null;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  append(line: string): Promise<void> {
    if (this.#closed) return Promise.reject(closedError());
    const entry = { line, bytes: utf8Length(line) + 1, heldSinceMs: 0 };
    if (this.#blocked.length === 0 && this.#fits(entry)) return this.#keep(entry);
    const { maxBytes, whenFull } = this.#parts.settings;
    if (whenFull === 'throw' || entry.bytes > maxBytes) return Promise.reject(fullError());
    if (whenFull === 'drop-oldest' && this.#dropFor(entry)) return this.#keep(entry);
    return new Promise((resolve, reject) => {
      this.#blocked.push({ entry, resolve, reject });
      this.#release ??= this.#keepAlive.hold();
    });
  }

  async take(limits: BatchLimits): Promise<Batch | null> {
    return this.#takeFrom(this.#main, limits);
  }

  async takeHeld(limits: BatchLimits): Promise<Batch | null> {
    return this.#takeFrom(this.#held, limits);
  }

  hold(events: readonly HeldEvent[]): void {
    for (const { line, heldSinceMs } of events) {
      this.#held.push({ line, bytes: utf8Length(line) + 1, heldSinceMs });
    }
  }

  untaken(): { readonly events: number; readonly bytes: number } {
    return { events: this.#main.count, bytes: this.#main.bytes };
  }

  arriving(): number {
    return this.#blocked.length;
  }

  heldCount(): number {
    return this.#held.count;
  }

  onMore(listener: () => void): void {
    this.#onMore = listener;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#blocked.splice(0)) reject(closedError());
    this.#release?.();
  }

  #fits({ bytes }: Entry): boolean {
    const kept = this.#main.bytes + this.#held.bytes + this.#takenBytes;
    return kept + bytes <= this.#parts.settings.maxBytes;
  }

  async #keep(entry: Entry): Promise<void> {
    this.#main.push(entry);
    this.#parts.counts.add('recorded');
    this.#onMore();
  }

  /** An eighth at a time, as a segment on disk. */
  #dropFor(entry: Entry): boolean {
    const { counts, logger, settings } = this.#parts;
    while (!this.#fits(entry)) {
      const maxBytes = Math.max(entry.bytes, Math.floor(settings.maxBytes / 8));
      const { length } = this.#main.shift({ maxEvents: Number.MAX_SAFE_INTEGER, maxBytes });
      if (length === 0) return false;
      counts.add('dropped', length);
      counts.add('dead', length);
      logger.error({ events: length }, 'the spool is full: its oldest events were dropped');
    }
    return true;
  }

  #takeFrom(line: Line, limits: BatchLimits): Batch | null {
    const entries = line.shift(limits);
    if (entries.length === 0) return null;
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    this.#takenBytes += bytes;
    const at = (index: number): Entry => {
      const entry = entries[index];
      if (entry === undefined) throw new RangeError(`there is no event ${index} in this batch`);
      return entry;
    };
    return {
      count: entries.length,
      body: (from, to) =>
        `[${entries
          .slice(from, to)
          .map((entry) => entry.line)
          .join(',')}]`,
      line: (index) => at(index).line,
      heldSinceMs: (index) => at(index).heldSinceMs,
      settle: () => {
        this.#takenBytes -= bytes;
        this.#unblock();
      },
    };
  }

  #unblock(): void {
    for (let next = this.#blocked[0]; next !== undefined && this.#fits(next.entry); next = this.#blocked[0]) {
      this.#blocked.shift();
      void this.#keep(next.entry);
      next.resolve();
    }
    if (this.#blocked.length > 0) return;
    this.#release?.();
    this.#release = null;
  }
}

function fullError(): BillingError {
  return new BillingError('the spool is full', { code: 'spool_full' });
}

/** Without a disk a dead letter is only told: to `onDeadLetter`, and to the log. */
export const untoldDeadLetters: DeadLetters = { write: async () => {}, close: () => {} };
