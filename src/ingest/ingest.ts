/**
 * The pipeline of reported usage: validate → claim the identity → seen before? → admit → write → answer.
 * Its promise: `accepted` and `duplicate` are said only of events that are durable, and each identity is accepted once,
 * also between requests in flight and within one request. It speaks no HTTP and prices nothing.
 */
import { type CanonicalEvent, validateEvent } from '@countinghouse/client/wire';
import { fingerprintOf, type Hash64 } from '../domain/events/fingerprint.ts';
import { Busy, type Refusal } from '../errors.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import { admit, type KnownRecords } from './admit.ts';
import { type BlockWriter, makeBlockWriter, type UnsequencedEvent } from './block-writer.ts';
import { keyOf, type LookUp, makeLookUp } from './look-up.ts';
import type { Outcome, Submission, Warning } from './outcome.ts';
import { type Claim, free, makePending, type Pending } from './pending.ts';
import type { Sequence } from './sequence.ts';

export interface IngestOptions {
  /** The source of events that name none. */
  readonly defaultSource: string;
  readonly strict: boolean;
}

export interface Ingest {
  /** One outcome a submission, in their order. Rejects with `Busy`, nothing acknowledged, when the store fails. */
  submit(submissions: readonly Submission[], options: IngestOptions): Promise<Outcome[]>;
  /**
   * Resolves when every event acknowledged before the call is visible to queries. Today an acknowledgement is given
   * after that moment, so there is nothing to wait for; with a journal in front of the store there will be.
   */
  barrier(): Promise<void>;
  /** Why events could not be taken the last time; null when they could. */
  trouble(): string | null;
}

/** When a client is told to come back after the store failed. */
const retryAfterSeconds = 2;

export interface IngestDependencies {
  readonly usageStore: Pick<UsageStore, 'findSeen' | 'append'>;
  readonly known: KnownRecords;
  readonly sequence: Sequence;
  readonly clock: Clock;
  readonly hash64: Hash64;
  /** Events claimed and not yet answered, over all requests; beyond it requests are refused as busy. */
  readonly waitingEventsMax: number;
}

/** A valid event on its way to an outcome. */
interface Candidate {
  readonly index: number;
  readonly event: CanonicalEvent;
  readonly traceparent: string;
  readonly fingerprint: string;
  readonly key: string;
}

interface Claimed {
  readonly candidate: Candidate;
  readonly claim: Claim;
}

interface Admitted extends Claimed {
  readonly warnings: readonly Warning[];
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
  readonly lookUp: LookUp;
  readonly writer: BlockWriter;
}

export function makeIngest({
  usageStore,
  known,
  sequence,
  clock,
  hash64,
  waitingEventsMax,
}: IngestDependencies): Ingest {
  const pipeline: Pipeline = {
    known,
    pending: makePending(),
    lookUp: makeLookUp(usageStore),
    writer: makeBlockWriter(usageStore, sequence),
  };
  let waitingEvents = 0;
  let trouble: string | null = null;

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
      let candidates = validateAll(submissions, options.defaultSource, request, hash64);
      while (candidates.length > 0) candidates = await decide(pipeline, candidates, request);
      trouble = null;
      return request.outcomes;
    } catch (cause) {
      trouble = 'the usage store failed when events were last reported; the log says why';
      throw new Busy('the usage store cannot take events at the moment', retryAfterSeconds, { cause });
    } finally {
      waitingEvents -= submissions.length;
    }
  }

  return { submit, barrier: async () => {}, trouble: () => trouble };
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
    for (const { claim } of owned) claim.settle(free);
  }
  return waitForOthers(others, request);
}

async function decideOwned(pipeline: Pipeline, owned: readonly Claimed[], request: Request): Promise<void> {
  const seen = await pipeline.lookUp.find(owned.map(({ candidate }) => candidate.event));
  const admitted: Admitted[] = [];
  for (const { candidate, claim } of owned) {
    const stored = seen.get(candidate.key);
    if (stored) {
      repeat(candidate, stored.fingerprint, request);
      claim.settle({ kind: 'stored', fingerprint: stored.fingerprint });
      continue;
    }
    const verdict = admit(candidate.event, {
      known: pipeline.known,
      nowMs: request.nowMs,
      strict: request.strict,
    });
    if (verdict.ok) admitted.push({ candidate, claim, warnings: verdict.warnings });
    else reject({ candidate, claim }, verdict, request);
  }
  await pipeline.writer.write(admitted.map(({ candidate }) => unsequenced(candidate, request.nowMs)));
  for (const one of admitted) accept(one, request);
}

function accept({ candidate, claim, warnings }: Admitted, request: Request): void {
  const { source, id } = candidate.event;
  request.outcomes[candidate.index] = { status: 'accepted', source, id, warnings };
  claim.settle({ kind: 'stored', fingerprint: candidate.fingerprint });
}

async function waitForOthers(others: readonly Claimed[], request: Request): Promise<Candidate[]> {
  const again: Candidate[] = [];
  for (const { candidate, claim } of others) {
    const settlement = await claim.wait();
    if (settlement.kind === 'stored') repeat(candidate, settlement.fingerprint, request);
    else again.push(candidate);
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

function reject({ candidate, claim }: Claimed, refusal: Refusal, request: Request): void {
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
  claim.settle(free);
}

function validateAll(
  submissions: readonly Submission[],
  defaultSource: string,
  request: Request,
  hash64: Hash64,
): Candidate[] {
  const candidates: Candidate[] = [];
  submissions.forEach((submission, index) => {
    if ('unreadable' in submission) {
      request.outcomes[index] = { status: 'rejected', ...submission.unreadable };
      return;
    }
    const verdict = validateEvent(submission.input, { defaultSource });
    if (verdict.ok) {
      const { event } = verdict;
      const { traceparent } = submission;
      candidates.push({
        index,
        event,
        traceparent,
        fingerprint: fingerprintOf(event, hash64),
        key: keyOf(event),
      });
    } else {
      const { ok: _, ...refusal } = verdict;
      request.outcomes[index] = { status: 'rejected', ...refusal };
    }
  });
  return candidates;
}

/**
 * Written out member by member: an object spread with a member that is overridden is slow (12 % of the main thread's
 * time under load, and as much again in `decide`).
 */
function unsequenced({ event, fingerprint, traceparent }: Candidate, nowMs: number): UnsequencedEvent {
  return {
    source: event.source,
    id: event.id,
    customerId: event.customerId,
    service: event.service,
    timeMs: event.timeMs ?? nowMs,
    quantity: event.quantity,
    amount: event.amount,
    properties: event.properties,
    fingerprint,
    traceparent,
    receivedAtMs: nowMs,
  };
}
