/**
 * Makes a caller's event ready to be sent: identity and time minted before the first attempt, source filled
 * in, checked, and written once, so that every attempt sends the same bytes whatever the caller does meanwhile.
 */
import { eventLine } from './event-line.ts';
import type { UsageEvent } from './wire/event.ts';
import { formatTime } from './wire/rfc3339-time.ts';
import { type EventRefusal, validateEvent } from './wire/validate-event.ts';

export interface PreparedEvent {
  readonly ok: true;
  readonly id: string;
  /** RFC 3339 in UTC; null for an event that came with an id and without a time. */
  readonly time: string | null;
  readonly source: string | undefined;
  /** The event as JSON, in canonical form: what the server stores is what was written here. */
  readonly line: string;
}

interface Dependencies {
  readonly source: string | null;
  readonly mintId: () => string;
  readonly nowMs: () => number;
}

/** An id that is given stays; without one, id and (where it is missing too) time are minted. */
export function prepareEvent(
  given: unknown,
  { source, mintId, nowMs }: Dependencies,
): PreparedEvent | EventRefusal {
  const defaultSource = source ?? 'default';
  const isNew = isObject(given) && given.id === undefined;
  const options = isNew ? { defaultSource, minted: { id: mintId(), timeMs: nowMs() } } : { defaultSource };
  const verdict = validateEvent(given, options);
  // Where nothing names a source, the server's key does: the stand-in must not be sent.
  const sourceKnown = source !== null || (isObject(given) && given.source !== undefined);
  if (!verdict.ok) return sourceKnown ? verdict : withoutSource(verdict);
  const { event } = verdict;
  const time = event.timeMs === null ? null : formatTime(event.timeMs);
  const line = eventLine(event, time, sourceKnown);
  return { ok: true, id: event.id, time, source: sourceKnown ? event.source : undefined, line };
}

/** The event as it was written, for whoever has to send it again. */
export function writtenEvent({ line }: PreparedEvent): UsageEvent & { readonly id: string } {
  return JSON.parse(line) as UsageEvent & { readonly id: string };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutSource({ source: _, ...rest }: EventRefusal): EventRefusal {
  return rest;
}
