/**
 * Gathers events recorded one by one into batches: sent at once when nothing is under way, and while a batch is
 * under way the next one gathers. It knows nothing of HTTP, and keeps nothing beyond the process.
 */
import { BillingError } from './billing-error.ts';
import type { Counts } from './counts.ts';
import type { DeliverEvents, Outcome } from './deliver-events.ts';
import type { Settings } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { utf8Length } from './utf8-length.ts';

interface Waiting {
  readonly line: string;
  readonly bytes: number;
  readonly settle: (outcome: Outcome) => void;
}

interface Dependencies {
  readonly deliver: DeliverEvents;
  readonly counts: Counts;
  readonly batch: Settings['batch'];
  readonly sleep: Surroundings['sleep'];
}

export class Recorder {
  readonly #deliver: DeliverEvents;
  readonly #batch: Settings['batch'];
  readonly #sleep: Surroundings['sleep'];
  readonly #queue: Waiting[] = [];
  #queuedBytes = 0;
  /** Ends the gathering early; null when none is going on. */
  #gathering: AbortController | null = null;
  #sending = false;
  #idleWaiters: (() => void)[] = [];
  readonly #counts: Counts;

  constructor({ deliver, counts, batch, sleep }: Dependencies) {
    this.#deliver = deliver;
    this.#counts = counts;
    this.#batch = batch;
    this.#sleep = sleep;
  }

  /** Resolves with what became of it; never rejects. */
  record(line: string): Promise<Outcome> {
    return new Promise((settle) => {
      const bytes = utf8Length(line) + 1;
      this.#queue.push({ line, bytes, settle });
      this.#queuedBytes += bytes;
      this.#counts.add('recorded');
      if (!this.#sending) this.#gather();
      if (this.#isBatchFull()) this.#gathering?.abort();
    });
  }

  /** Resolves when nothing waits; what was gathering is sent now. */
  whenIdle(): Promise<void> {
    this.#gathering?.abort();
    if (!this.#sending && this.#queue.length === 0) return Promise.resolve();
    return new Promise((wake) => this.#idleWaiters.push(wake));
  }

  #isBatchFull(): boolean {
    return this.#queue.length >= this.#batch.maxEvents || this.#queuedBytes >= this.#batch.maxBytes;
  }

  /** The calls of one turn come together in any case: sending begins after the turn. */
  #gather(): void {
    if (this.#gathering !== null) return;
    this.#gathering = new AbortController();
    const { maxAgeMs } = this.#batch;
    const waited = maxAgeMs === 0 ? Promise.resolve() : this.#sleep(maxAgeMs, this.#gathering.signal);
    void waited.then(() => this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    this.#gathering = null;
    this.#sending = true;
    while (this.#queue.length > 0) await this.#sendBatch(this.#takeBatch());
    this.#sending = false;
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #takeBatch(): Waiting[] {
    const { maxEvents, maxBytes } = this.#batch;
    let events = 0;
    // Of the two brackets one is counted here, the other stands in for the comma that the last event lacks.
    let bytes = 1;
    for (const { bytes: size } of this.#queue) {
      if (events === maxEvents || (events > 0 && bytes + size > maxBytes)) break;
      events += 1;
      bytes += size;
    }
    this.#queuedBytes -= bytes - 1;
    return this.#queue.splice(0, events);
  }

  async #sendBatch(waiting: readonly Waiting[]): Promise<void> {
    const outcomes = await this.#deliver(waiting.map(({ line }) => line));
    waiting.forEach(({ settle }, index) => {
      const outcome = outcomes[index] ?? missingOutcome();
      const isDelivered = outcome.status === 'accepted' || outcome.status === 'duplicate';
      this.#counts.add(isDelivered ? 'delivered' : 'dead');
      settle(outcome);
    });
  }
}

function missingOutcome(): Outcome {
  return { status: 'failed', error: new BillingError('no outcome', { code: 'client_failed' }) };
}
