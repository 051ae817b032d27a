/**
 * Gathers events recorded one by one into batches: sent at once when nothing is under way, and while a batch is
 * under way the next one gathers. It knows nothing of HTTP, and keeps nothing beyond the process.
 */
import { BillingError } from './billing-error.ts';
import type { DeliverEvents, Outcome } from './deliver-events.ts';
import type { Settings } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { utf8Length } from './utf8-length.ts';

/** *recorded = delivered + waiting + dead*, counted since the client was made. */
export interface ClientStats {
  /** Events that `recordUsage` took; one that it refused is not counted. */
  recorded: number;
  /** Accepted, or known to the server already. */
  delivered: number;
  /** Not settled yet, those in flight included. */
  waiting: number;
  /** Rejected, in conflict, or given up: their calls were rejected. */
  dead: number;
}

export interface Recorder {
  /** Resolves with what became of it; never rejects. */
  record(line: string): Promise<Outcome>;
  stats(): ClientStats;
  /** Resolves when nothing waits; what was gathering is sent now. */
  whenIdle(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly bytes: number;
  readonly settle: (outcome: Outcome) => void;
}

interface Dependencies {
  readonly deliver: DeliverEvents;
  readonly batch: Settings['batch'];
  readonly sleep: Surroundings['sleep'];
}

export function makeRecorder({ deliver, batch, sleep }: Dependencies): Recorder {
  const queue: Waiting[] = [];
  let queuedBytes = 0;
  let gathering: AbortController | null = null;
  let sending = false;
  let idleWaiters: (() => void)[] = [];
  const counts = { recorded: 0, delivered: 0, dead: 0 };

  function record(line: string): Promise<Outcome> {
    return new Promise((settle) => {
      const bytes = utf8Length(line) + 1;
      queue.push({ line, bytes, settle });
      queuedBytes += bytes;
      counts.recorded += 1;
      if (!sending) gather();
      if (queue.length >= batch.maxEvents || queuedBytes >= batch.maxBytes) gathering?.abort();
    });
  }

  /** The calls of one turn come together in any case: the first `await` lets the turn end. */
  function gather(): void {
    if (gathering !== null) return;
    gathering = new AbortController();
    const { signal } = gathering;
    const waited = batch.maxAgeMs === 0 ? Promise.resolve() : sleep(batch.maxAgeMs, signal);
    void waited.then(sendAll);
  }

  async function sendAll(): Promise<void> {
    gathering = null;
    sending = true;
    while (queue.length > 0) await sendBatch(takeBatch());
    sending = false;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const wake of waiters) wake();
  }

  function takeBatch(): Waiting[] {
    let events = 0;
    // Of the two brackets one is counted here, the other stands in for the comma that the last event lacks.
    let bytes = 1;
    for (const { bytes: size } of queue) {
      if (events === batch.maxEvents || (events > 0 && bytes + size > batch.maxBytes)) break;
      events += 1;
      bytes += size;
    }
    queuedBytes -= bytes - 1;
    return queue.splice(0, events);
  }

  async function sendBatch(waiting: readonly Waiting[]): Promise<void> {
    const outcomes = await deliver(waiting.map(({ line }) => line));
    waiting.forEach(({ settle }, index) => {
      const outcome = outcomes[index] ?? missingOutcome();
      if (outcome.status === 'accepted' || outcome.status === 'duplicate') counts.delivered += 1;
      else counts.dead += 1;
      settle(outcome);
    });
  }

  function whenIdle(): Promise<void> {
    gathering?.abort();
    if (waitingCount() === 0) return Promise.resolve();
    return new Promise((wake) => idleWaiters.push(wake));
  }

  const waitingCount = (): number => counts.recorded - counts.delivered - counts.dead;
  return {
    record,
    stats: () => ({ ...counts, waiting: waitingCount() }),
    whenIdle,
  };
}

function missingOutcome(): Outcome {
  return { status: 'failed', error: new BillingError('no outcome', { code: 'client_failed' }) };
}
