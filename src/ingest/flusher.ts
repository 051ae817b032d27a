/**
 * From the journal into the usage store: what was acknowledged gathers here and is stored in big blocks, because an
 * insert costs the same whatever its size, and each makes a part that has to be merged. When the store fails, nothing
 * is lost: the events stay in the journal and in here, and are tried again. It acknowledges nothing.
 */
import { Busy } from '../errors.ts';
import type { Journal } from '../storage/journal.ts';
import type { Quarantine } from '../storage/quarantine.ts';
import { decodeRows, halveRows } from '../storage/usage-rows/decode-rows.ts';
import { BlockRefused, type UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import { missingRows } from './missing-rows.ts';

/** One journal entry on its way into the store. */
export interface Chunk {
  readonly entry: number;
  /** Whole rows (usage-rows/encode-rows.ts), one buffer behind the other. */
  readonly rows: readonly Buffer[];
  /** Rows of corrections (usage-rows/encode-corrections.ts): stored behind the events, as often as it takes. */
  readonly corrections?: readonly Buffer[];
  readonly bytes: number;
  readonly events: number;
  /** The months in which they lie, as numbers: each is a part of its own in the store. */
  readonly months: ReadonlySet<number>;
  /** Some of it may be in the store already: it is stored only as far as it is missing there. */
  readonly suspect: boolean;
  /** Called when every later query sees them. */
  readonly onVisible: () => void;
}

export interface FlushRules {
  /** A block is stored when it has this many rows, or its oldest this age. */
  readonly rowsTarget: number;
  readonly ageTargetMs: number;
  /** Beyond this many months a block makes so many parts that it is let grow. */
  readonly monthsFew: number;
  readonly rowsPerMonth: number;
  readonly rowsMax: number;
  readonly ageMaxMs: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
}

export interface FlusherDependencies {
  readonly usageStore: Pick<UsageStore, 'append' | 'findSeen' | 'appendCorrections'>;
  readonly journal: Pick<Journal, 'release'>;
  readonly quarantine: Quarantine;
  /** For ages and durations only: best one that never goes back. */
  readonly clock: Clock;
  readonly rules: FlushRules;
  readonly onFlush: (flush: { events: number; bytes: number; durationMs: number }) => void;
  /** The store failed; what was to be stored is tried again. */
  readonly onError: (error: unknown) => void;
  /** The journal could not be told what it may forget: it is told more with the next block. */
  readonly onReleaseError: (error: unknown) => void;
}

export interface Waiting {
  readonly events: number;
  readonly bytes: number;
  /** How long the oldest waits, be it in the block that is being stored. */
  readonly ageMs: number;
}

interface Queued {
  readonly chunk: Chunk;
  readonly atMs: number;
}

export class Flusher {
  readonly #dependencies: FlusherDependencies;
  #chunks: Queued[] = [];
  /** The block that is being stored. */
  #taken: readonly Queued[] = [];
  #waitingEvents = 0;
  #waitingBytes = 0;
  #months = new Map<number, number>();
  #lastAdded = 0;
  #lastFlushed = 0;
  #urgent = false;
  #wake: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #closing = false;
  #barriers: { entry: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  #failures = 0;

  constructor(dependencies: FlusherDependencies) {
    this.#dependencies = dependencies;
  }

  add(chunk: Chunk): void {
    this.#chunks.push({ chunk, atMs: this.#dependencies.clock.nowMs() });
    this.#waitingEvents += chunk.events;
    this.#waitingBytes += chunk.bytes;
    this.#countMonths(chunk.months, 1);
    this.#lastAdded = chunk.entry;
    this.#running ??= this.#run();
    // After a failure it is tried again in its time, however much arrives.
    if (this.#failures === 0 && this.#isFull()) this.#wake?.();
  }

  /** Resolves when all that was added before is visible, at the cost of at most one flush; rejects when the store fails. */
  barrier(): Promise<void> {
    if (this.#lastFlushed >= this.#lastAdded) return Promise.resolve();
    if (this.#failures > 0) return Promise.reject(notVisible());
    return new Promise((resolve, reject) => {
      this.#barriers.push({ entry: this.#lastAdded, resolve, reject });
      this.#urgent = true;
      this.#wake?.();
    });
  }

  waiting(): Waiting {
    const oldest = (this.#taken[0] ?? this.#chunks[0])?.atMs;
    const ageMs = oldest === undefined ? 0 : this.#dependencies.clock.nowMs() - oldest;
    return { events: this.#waitingEvents, bytes: this.#waitingBytes, ageMs };
  }

  /** Why the store does not take events at the moment; null when it does. */
  trouble(): string | null {
    if (this.#failures === 0) return null;
    return `the usage store failed ${this.#failures} times in a row; ${this.#waitingEvents} acknowledged events wait in the journal`;
  }

  /** Stores what is left, once; what the store refuses now stays in the journal for the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#chunks.length > 0) {
      await this.#due();
      const block = this.#take().map(({ chunk }) => chunk);
      const startMs = this.#dependencies.clock.nowMs();
      try {
        await this.#store(await this.#rowsOf(block));
        const corrections = block.flatMap((chunk) => chunk.corrections ?? []);
        if (corrections.length > 0) await this.#dependencies.usageStore.appendCorrections(corrections);
        this.#flushed(block, startMs);
      } catch (error) {
        this.#putBack();
        this.#failed(error);
        if (this.#closing) break;
        await this.#pause();
      }
    }
    this.#running = null;
  }

  /** Suspect chunks are looked up first: of a write that failed, any part may have been stored. */
  async #rowsOf(block: readonly Chunk[]): Promise<Buffer[]> {
    const rows = block.filter(({ suspect }) => !suspect).flatMap((chunk) => chunk.rows);
    const suspect = block.filter((chunk) => chunk.suspect).flatMap((chunk) => chunk.rows);
    return suspect.length === 0
      ? rows
      : [...(await missingRows(this.#dependencies.usageStore, suspect)), ...rows];
  }

  /** Resolves when the block that has gathered should be written. */
  #due(): Promise<void> {
    const age = this.waiting().ageMs;
    const remaining = this.#ageTarget() - age;
    if (this.#urgent || this.#closing || this.#isFull() || remaining <= 0) return Promise.resolve();
    return this.#sleep(remaining);
  }

  #isFull(): boolean {
    const { rowsTarget, rowsPerMonth, rowsMax, monthsFew } = this.#dependencies.rules;
    const months = this.#months.size;
    const target =
      months <= monthsFew ? rowsTarget : Math.min(Math.max(rowsTarget, months * rowsPerMonth), rowsMax);
    return this.#waitingEvents >= target;
  }

  #ageTarget(): number {
    const { ageTargetMs, ageMaxMs, monthsFew } = this.#dependencies.rules;
    return this.#months.size <= monthsFew ? ageTargetMs : ageMaxMs;
  }

  #take(): readonly Queued[] {
    const { rowsMax } = this.#dependencies.rules;
    let rows = 0;
    let count = 0;
    for (const { chunk } of this.#chunks) {
      if (count > 0 && rows + chunk.events > rowsMax) break;
      rows += chunk.events;
      count += 1;
    }
    this.#urgent = false;
    this.#wake = null;
    this.#taken = this.#chunks.splice(0, count);
    for (const { chunk } of this.#taken) this.#countMonths(chunk.months, -1);
    return this.#taken;
  }

  /** A block refused for its content is halved until the culprit stands alone; that one is set aside, the rest flow. */
  async #store(rows: readonly Buffer[]): Promise<void> {
    const { usageStore, quarantine } = this.#dependencies;
    if (rows.length === 0) return;
    try {
      await usageStore.append(rows);
    } catch (error) {
      if (!(error instanceof BlockRefused)) throw error;
      const halves = halveRows(rows);
      if (halves === null) return quarantine.keep(decodeRows(Buffer.concat([...rows])), error);
      for (const half of halves) await this.#store(half);
    }
  }

  #flushed(block: readonly Chunk[], startMs: number): void {
    const { clock, journal, onFlush, onReleaseError } = this.#dependencies;
    this.#taken = [];
    const last = block.at(-1)?.entry ?? this.#lastFlushed;
    let events = 0;
    let bytes = 0;
    for (const chunk of block) {
      events += chunk.events;
      bytes += chunk.bytes;
      chunk.onVisible();
    }
    this.#waitingEvents -= events;
    this.#waitingBytes -= bytes;
    this.#failures = 0;
    this.#lastFlushed = last;
    onFlush({ events, bytes, durationMs: clock.nowMs() - startMs });
    // A segment that cannot be removed costs space and a replay, not correctness.
    journal.release(last).catch(onReleaseError);
    const open = this.#barriers.filter(({ entry }) => entry > last);
    for (const { entry, resolve } of this.#barriers) if (entry <= last) resolve();
    this.#barriers = open;
    this.#urgent = open.length > 0;
  }

  #putBack(): void {
    const back = this.#taken.map(({ chunk, atMs }) => ({ chunk: { ...chunk, suspect: true }, atMs }));
    this.#chunks = [...back, ...this.#chunks];
    this.#taken = [];
    for (const { chunk } of back) this.#countMonths(chunk.months, 1);
  }

  #countMonths(months: ReadonlySet<number>, step: 1 | -1): void {
    for (const month of months) {
      const count = (this.#months.get(month) ?? 0) + step;
      if (count === 0) this.#months.delete(month);
      else this.#months.set(month, count);
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#dependencies.onError(error);
    for (const { reject } of this.#barriers.splice(0)) reject(notVisible());
  }

  #pause(): Promise<void> {
    const { retryMs, retryMaxMs } = this.#dependencies.rules;
    const delayMs = Math.min(retryMs * 2 ** (this.#failures - 1), retryMaxMs);
    return this.#sleep(delayMs);
  }

  /** Ends before its time when `#wake` is called. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function notVisible(): Busy {
  return new Busy(
    'acknowledged events cannot be asked for yet: the usage store fails; they wait in the journal',
    2,
  );
}
