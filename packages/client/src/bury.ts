/** What becomes of an event that the server did not take: held back for later, or a dead letter. Pure. */
import type { DeadLetter } from './outbox.ts';
import type { EventResult } from './wire/answers.ts';
import type { UsageEvent } from './wire/event.ts';

/** What is refused now and may be taken later: the moment comes, the record is made. The last two: under strict. */
const passingCodes = new Set(['time_in_future', 'customer_unknown', 'service_unknown']);
export const heldMaxMs = 24 * 3_600_000;

/** Since when the event is held back; null when it is not to be tried again. */
export function holdsSinceMs(result: EventResult, heldSinceMs: number, nowMs: number): number | null {
  if (result.status !== 'rejected' || !passingCodes.has(result.code ?? '')) return null;
  // A clock that was set back must not lengthen the day without end, nor one set ahead end it at once on the way back.
  const since = heldSinceMs === 0 ? nowMs : Math.min(heldSinceMs, nowMs);
  return nowMs - since < heldMaxMs ? since : null;
}

export function isDelivered({ status }: EventResult): boolean {
  return status === 'accepted' || status === 'duplicate';
}

export function deadLetterOf(line: string, result: Omit<EventResult, 'index'>, nowMs: number): DeadLetter {
  const event = JSON.parse(line) as UsageEvent & { id: string };
  const status = result.status === 'conflict' ? 'conflict' : 'rejected';
  const code = result.code ?? status;
  return {
    id: event.id,
    source: event.source ?? result.source ?? null,
    status,
    code,
    field: result.field ?? null,
    message: result.message ?? `the event is ${status}: ${code}`,
    at: new Date(nowMs).toISOString(),
    event,
  };
}
