/**
 * What becomes of a request's candidates, round by round: claimed, looked up, admitted, written, answered. Nothing is
 * parsed or validated here, and nothing is answered before it is durable.
 */
import { formatFingerprint } from '../domain/events/fingerprint.ts';
import type { Refusal } from '../errors.ts';
import { admit, type KnownRecords } from './admit.ts';
import type { Candidate } from './candidate.ts';
import type { JournalWriter } from './journal-writer.ts';
import { identityOf, type LookUp, type SeenEvent } from './look-up.ts';
import type { IngestObserver } from './observer.ts';
import type { Outcome, Warning } from './outcome.ts';
import type { Claim, Pending } from './pending.ts';
import type { SeenFilter } from './seen-filter.ts';

/** What one request carries through its rounds. */
export interface Request {
  readonly outcomes: Outcome[];
  readonly rows: Buffer;
  readonly nowMs: number;
  readonly strict: boolean;
}

/** The parts that all requests share. */
export interface Pipeline {
  readonly known: KnownRecords;
  readonly pending: Pending;
  readonly seen: SeenFilter;
  readonly lookUp: LookUp;
  readonly observer: IngestObserver | undefined;
  readonly writer: JournalWriter;
}

/**
 * One round: claims what nobody else is deciding and decides it, then waits for the rest; returns those that are free
 * again. A request never waits for others while it holds a claim of its own, so no two can wait for each other.
 */
export async function decide(
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
      foundStored(candidate, original, pipeline, request);
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
): Promise<ReadonlyMap<string, SeenEvent>> {
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
  original: SeenEvent,
  { pending }: Pipeline,
  request: Request,
): void {
  const fingerprint = BigInt(`0x${original.fingerprint}`);
  repeat(candidate, { fingerprint, corrected: original.corrected }, request);
  pending.release(candidate.key);
  if (candidate.claim) candidate.claim.corrected = original.corrected;
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
    else repeat(candidate, { fingerprint, corrected: claim.corrected }, request);
  }
  return again;
}

interface Original {
  readonly fingerprint: bigint;
  readonly corrected: SeenEvent['corrected'];
}

const correctionWarning = {
  none: {},
  void: { warnings: ['event_voided'] },
  amend: { warnings: ['event_amended'] },
} as const satisfies Record<string, { warnings?: readonly Warning[] }>;

/** An identity that is durable already: the same content is a duplicate, other content a conflict. */
function repeat({ index, key, fingerprint }: Candidate, original: Original, request: Request): void {
  request.outcomes[index] =
    original.fingerprint === fingerprint
      ? { status: 'duplicate', key, ...correctionWarning[original.corrected ?? 'none'] }
      : {
          status: 'conflict',
          key,
          storedFingerprint: formatFingerprint(original.fingerprint),
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
