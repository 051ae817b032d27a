/**
 * The pipeline of reported usage: validate → claim the identity → seen before? → admit → journal → answer.
 * Its promise: `accepted` and `duplicate` are said only of events that are durable, and each identity is accepted once,
 * also between requests in flight and within one request. It speaks no HTTP and prices nothing.
 */
import { formatFingerprint } from '../domain/events/fingerprint.ts';
import { Busy, type Refusal } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Seen, UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import { admit, type KnownRecords } from './admit.ts';
import { type Candidate, type RowBatch, validateSubmissions } from './candidate.ts';
import type { Flusher } from './flusher.ts';
import type { JournalWriter } from './journal-writer.ts';
import { identityOf, type LookUp, makeLookUp } from './look-up.ts';
import type { IngestObserver } from './observer.ts';
import type { Outcome, Submission, Warning } from './outcome.ts';
import { type Claim, Pending } from './pending.ts';
import { type Framing, makePlainReader } from './plain-events/read-plain-events.ts';
import type { SeenFilter } from './seen-filter.ts';

export interface IngestOptions {
  /** The source of events that name none. */
  readonly defaultSource: string;
  readonly strict: boolean;
}

export interface Ingest {
  /** One outcome a submission, in their order. Rejects with `Busy`, nothing acknowledged, when the store fails. */
  submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]>;
  /** The same, from the bytes of a body, much faster; null when it is not plain: then it has to be parsed. */
  submitPlain(body: PlainBody, options: IngestOptions): PlainReport | null;
  /** Resolves when every event acknowledged before the call is visible to queries; rejects when the store fails. */
  barrier(): Promise<void>;
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
  readonly usageStore: Pick<UsageStore, 'findSeen'>;
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

/** What one request carries through its rounds. */
interface Request {
  readonly outcomes: Outcome[];
  readonly rows: Buffer;
  readonly nowMs: number;
  readonly strict: boolean;
}

/** The parts that all requests share. */
interface Pipeline {
  readonly known: KnownRecords;
  readonly pending: Pending;
  readonly seen: SeenFilter;
  readonly lookUp: LookUp;
  readonly observer: IngestObserver | undefined;
  readonly writer: JournalWriter;
}

export function makeIngest(dependencies: IngestDependencies): Ingest {
  const { usageStore, known, seen, writer, flusher, clock, hash64, waitingEventsMax, observer } =
    dependencies;
  const lookUp = makeLookUp(usageStore, observer);
  const pipeline: Pipeline = { known, seen, writer, pending: new Pending(), lookUp, observer };
  const readPlain = makePlainReader();
  let waitingEvents = 0;
  let failedAtMs: number | null = null;

  async function run(
    events: number,
    nowMs: number,
    strict: boolean,
    read: (outcomes: Outcome[]) => RowBatch,
  ) {
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
      if (cause instanceof Busy) throw cause;
      failedAtMs = clock.nowMs();
      throw new Busy('events cannot be taken at the moment', retryAfterSeconds, { cause });
    } finally {
      waitingEvents -= events;
    }
  }

  function submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]> {
    const nowMs = clock.nowMs();
    const rules = { defaultSource: options.defaultSource, nowMs, hash64: hash64.ofText };
    return run(submissions.length, nowMs, options.strict, (outcomes) =>
      validateSubmissions(submissions, outcomes, rules),
    );
  }

  function submitPlain(body: PlainBody, { defaultSource, strict }: IngestOptions): PlainReport | null {
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
    barrier: () => flusher.barrier(),
    trouble: () => recentFailure(failedAtMs, clock.nowMs()) ?? flusher.trouble(),
    waiting: () => ({ requestsEvents: waitingEvents, identities: pipeline.pending.size }),
  };
}

/** An old failure is forgotten: whoever asks before sending must get the chance to find out. */
function recentFailure(failedAtMs: number | null, nowMs: number): string | null {
  if (failedAtMs === null || nowMs - failedAtMs > failureRemembersMs) return null;
  return 'the disk or the usage store failed when events were last reported; the log says why';
}

/**
 * One round: claims what nobody else is deciding and decides it, then waits for the rest; returns those that are free
 * again. A request never waits for others while it holds a claim of its own, so no two can wait for each other.
 */
async function decide(
  pipeline: Pipeline,
  candidates: readonly Candidate[],
  request: Request,
): Promise<Candidate[]> {
  const { pending } = pipeline;
  const owned: Candidate[] = [];
  const others: { candidate: Candidate; claim: Claim }[] = [];
  for (const candidate of candidates) {
    const claim = pending.find(candidate.key);
    if (claim) others.push({ candidate, claim });
    else {
      candidate.claim = pending.claim(candidate.key);
      owned.push(candidate);
    }
  }
  try {
    await decideOwned(pipeline, owned, request);
  } finally {
    for (const candidate of owned) freeAgain(candidate, pipeline);
  }
  return waitForOthers(others, request);
}

async function decideOwned(pipeline: Pipeline, owned: readonly Candidate[], request: Request): Promise<void> {
  const { known, pending, writer } = pipeline;
  const stored = await lookUpMaybes(pipeline, owned);
  const context = { known, nowMs: request.nowMs, strict: request.strict };
  const admitted: Candidate[] = [];
  const warnings: (readonly Warning[])[] = [];
  for (const candidate of owned) {
    const original = stored.get(candidate.key);
    if (original) {
      foundStored(candidate, BigInt(`0x${original.fingerprint}`), pipeline, request);
      continue;
    }
    const verdict = admit(candidate, context);
    if (verdict.ok) {
      admitted.push(candidate);
      warnings.push(verdict.warnings);
    } else reject(candidate, verdict, pipeline, request);
  }
  await writer.write({
    rows: request.rows,
    candidates: admitted,
    // Settled and in the filter before the claim can be let go: an identity is always found in one of the two.
    onDurable: () => {
      admitted.forEach((candidate, at) => {
        accept(candidate, warnings[at] ?? [], pipeline, request);
      });
    },
    onVisible: releaseAll(
      pending,
      admitted.map(({ key }) => key),
    ),
  });
}

/**
 * Made apart, so that only the keys are kept until the events are visible: a function keeps all that its neighbours
 * name, and a backlog of candidates and rows would fill the memory.
 */
function releaseAll(pending: Pending, keys: readonly string[]): () => void {
  return () => {
    for (const key of keys) pending.release(key);
  };
}

/** Only what may have been seen is looked up; the filter spares work, it never decides. */
async function lookUpMaybes(
  { seen, lookUp, observer }: Pipeline,
  owned: readonly Candidate[],
): Promise<ReadonlyMap<string, Seen>> {
  const isFilterComplete = seen.complete;
  const maybes: string[] = [];
  for (const { key } of owned) if (seen.mayContain(key)) maybes.push(key);
  const found = await lookUp.find(maybes);
  if (observer && isFilterComplete && maybes.length > 0) {
    observer.falseMaybes(maybes.filter((key) => !found.has(key)).length);
  }
  return found;
}

function accept(
  { claim, fingerprint, index, key }: Candidate,
  warnings: readonly Warning[],
  { seen }: Pipeline,
  request: Request,
): void {
  seen.add(key);
  request.outcomes[index] = { status: 'accepted', key, warnings };
  claim?.settle(fingerprint);
}

function foundStored(
  candidate: Candidate,
  fingerprint: bigint,
  { pending }: Pipeline,
  request: Request,
): void {
  repeat(candidate, fingerprint, request);
  pending.release(candidate.key);
  candidate.claim?.settle(fingerprint);
}

/** Does nothing where the claim is decided already. */
function freeAgain({ claim, key }: Candidate, { pending }: Pipeline): void {
  if (claim?.settle(null)) pending.release(key);
}

async function waitForOthers(
  others: readonly { candidate: Candidate; claim: Claim }[],
  request: Request,
): Promise<Candidate[]> {
  const again: Candidate[] = [];
  for (const { candidate, claim } of others) {
    const fingerprint = await claim.wait();
    if (fingerprint === null) again.push(candidate);
    else repeat(candidate, fingerprint, request);
  }
  return again;
}

/** An identity that is durable already: the same content is a duplicate, other content a conflict. */
function repeat({ index, key, fingerprint }: Candidate, stored: bigint, request: Request): void {
  request.outcomes[index] =
    stored === fingerprint
      ? { status: 'duplicate', key }
      : {
          status: 'conflict',
          key,
          storedFingerprint: formatFingerprint(stored),
          sentFingerprint: formatFingerprint(fingerprint),
        };
}

function reject(candidate: Candidate, refusal: Refusal, pipeline: Pipeline, request: Request): void {
  const { code, message, field } = refusal;
  request.outcomes[candidate.index] = {
    status: 'rejected',
    code,
    message,
    ...(field && { field }),
    ...identityOf(candidate.key),
  };
  freeAgain(candidate, pipeline);
}
