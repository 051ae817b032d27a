/**
 * Delivers what waits in an outbox, in the background, until it is answered: gathers batches, tries again, halves what
 * is refused whole, buries what is refused for good, and retries what is held back behind the others.
 */
import type { BillingError } from './billing-error.ts';
import { type Burial, makeBurial } from './burial.ts';
import { deadLetterOf, holdsSinceMs, isDelivered } from './bury.ts';
import { Circuit } from './circuit.ts';
import type { Counts } from './counts.ts';
import { isRefusedWhole } from './deliver-events.ts';
import type { AttemptResult } from './http-attempt.ts';
import type { Settings } from './options.ts';
import type { Batch, DeadLetter, DeadLetters, HeldEvent, Outbox } from './outbox.ts';
import type { PrepareBody, RequestBody } from './request-body.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Surroundings } from './surroundings.ts';
import type { EventResult, IngestAnswer } from './wire/answers.ts';

export interface SenderParts {
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly counts: Counts;
  /** One attempt at a body of `events` events; ends early when `closing` aborts. */
  readonly attempt: (
    body: RequestBody,
    events: number,
    closing: AbortSignal,
  ) => Promise<AttemptResult<IngestAnswer>>;
  readonly prepareBody: PrepareBody;
  readonly settings: Pick<Settings, 'batch' | 'retry' | 'logger' | 'onDeadLetter'>;
  readonly surroundings: Surroundings;
}

export class Sender {
  readonly #parts: SenderParts;
  readonly #stop = new AbortController();
  readonly #attempts = new Set<AbortController>();
  readonly #circuit: Circuit;
  readonly #burial: Burial;
  readonly #lanes = new Set<Promise<void>>();
  /** Batches of the others than the held under way. */
  #underWay = 0;
  #flushes = 0;
  #gathering: AbortController | null = null;
  #sweepPlanned = false;
  #sweeps = 0;
  #lastSweepMs = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(parts: SenderParts) {
    this.#parts = parts;
    const { surroundings, settings } = parts;
    this.#circuit = new Circuit({ surroundings, retry: settings.retry, stopped: this.#stop.signal });
    this.#burial = makeBurial({ ...parts, stopped: this.#stop.signal });
    parts.outbox.onMore(() => {
      this.#wake();
      this.#notify();
    });
    this.#wake();
  }

  /** Resolves when nothing is left to send but what is held back. Does not wait for company meanwhile. */
  async whenIdle(): Promise<void> {
    this.#flushes += 1;
    try {
      await this.#parts.outbox.found;
      this.#wake();
      while (!this.#isIdle()) await new Promise<void>((wake) => this.#idleWaiters.push(wake));
    } finally {
      this.#flushes -= 1;
    }
  }

  /** Ends what is under way; it stays in the outbox. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#gathering?.abort();
    for (const attempt of this.#attempts) attempt.abort();
    await Promise.all(this.#lanes);
    this.#notify();
  }

  #isIdle(): boolean {
    if (this.#stop.signal.aborted) return true;
    const { outbox } = this.#parts;
    return this.#underWay === 0 && outbox.arriving() === 0 && outbox.untaken().events === 0;
  }

  #notify(): void {
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #isDue(): boolean {
    const { events, bytes } = this.#parts.outbox.untaken();
    const { maxEvents, maxBytes } = this.#parts.settings.batch;
    return events > 0 && (this.#flushes > 0 || events >= maxEvents || bytes >= maxBytes);
  }

  #wake(): void {
    if (this.#stop.signal.aborted) return;
    const { maxAgeMs, maxInFlight } = this.#parts.settings.batch;
    if (this.#isDue()) {
      this.#gathering?.abort();
      if (this.#lanes.size < maxInFlight) this.#startLane(() => this.#sendAll());
    } else if (this.#lanes.size === 0 && this.#gathering === null) {
      if (this.#parts.outbox.untaken().events > 0) void this.#gather(maxAgeMs);
    }
  }

  async #gather(maxAgeMs: number): Promise<void> {
    const gathering = new AbortController();
    this.#gathering = gathering;
    if (maxAgeMs > 0) await this.#parts.surroundings.rest(maxAgeMs, gathering.signal);
    else await Promise.resolve();
    this.#gathering = null;
    if (!this.#stop.signal.aborted && !gathering.signal.aborted) this.#startLane(() => this.#sendAll());
  }

  #startLane(work: () => Promise<void>): void {
    const lane = work()
      .catch((error) => this.#recover(error))
      .finally(() => {
        this.#lanes.delete(lane);
        this.#wake();
        this.#planSweep();
        this.#notify();
      });
    this.#lanes.add(lane);
  }

  /** The outbox could not be read: it is tried again, slowly. */
  async #recover(error: unknown): Promise<void> {
    const { settings, surroundings } = this.#parts;
    settings.logger.error({ error: String(error) }, 'events could not be read; they will be tried again');
    await surroundings.rest(1_000, this.#stop.signal);
  }

  /** A batch, and further ones as long as they are due. */
  async #sendAll(): Promise<void> {
    do {
      if (!(await this.#sendNext())) return;
    } while (!this.#stop.signal.aborted && this.#isDue());
  }

  async #sendNext(): Promise<boolean> {
    this.#underWay += 1;
    try {
      const batch = await this.#parts.outbox.take(this.#parts.settings.batch);
      if (batch === null) return false;
      // What is left may be enough for another lane.
      this.#wake();
      return await this.#send(batch);
    } finally {
      this.#underWay -= 1;
      this.#notify();
    }
  }

  /** False when it was stopped before all was settled. */
  async #send(batch: Batch): Promise<boolean> {
    if (!(await this.#deliver(batch, 0, batch.count))) return false;
    batch.settle();
    return true;
  }

  async #deliver(batch: Batch, from: number, to: number): Promise<boolean> {
    const { counts, prepareBody } = this.#parts;
    const body = await prepareBody(batch.body(from, to));
    for (;;) {
      const ticket = await this.#circuit.enter();
      if (ticket === null) return false;
      counts.add('requests');
      const result = await this.#attempt(body, to - from);
      if (result.ok) {
        this.#circuit.succeeded();
        return this.#apply(batch, from, to, result.answer.results);
      }
      if (isRefusedWhole(result.error)) {
        this.#circuit.succeeded();
        return this.#isolate(batch, from, to, result.error);
      }
      counts.add('failures');
      const delayMs = this.#circuit.failed(ticket, result.retryAfterMs);
      if (!this.#stop.signal.aborted) this.#tell(result.error, to - from, delayMs);
    }
  }

  async #attempt(body: RequestBody, events: number): Promise<AttemptResult<IngestAnswer>> {
    const closing = new AbortController();
    this.#attempts.add(closing);
    if (this.#stop.signal.aborted) closing.abort();
    try {
      return await this.#parts.attempt(body, events, closing.signal);
    } finally {
      this.#attempts.delete(closing);
    }
  }

  /** Halves what was refused whole until the culprit stands alone; that one is dead. */
  async #isolate(batch: Batch, from: number, to: number, error: BillingError): Promise<boolean> {
    if (to - from > 1) {
      const middle = from + Math.ceil((to - from) / 2);
      return (await this.#deliver(batch, from, middle)) && (await this.#deliver(batch, middle, to));
    }
    const { code, field, message } = error;
    const alone = { index: 0, status: 'rejected' as const, code, message };
    return this.#apply(batch, from, to, [field === undefined ? alone : { ...alone, field }]);
  }

  async #apply(batch: Batch, from: number, to: number, results: readonly EventResult[]): Promise<boolean> {
    const nowMs = this.#parts.surroundings.nowMs();
    const letters: DeadLetter[] = [];
    const held: HeldEvent[] = [];
    for (const result of results) {
      if (isDelivered(result)) continue;
      const index = from + result.index;
      const line = batch.line(index);
      const heldSinceMs = holdsSinceMs(result, batch.heldSinceMs(index), nowMs);
      if (heldSinceMs === null) letters.push(deadLetterOf(line, result, nowMs));
      else held.push({ line, heldSinceMs });
    }
    if (!(await this.#burial.keep(letters, held))) return false;
    this.#parts.counts.add('delivered', to - from - letters.length - held.length);
    this.#parts.counts.add('dead', letters.length);
    this.#burial.announce(letters);
    return true;
  }

  /** What is held back is tried again behind the others, ever more seldom, and never for more than a sixth of the time. */
  #planSweep(): void {
    const { outbox, settings, surroundings } = this.#parts;
    if (this.#sweepPlanned || this.#stop.signal.aborted || outbox.heldCount() === 0) return;
    this.#sweepPlanned = true;
    this.#sweeps += 1;
    const delayMs = Math.max(
      retryDelayMs(this.#sweeps, settings.retry, surroundings.random(), null),
      5 * this.#lastSweepMs,
    );
    void surroundings.rest(delayMs, this.#stop.signal).then(() => {
      if (!this.#stop.signal.aborted) this.#startLane(() => this.#sweep());
    });
  }

  async #sweep(): Promise<void> {
    const startedMs = performance.now();
    const before = this.#parts.outbox.heldCount();
    try {
      await this.#sendHeld(before);
    } finally {
      this.#lastSweepMs = performance.now() - startedMs;
      if (this.#parts.outbox.heldCount() < before) this.#sweeps = 0;
      this.#sweepPlanned = false;
    }
  }

  async #sendHeld(count: number): Promise<void> {
    const { outbox, settings } = this.#parts;
    for (let left = count; left > 0 && !this.#stop.signal.aborted; ) {
      if (outbox.untaken().events > 0) await this.#sendAll();
      const maxEvents = Math.min(settings.batch.maxEvents, left);
      const batch = await outbox.takeHeld({ ...settings.batch, maxEvents });
      if (batch === null || !(await this.#send(batch))) break;
      left -= batch.count;
    }
  }

  #tell(error: BillingError, events: number, delayMs: number): void {
    const { code, status, requestId } = error;
    const details = { code, status, requestId, events, delayMs };
    this.#parts.settings.logger.warn(details, `not delivered, will try again: ${error.message}`);
  }
}
