/**
 * The fingerprint of an event's content: equal content, equal fingerprint (DESIGN.md 4). It covers customer, service,
 * time (or that it was omitted), quantity, amount and properties with their types; not source and id (the identity),
 * not the trace context.
 */
import type { CanonicalEvent } from '@countinghouse/client/wire';

/** 64 bits of a text as 16 lower-case hex digits. */
export type Hash64 = (text: string) => string;

export function fingerprintOf(event: CanonicalEvent, hash64: Hash64): string {
  return hash64(contentText(event));
}

/** JSON of a fixed order is unambiguous: strings are quoted, so no two contents share a text. */
export function contentText(event: CanonicalEvent): string {
  const { customerId, service, timeMs, quantity, amount, properties } = event;
  return JSON.stringify([customerId, service, timeMs, quantity, amount, properties]);
}
