/**
 * Takes submissions into the relay's spool: each is judged by the wire's rules, as the server would, and queued or
 * rejected. What needs the server's knowledge (records, its clock, earlier events) is decided when it is delivered.
 */
import type { BillingClient } from '@countinghouse/client';
import { type EventRefusal, formatTime, toUsageEvent, validateEvent } from '@countinghouse/client/wire';
import type { EventBody } from '../http/event-body.ts';
import type { StampedTimes } from './stamped-times.ts';

type Submission = EventBody['submissions'][number];

export interface RelayResult {
  readonly index: number;
  readonly source?: string;
  readonly id?: string;
  readonly status: 'queued' | 'rejected';
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
}

/** `results` holds every event; the answer lists what was rejected unless all are asked for. */
export interface RelayAnswer {
  readonly queued: number;
  readonly rejected: number;
  readonly results: readonly RelayResult[];
}

interface Parts {
  readonly client: Pick<BillingClient, 'recordUsage'>;
  readonly times: StampedTimes;
  readonly nowMs: () => number;
}

/**
 * Resolves when all that is queued is on disk. Rejects with the first BillingError of the spool: nothing is
 * acknowledged then, and sending all of it again is safe.
 */
export async function queueEvents(submissions: readonly Submission[], parts: Parts): Promise<RelayAnswer> {
  const now = formatTime(parts.nowMs());
  const settled = await Promise.allSettled(submissions.map((one, index) => queueOne(one, index, now, parts)));
  const results = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  const queued = results.filter(({ status }) => status === 'queued').length;
  return { queued, rejected: results.length - queued, results };
}

async function queueOne(
  submission: Submission,
  index: number,
  now: string,
  { client, times }: Parts,
): Promise<RelayResult> {
  if ('unreadable' in submission) return { index, status: 'rejected', ...submission.unreadable };
  // The server puts the key's source where none is named; the stand-in must neither be sent nor told.
  const verdict = validateEvent(submission.input, { defaultSource: 'default' });
  const { source: named } = (submission.input ?? {}) as { source?: string };
  if (!verdict.ok) return rejected(verdict, index, named);
  const { source: _, ...event } = toUsageEvent(verdict.event);
  const { id } = verdict.event;
  const time = event.time ?? times.stamp(named, id, now);
  const from = named === undefined ? {} : { source: named };
  await client.recordUsage({ ...from, ...event, time });
  return { index, ...from, id, status: 'queued' };
}

function rejected({ ok: _, source, ...refusal }: EventRefusal, index: number, named: unknown): RelayResult {
  const from = named === undefined || source === undefined ? {} : { source };
  return { index, status: 'rejected', ...from, ...refusal };
}
