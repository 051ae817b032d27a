/**
 * Makes a caller's event ready to be sent: identity and time minted before the first attempt, source filled
 * in, checked, and written once, so that every attempt sends the same bytes whatever the caller does meanwhile.
 */
import type { UsageEvent } from './wire/event.ts';
import { formatTime } from './wire/rfc3339-time.ts';
import { toUsageEvent } from './wire/to-usage-event.ts';
import { type EventRefusal, validateEvent } from './wire/validate-event.ts';

export interface PreparedEvent {
  readonly ok: true;
  /** In canonical form: what the server stores is what was written here. */
  readonly event: UsageEvent & { readonly id: string };
  readonly line: string;
}

interface Dependencies {
  readonly source: string | null;
  readonly mintId: () => string;
  readonly nowMs: () => number;
}

export function prepareEvent(
  given: unknown,
  { source, mintId, nowMs }: Dependencies,
): PreparedEvent | EventRefusal {
  const identified = isObject(given) ? identify(given, mintId, nowMs) : given;
  const verdict = validateEvent(identified, { defaultSource: source ?? 'default' });
  // Where nothing names a source, the server's key does: the stand-in must not be sent.
  const sourceKnown = source !== null || (isObject(given) && given.source !== undefined);
  if (!verdict.ok) return sourceKnown ? verdict : withoutSource(verdict);
  const event = toUsageEvent(verdict.event);
  const { id } = verdict.event;
  const written = sourceKnown ? { ...event, id } : { ...withoutSource(event), id };
  return { ok: true, event: written, line: JSON.stringify(written) };
}

/** An id that is given stays; without one, id and (where it is missing too) time are minted. */
function identify(
  given: Readonly<Record<string, unknown>>,
  mintId: () => string,
  nowMs: () => number,
): Record<string, unknown> {
  if (given.id !== undefined) return given;
  const time = given.time === undefined ? formatTime(nowMs()) : given.time;
  return { ...given, id: mintId(), time };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutSource<T extends { readonly source?: string }>({ source: _, ...rest }: T): Omit<T, 'source'> {
  return rest;
}
