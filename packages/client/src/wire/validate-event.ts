/**
 * The rules of one usage event that need no state (DESIGN.md 3.1): the only place where they stand, for client
 * and server alike. Whether the customer exists, a negative is allowed or the time lies ahead is the server's.
 * Pure, and on the hot path of ingest.
 */
import { canonicalDecimal } from './canonical-decimal.ts';
import { canonicalNumber } from './canonical-number.ts';
import type { CanonicalEvent, Property } from './event.ts';
import type { EventCode, EventFault } from './event-codes.ts';
import { eventLimits } from './event-limits.ts';
import { readProperties } from './read-properties.ts';
import { parseTime } from './rfc3339-time.ts';
import { shownName, textFault, textFaultMessage } from './text-rules.ts';
import { WrittenNumber } from './written-number.ts';

export interface ValidateOptions {
  /** The source of an event that names none. */
  readonly defaultSource: string;
  /** What stands in for an event's `id`, and then for its `time`, where it has none: a client's, before it sends. */
  readonly minted?: { readonly id: string; readonly timeMs: number };
}

/** Why an event is refused. `source` and `id` stand where they are usable, so that it can be attributed. */
export interface EventRefusal {
  readonly ok: false;
  readonly code: EventCode;
  readonly field?: string;
  readonly message: string;
  readonly source?: string;
  readonly id?: string;
}

export type EventVerdict = { readonly ok: true; readonly event: CanonicalEvent } | EventRefusal;

type TextMember = 'source' | 'id' | 'customer_id' | 'service';
type Input = { readonly [name: string]: unknown };

/**
 * The canonical event, or the first rule that `input` breaks. `input` comes from `JSON.parse`, from a lossless
 * parser (long numbers as `WrittenNumber`) or from a caller's object; it is neither changed nor kept.
 */
export function validateEvent(input: unknown, options: ValidateOptions): EventVerdict {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || input instanceof WrittenNumber) {
    return { ok: false, code: 'event_invalid', message: 'an event must be a JSON object' };
  }
  const event = readEvent(input as Input, options);
  return 'code' in event ? refusal(event, input as Input, options.defaultSource) : { ok: true, event };
}

function readEvent(input: Input, options: ValidateOptions): CanonicalEvent | EventFault {
  const minted = input.id === undefined ? options.minted : undefined;
  const id = minted === undefined ? input.id : minted.id;
  const fault = memberFault(input) ?? textFaults(input, id);
  if (fault !== null) return fault;
  const timeMs = minted !== undefined && input.time === undefined ? minted.timeMs : readTime(input.time);
  if (typeof timeMs === 'object' && timeMs !== null) return timeMs;
  const quantity = 'quantity' in input ? readDecimal('quantity', input.quantity) : '1';
  if (typeof quantity !== 'string') return quantity;
  const amount = 'amount' in input ? readDecimal('amount', input.amount) : null;
  if (typeof amount === 'object' && amount !== null) return amount;
  const properties = input.properties === undefined ? [] : readProperties(input.properties);
  if ('code' in properties) return properties;
  return canonical(input, options.defaultSource, { id: id as string, timeMs, quantity, amount, properties });
}

interface Read {
  readonly id: string;
  readonly timeMs: number | null;
  readonly quantity: string;
  readonly amount: string | null;
  readonly properties: readonly Property[];
}

function canonical(input: Input, defaultSource: string, read: Read): CanonicalEvent {
  return {
    source: (input.source as string | undefined) ?? defaultSource,
    id: read.id,
    customerId: input.customer_id as string,
    service: input.service as string,
    timeMs: read.timeMs,
    quantity: read.quantity,
    amount: read.amount,
    properties: read.properties,
  };
}

function memberFault(input: Input): EventFault | null {
  for (const name of Object.keys(input)) {
    switch (name) {
      case 'source':
      case 'id':
      case 'customer_id':
      case 'service':
      case 'time':
      case 'quantity':
      case 'amount':
      case 'properties':
        continue;
    }
    const field = shownName(name);
    return { code: 'field_unknown', field, message: `an event has no member ${JSON.stringify(field)}` };
  }
  return null;
}

function textFaults(input: Input, id: unknown): EventFault | null {
  return (
    (input.source === undefined ? null : textMemberFault('source', input.source)) ??
    requiredFault('id', id) ??
    requiredFault('customer_id', input.customer_id) ??
    requiredFault('service', input.service)
  );
}

function requiredFault(field: Exclude<TextMember, 'source'>, value: unknown): EventFault | null {
  if (value !== undefined) return textMemberFault(field, value);
  return { code: `${field}_missing`, field, message: `${field} is required` };
}

function textMemberFault(field: TextMember, value: unknown): EventFault | null {
  if (typeof value !== 'string') {
    return { code: `${field}_invalid`, field, message: `${field} ${notA('a string', value)}` };
  }
  const fault = textFault(value, eventLimits.idLengthMax);
  if (fault === null) return null;
  const message = `${field} ${textFaultMessage(fault, eventLimits.idLengthMax)}`;
  return { code: fault === 'long' ? `${field}_too_long` : `${field}_invalid`, field, message };
}

function readTime(value: unknown): number | null | EventFault {
  if (value === undefined) return null;
  const field = 'time';
  if (typeof value !== 'string') {
    return { code: 'time_invalid', field, message: `time ${notA('an RFC 3339 string', value)}` };
  }
  const timeMs = parseTime(value);
  if (timeMs === null) {
    const message = 'time must be an RFC 3339 date-time such as 2026-11-24T10:00:00.123Z';
    return { code: 'time_invalid', field, message };
  }
  if (timeMs >= eventLimits.timeMinMs) return timeMs;
  return { code: 'time_out_of_range', field, message: 'time must not be before 2000-01-01T00:00:00Z' };
}

/** An explicit `undefined` is refused too: where a number was meant, it would be counted as the default. */
function readDecimal(field: 'quantity' | 'amount', value: unknown): string | EventFault {
  const code = `${field}_invalid` as const;
  if (typeof value === 'string') {
    const text = canonicalDecimal(value);
    if (text !== null) return text;
    const shape = 'a decimal with at most 26 digits before and 12 after the point, such as "5.5"';
    return { code, field, message: `${field} must be ${shape}: no exponent, plus sign or spaces` };
  }
  if (typeof value !== 'number' && !(value instanceof WrittenNumber)) {
    return { code, field, message: `${field} ${notA('a decimal string or a number', value)}` };
  }
  const number = canonicalNumber(value);
  return number.ok ? number.text : { code, field, message: `${field} ${number.reason}` };
}

function notA(wanted: string, value: unknown): string {
  if (value === null || value === undefined) return `is ${value}; omit the member instead`;
  return `must be ${wanted}`;
}

/** Names who sent it where that is known: a source that is given but unusable is not replaced by the default. */
function refusal(fault: EventFault, input: Input, defaultSource: string): EventRefusal {
  const source = input.source === undefined ? defaultSource : input.source;
  return {
    ok: false,
    ...fault,
    ...(isUsable(source) ? { source } : {}),
    ...(isUsable(input.id) ? { id: input.id } : {}),
  };
}

function isUsable(value: unknown): value is string {
  return typeof value === 'string' && textFault(value, eventLimits.idLengthMax) === null;
}
