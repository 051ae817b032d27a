/**
 * The pipeline of reported usage: validate → claim the identity → seen before? → admit → journal → answer.
 * Its promise: `accepted` and `duplicate` are said only of events that are durable, and each identity is accepted once,
 * also between requests in flight and within one request. It speaks no HTTP and prices nothing.
 */
import { Busy } from '../errors.ts';
import { limits } from '../limits.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import type { KnownRecords } from './admit.ts';
import { type RowBatch, validateSubmissions } from './candidate.ts';
import { type Correct, makeCorrect } from './correct.ts';
import { decide, type Pipeline, type Request } from './decide.ts';
import type { Flusher } from './flusher.ts';
import type { JournalWriter } from './journal-writer.ts';
import { makeLookUp } from './look-up.ts';
import type { IngestObserver } from './observer.ts';
import type { Outcome, Submission } from './outcome.ts';
import { Pending } from './pending.ts';
import { type Framing, makePlainReader } from './plain-events/read-plain-events.ts';
import type { SeenFilter } from './seen-filter.ts';

export interface IngestOptions {
  /** The source of events that name none. */
  readonly defaultSource: string;
  readonly strict: boolean;
  /** Events of other customers are rejected, whatever else is known of them; null: none are. */
  readonly onlyCustomerId: string | null;
}

export interface Ingest {
  /** One outcome a submission, in their order. Rejects with `Busy`, nothing acknowledged, when the store fails. */
  submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]>;
  /** The same, from the bytes of a body, much faster; null when it is not plain: then it has to be parsed. */
  submitPlain(body: PlainBody, options: IngestOptions): PlainReport | null;
  /**
   * Takes a correction of a stored event: journalled like an event, with a sequence of the same order. Resolves when it is
   * durable; queries see it behind the barrier. Whether it may be made is the caller's to judge. Rejects with `Busy` when
   * the journal fails.
   */
  readonly correct: Correct;
  /** Resolves when every event acknowledged before the call is visible to queries; rejects when the store fails. */
  barrier(): Promise<void>;
  /**
   * Resolves when every sequence given to an event before the call is visible to queries, or failed and never will be:
   * the barrier, and besides what was being written. Only then may a sequence be named as all that was counted.
   */
  settle(): Promise<void>;
  /** Why events cannot be taken, or not be asked for; null when all is well. */
  trouble(): string | null;
  waiting(): { readonly requestsEvents: number; readonly identities: number };
}

/** A body that may be plain (plain-events/read-plain-events.ts). */
export interface PlainBody {
  readonly bytes: Buffer;
  readonly framing: Framing;
  readonly traceparent: string;
}

export interface PlainReport {
  /** One object that stands alone, not a batch. */
  readonly lone: boolean;
  readonly outcomes: Promise<Outcome[]>;
}

/** When a client is told to come back after the journal or the store failed. */
const retryAfterSeconds = 2;
/** How long `trouble` tells of a failure that no success has followed. */
const failureRemembersMs = 15_000;

export interface IngestDependencies {
  readonly usageStore: Pick<UsageStore, 'findSeen' | 'lastActions'>;
  readonly known: KnownRecords;
  /** Spares the look-up of what was surely never seen. */
  readonly seen: SeenFilter;
  readonly writer: JournalWriter;
  readonly flusher: Pick<Flusher, 'barrier' | 'trouble'>;
  readonly clock: Clock;
  readonly hash64: { ofText(text: string): bigint; ofBytes(bytes: Uint8Array): bigint };
  /** Events claimed and not yet answered, over all requests; beyond it requests are refused as busy. */
  readonly waitingEventsMax: number;
  readonly observer?: IngestObserver | undefined;
}

/** Fills in what is decided already, and gives the rest. */
type ReadBatch = (outcomes: Outcome[]) => RowBatch;

export function makeIngest(dependencies: IngestDependencies): Ingest {
  const { usageStore, known, seen, writer, flusher, clock, hash64, waitingEventsMax, observer } =
    dependencies;
  const lookUp = makeLookUp(usageStore, observer);
  const pipeline: Pipeline = { known, seen, writer, pending: new Pending(), lookUp, observer };
  const readPlain = makePlainReader();
  const correct = makeCorrect({ writer });
  let waitingEvents = 0;
  let failedAtMs: number | null = null;

  function failed(cause: unknown): never {
    if (cause instanceof Busy) throw cause;
    failedAtMs = clock.nowMs();
    throw new Busy('nothing can be taken at the moment', retryAfterSeconds, { cause });
  }

  async function run(events: number, nowMs: number, strict: boolean, read: ReadBatch) {
    if (waitingEvents + events > waitingEventsMax) {
      throw new Busy('too many events are waiting to be stored', 1);
    }
    waitingEvents += events;
    try {
      const outcomes: Outcome[] = new Array(events);
      const { rows, candidates } = read(outcomes);
      const request: Request = { outcomes, rows, nowMs, strict };
      let left = candidates;
      while (left.length > 0) left = await decide(pipeline, left, request);
      failedAtMs = null;
      observer?.decided(outcomes);
      return outcomes;
    } catch (cause) {
      return failed(cause);
    } finally {
      waitingEvents -= events;
    }
  }

  function submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]> {
    const nowMs = clock.nowMs();
    const { defaultSource, onlyCustomerId } = options;
    const rules = { defaultSource, onlyCustomerId, nowMs, hash64: hash64.ofText };
    return run(submissions.length, nowMs, options.strict, (outcomes) =>
      validateSubmissions(submissions, outcomes, rules),
    );
  }

  function submitPlain(body: PlainBody, options: IngestOptions): PlainReport | null {
    const { defaultSource, strict, onlyCustomerId } = options;
    // The plain way judges nothing beyond the form of an event.
    if (onlyCustomerId !== null) return null;
    const { bytes, framing, traceparent } = body;
    const nowMs = clock.nowMs();
    const rules = { framing, traceparent, defaultSource, nowMs, hash64: hash64.ofBytes };
    const batch = readPlain(bytes, { ...rules, eventsMax: limits.batchEventsMax });
    if (batch === null) return null;
    return { lone: batch.lone, outcomes: run(batch.candidates.length, nowMs, strict, () => batch) };
  }

  return {
    submit,
    submitPlain,
    correct: (correction, original) => correct(correction, original).catch(failed),
    barrier: () => flusher.barrier(),
    settle: () => writer.settled().then(() => flusher.barrier()),
    trouble: () => recentFailure(failedAtMs, clock.nowMs()) ?? flusher.trouble(),
    waiting: () => ({ requestsEvents: waitingEvents, identities: pipeline.pending.size }),
  };
}

/** An old failure is forgotten: whoever asks before sending must get the chance to find out. */
function recentFailure(failedAtMs: number | null, nowMs: number): string | null {
  if (failedAtMs === null || nowMs - failedAtMs > failureRemembersMs) return null;
  return 'the disk or the usage store failed when events were last reported; the log says why';
}
