/**
 * Valid events on their way to an outcome, each with its row as it will be kept. Submissions (parsed, or one by one not
 * even readable) become candidates here; what is not valid gets its outcome, and nothing else does. It knows no state.
 */
import { type CanonicalEvent, validateEvent } from '@countinghouse/client/wire';
import { fingerprintOf, type Hash64 } from '../domain/events/fingerprint.ts';
import { rowText, sequenceStart } from '../storage/usage-rows/encode-rows.ts';
import { keyOf } from './look-up.ts';
import type { Outcome, Submission } from './outcome.ts';
import type { Claim } from './pending.ts';

/** One object an event, and what it names: nothing of the event itself is kept but its row. */
export interface Candidate {
  /** Its place in the request. */
  readonly index: number;
  /** `keyOf` its identity. */
  readonly key: string;
  readonly customerId: string;
  readonly service: string;
  /** The moment of receipt where it was omitted. */
  readonly timeMs: number;
  readonly isNegative: boolean;
  readonly fingerprint: bigint;
  /** Where its row begins and ends in the batch's rows. */
  readonly rowStart: number;
  readonly rowEnd: number;
  /** While this request decides it. */
  claim: Claim | null;
}

/** The candidates of one request in the order of their rows, which still lack their sequences. */
export interface RowBatch {
  readonly rows: Buffer;
  readonly candidates: readonly Candidate[];
}

export interface ValidateOptions {
  readonly defaultSource: string;
  /** Whose events may be reported; null: everybody's. */
  readonly onlyCustomerId: string | null;
  readonly nowMs: number;
  readonly hash64: Hash64;
}

/** Sets the outcome of each submission that is not valid; returns the others. */
export function validateSubmissions(
  submissions: readonly Submission[],
  outcomes: Outcome[],
  options: ValidateOptions,
): RowBatch {
  const candidates: Candidate[] = [];
  const texts: string[] = [];
  let rowStart = 0;
  submissions.forEach((submission, index) => {
    if ('unreadable' in submission) {
      outcomes[index] = { status: 'rejected', ...submission.unreadable };
      return;
    }
    const verdict = validateEvent(submission.input, options);
    if (!verdict.ok) {
      const { ok: _, ...refusal } = verdict;
      outcomes[index] = { status: 'rejected', ...refusal };
      return;
    }
    const { source, id, customerId } = verdict.event;
    if (options.onlyCustomerId !== null && customerId !== options.onlyCustomerId) {
      // Before the identity is claimed: whoever may not report it is not told whether it is known either.
      outcomes[index] = { status: 'rejected', ...forbidden, source, id };
      return;
    }
    const made = makeCandidate(verdict.event, submission.traceparent, { index, rowStart, options });
    texts.push(made.text);
    candidates.push(made.candidate);
    rowStart = made.candidate.rowEnd;
  });
  return { rows: Buffer.from(texts.join('')), candidates };
}

const forbidden = {
  code: 'customer_forbidden',
  message: 'this key reports usage of one customer only, and this is another',
  field: 'customer_id',
} as const;

function makeCandidate(
  event: CanonicalEvent,
  traceparent: string,
  { index, rowStart, options }: { index: number; rowStart: number; options: ValidateOptions },
): { candidate: Candidate; text: string } {
  const { nowMs, hash64 } = options;
  const timeMs = event.timeMs ?? nowMs;
  const fingerprint = fingerprintOf(event, hash64);
  const text = rowText(event, {
    timeMs,
    traceparent,
    fingerprint,
    sequence: sequenceStart,
    receivedAtMs: nowMs,
  });
  const candidate = {
    index,
    key: keyOf(event),
    customerId: event.customerId,
    service: event.service,
    timeMs,
    isNegative: event.quantity.startsWith('-'),
    fingerprint,
    rowStart,
    rowEnd: rowStart + Buffer.byteLength(text),
    claim: null,
  };
  return { candidate, text };
}
