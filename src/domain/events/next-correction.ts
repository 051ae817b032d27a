/**
 * A correction from what was asked and the event it is about (MONEY.md 5.6): its members, and the content that counts from
 * then on. Pure; whether the event is there, was voided, or the id is taken is asked by who calls it.
 */
import {
  eventLimits,
  type Property,
  textFault,
  textFaultMessage,
  toUsageEvent,
  validateEvent,
} from '@countinghouse/client/wire';
import { type ErrorCode, type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Service } from '../records/service.ts';
import type { AmendedContent, Correction } from './correction.ts';
import type { StoredEvent } from './stored-event.ts';

export interface CorrectionInput {
  readonly id: string;
  readonly action: Correction['action'];
  readonly source: string;
  readonly eventId: string;
  readonly reason: string;
  /** amend: the members that replace those of the event as first accepted, as they were sent. */
  readonly event?: Readonly<Record<string, unknown>>;
}

/** What the amended content is held to besides the rules of every event. */
export interface CorrectionContext {
  readonly nowMs: number;
  readonly strict: boolean;
  isCustomer(id: string): boolean;
  service(id: string): Pick<Service, 'allowNegative'> | undefined;
}

/** The first rule of its own members that is broken, or null. */
export function checkCorrection(input: CorrectionInput): Refusal | null {
  const { idLengthMax } = eventLimits;
  return (
    textRefusal('id', input.id, idLengthMax) ??
    textRefusal('source', input.source, idLengthMax) ??
    textRefusal('event_id', input.eventId, idLengthMax) ??
    textRefusal('reason', input.reason, limits.reasonLengthMax) ??
    checkEvent(input)
  );
}

function checkEvent({ action, event }: CorrectionInput): Refusal | null {
  if (action === 'void') {
    return event === undefined ? null : refuse('event_invalid', 'a void has no event', 'event');
  }
  if (event === undefined || Object.keys(event).length === 0) {
    return refuse(
      'event_missing',
      'an amend needs event: the members that replace those of the event',
      'event',
    );
  }
  const identity = ['source', 'id'].find((name) => Object.hasOwn(event, name));
  if (identity === undefined) return null;
  return refuse('event_invalid', `the ${identity} of an event cannot be amended`, `event.${identity}`);
}

/** The whole content that counts after an amend; members that were not sent are those of the original. */
export function amendedContent(
  original: StoredEvent,
  sent: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly content: AmendedContent } | Refusal {
  const verdict = validateEvent({ ...toUsageEvent(original), ...sent }, { defaultSource: original.source });
  if (!verdict.ok) {
    const { code, message, field } = verdict;
    return refuse(code, message, field === undefined ? 'event' : `event.${field}`);
  }
  const { customerId, service, timeMs, quantity, amount, properties } = verdict.event;
  return {
    ok: true,
    content: { customerId, service, timeMs: timeMs ?? original.timeMs, quantity, amount, properties },
  };
}

/** The checks that depend on state, of what was sent: what the event had already stays allowed. */
export function checkAmended(
  content: AmendedContent,
  sent: Readonly<Record<string, unknown>>,
  { nowMs, strict, isCustomer, service }: CorrectionContext,
): Refusal | null {
  const isSent = (name: string) => Object.hasOwn(sent, name);
  if (isSent('time') && content.timeMs > nowMs + eventLimits.timeAheadMaxMs) {
    return refuse('time_in_future', "time is too far ahead of the server's clock", 'event.time');
  }
  if (strict && isSent('customer_id') && !isCustomer(content.customerId)) {
    return refuse('customer_unknown', 'there is no such customer; create it first', 'event.customer_id');
  }
  const record = service(content.service);
  if (strict && isSent('service') && !record) {
    return refuse('service_unknown', 'there is no such service; create it first', 'event.service');
  }
  const isNegative = content.quantity.startsWith('-');
  if (isNegative && (isSent('quantity') || isSent('service')) && !record?.allowNegative) {
    const message = 'quantity is negative and the service does not allow that';
    return refuse('quantity_invalid', message, 'event.quantity');
  }
  return null;
}

/** Whether an id that is taken was taken by the same correction. `content` is null for a void. */
export function sameCorrection(
  stored: Correction,
  input: CorrectionInput,
  content: AmendedContent | null,
): boolean {
  return (
    stored.action === input.action &&
    stored.source === input.source &&
    stored.eventId === input.eventId &&
    stored.reason === input.reason &&
    contentText(stored.event) === contentText(content)
  );
}

function contentText(content: AmendedContent | null): string {
  if (content === null) return '';
  const { customerId, service, timeMs, quantity, amount, properties } = content;
  return JSON.stringify([customerId, service, timeMs, quantity, amount, sorted(properties)]);
}

function sorted(properties: readonly Property[]): readonly Property[] {
  return [...properties].sort(([a], [b]) => (a < b ? -1 : 1));
}

type TextMember = 'id' | 'source' | 'event_id' | 'reason';

function textRefusal(field: TextMember, value: string, lengthMax: number): Refusal | null {
  const fault = textFault(value, lengthMax);
  if (fault === null) return null;
  const code: ErrorCode = fault === 'long' ? `${field}_too_long` : `${field}_invalid`;
  return refuse(code, `${field} ${textFaultMessage(fault, lengthMax)}`, field);
}
