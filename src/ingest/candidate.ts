/**
 * Submissions → candidates: valid events with their fingerprint and key. What is not valid gets its outcome here, and
 * nothing else does. It knows no state.
 */
import { type CanonicalEvent, validateEvent } from '@countinghouse/client/wire';
import { fingerprintOf, type Hash64 } from '../domain/events/fingerprint.ts';
import type { UnsequencedEvent } from './journal-writer.ts';
import { keyOf } from './look-up.ts';
import type { Outcome, Submission } from './outcome.ts';

/** A valid event on its way to an outcome. */
export interface Candidate {
  readonly index: number;
  readonly event: CanonicalEvent;
  readonly traceparent: string;
  readonly fingerprint: string;
  readonly key: string;
}

export interface ValidateOptions {
  readonly defaultSource: string;
  readonly hash64: Hash64;
}

/** Sets the outcome of each submission that is not valid; returns the others. */
export function validateSubmissions(
  submissions: readonly Submission[],
  outcomes: Outcome[],
  { defaultSource, hash64 }: ValidateOptions,
): Candidate[] {
  const candidates: Candidate[] = [];
  submissions.forEach((submission, index) => {
    if ('unreadable' in submission) {
      outcomes[index] = { status: 'rejected', ...submission.unreadable };
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
      outcomes[index] = { status: 'rejected', ...refusal };
    }
  });
  return candidates;
}

/**
 * Written out member by member: an object spread with a member that is overridden is slow (12 % of the main thread's
 * time under load, and as much again in `decide`).
 */
export function unsequenced({ event, fingerprint, traceparent }: Candidate, nowMs: number): UnsequencedEvent {
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
