/**
 * The pipeline of reported usage: validate → claim the identity → seen before? → admit → journal → answer.
 * Its promise: `accepted` and `duplicate` are said only of events that are durable, and each identity is accepted once,
 * also between requests in flight and within one request. It speaks no HTTP and prices nothing.
 */
import type { Hash64 } from '../domain/events/fingerprint.ts';
import { Busy, type Refusal } from '../errors.ts';
import type { Seen, UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import { admit, type KnownRecords } from './admit.ts';
import { type Candidate, unsequenced, validateSubmissions } from './candidate.ts';
import type { Flusher } from './flusher.ts';
import type { JournalWriter } from './journal-writer.ts';
import { type LookUp, makeLookUp } from './look-up.ts';
import type { IngestObserver } from './observer.ts';
import type { Outcome, Submission, Warning } from './outcome.ts';
import { type Claim, Pending } from './pending.ts';
import type { SeenFilter } from './seen-filter.ts';

export interface IngestOptions {
  /** The source of events that name none. */
  readonly defaultSource: string;
  readonly strict: boolean;
}

export interface Ingest {
  /** One outcome a submission, in their order. Rejects with `Busy`, nothing acknowledged, when the store fails. */
  submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]>;
  /** Resolves when every event acknowledged before the call is visible to queries; rejects when the store fails. */
  barrier(): Promise<void>;
  /** Why events cannot be taken, or not be asked for; null when all is well. */
  trouble(): string | null;
  waiting(): { readonly requestsEvents: number; readonly identities: number };
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
  readonly hash64: Hash64;
  /** Events claimed and not yet answered, over all requests; beyond it requests are refused as busy. */
  readonly waitingEventsMax: number;
  readonly observer?: IngestObserver | undefined;
}

interface Claimed {
  readonly candidate: Candidate;
  readonly claim: Claim;
}

/** What one request carries through its rounds. */
interface Request {
  readonly outcomes: Outcome[];
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
  let waitingEvents = 0;
  let failedAtMs: number | null = null;

  async function submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]> {
    if (waitingEvents + submissions.length > waitingEventsMax) {
      throw new Busy('too many events are waiting to be stored', 1);
    }
    waitingEvents += submissions.length;
    try {
      const request: Request = {
        outcomes: new Array(submissions.length),
        nowMs: clock.nowMs(),
        strict: options.strict,
      };
      let candidates = validateSubmissions(submissions, request.outcomes, {
        defaultSource: options.defaultSource,
        hash64,
      });
      while (candidates.length > 0) candidates = await decide(pipeline, candidates, request);
      failedAtMs = null;
      observer?.decided(request.outcomes);
      return request.outcomes;
    } catch (cause) {
      if (cause instanceof Busy) throw cause;
      failedAtMs = clock.nowMs();
      throw new Busy('events cannot be taken at the moment', retryAfterSeconds, { cause });
    } finally {
      waitingEvents -= submissions.length;
    }
  }

  return {
    submit,
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
  const owned: Claimed[] = [];
  const others: Claimed[] = [];
  for (const candidate of candidates) {
    const claim = pipeline.pending.find(candidate.key);
    if (claim) others.push({ candidate, claim });
    else owned.push({ candidate, claim: pipeline.pending.claim(candidate.key) });
  }
  try {
    await decideOwned(pipeline, owned, request);
  } finally {
    for (const claimed of owned) freeAgain(claimed, pipeline);
  }
  return waitForOthers(others, request);
}

async function decideOwned(pipeline: Pipeline, owned: readonly Claimed[], request: Request): Promise<void> {
  const { known, pending, writer } = pipeline;
  const stored = await lookUpMaybes(pipeline, owned);
  const context = { known, nowMs: request.nowMs, strict: request.strict };
  const admitted: Claimed[] = [];
  const warnings: (readonly Warning[])[] = [];
  for (const claimed of owned) {
    const { candidate } = claimed;
    const original = stored.get(candidate.key);
    if (original) {
      foundStored(claimed, original.fingerprint, pipeline, request);
      continue;
    }
    const verdict = admit(candidate.event, context);
    if (verdict.ok) {
      admitted.push(claimed);
      warnings.push(verdict.warnings);
    } else reject(claimed, verdict, pipeline, request);
  }
  // Only the keys are kept until the events are visible: a backlog of events in full would fill the memory.
  const keys = admitted.map(({ candidate }) => candidate.key);
  await writer.write({
    events: admitted.map(({ candidate }) => unsequenced(candidate, request.nowMs)),
    // Settled and in the filter before the claim can be let go: an identity is always found in one of the two.
    onDurable: () => {
      admitted.forEach((claimed, at) => {
        accept(claimed, warnings[at] ?? [], pipeline, request);
      });
    },
    onVisible: () => {
      for (const key of keys) pending.release(key);
    },
  });
}

/** Only what may have been seen is looked up; the filter spares work, it never decides. */
async function lookUpMaybes(
  { seen, lookUp, observer }: Pipeline,
  owned: readonly Claimed[],
): Promise<ReadonlyMap<string, Seen>> {
  const isFilterComplete = seen.complete;
  const maybes = owned.filter(({ candidate }) => seen.mayContain(candidate.key));
  const found = await lookUp.find(maybes.map(({ candidate }) => candidate.event));
  if (observer && isFilterComplete && maybes.length > 0) {
    observer.falseMaybes(maybes.filter(({ candidate }) => !found.has(candidate.key)).length);
  }
  return found;
}

function accept(
  { candidate, claim }: Claimed,
  warnings: readonly Warning[],
  { seen }: Pipeline,
  request: Request,
): void {
  const { source, id } = candidate.event;
  seen.add(candidate.key);
  request.outcomes[candidate.index] = { status: 'accepted', source, id, warnings };
  claim.settle(candidate.fingerprint);
}

function foundStored(
  { candidate, claim }: Claimed,
  fingerprint: string,
  { pending }: Pipeline,
  request: Request,
): void {
  repeat(candidate, fingerprint, request);
  pending.release(candidate.key);
  claim.settle(fingerprint);
}

/** Does nothing where the claim is decided already. */
function freeAgain({ candidate, claim }: Claimed, { pending }: Pipeline): void {
  if (claim.settle(null)) pending.release(candidate.key);
}

async function waitForOthers(others: readonly Claimed[], request: Request): Promise<Candidate[]> {
  const again: Candidate[] = [];
  for (const { candidate, claim } of others) {
    const fingerprint = await claim.wait();
    if (fingerprint === null) again.push(candidate);
    else repeat(candidate, fingerprint, request);
  }
  return again;
}

/** An identity that is durable already: the same content is a duplicate, other content a conflict. */
function repeat(candidate: Candidate, storedFingerprint: string, request: Request): void {
  const { source, id } = candidate.event;
  request.outcomes[candidate.index] =
    storedFingerprint === candidate.fingerprint
      ? { status: 'duplicate', source, id }
      : { status: 'conflict', source, id, storedFingerprint, sentFingerprint: candidate.fingerprint };
}

function reject(claimed: Claimed, refusal: Refusal, pipeline: Pipeline, request: Request): void {
  const { candidate } = claimed;
  const { source, id } = candidate.event;
  const { code, message, field } = refusal;
  request.outcomes[candidate.index] = {
    status: 'rejected',
    code,
    message,
    ...(field && { field }),
    source,
    id,
  };
  freeAgain(claimed, pipeline);
}
