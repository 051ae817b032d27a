/**
 * The fingerprint of an event's content: equal content, equal fingerprint (DESIGN.md 4). It covers customer, service,
 * time (or that it was omitted), quantity, amount and properties with their types; not source and id (the identity),
 * not the trace context.
 */
import type { CanonicalEvent } from '@countinghouse/client/wire';
import { fingerprintText } from './content-text.ts';

/** 64 bits of a text's UTF-8. */
export type Hash64 = (text: string) => bigint;

export function fingerprintOf(event: CanonicalEvent, hash64: Hash64): bigint {
  return hash64(fingerprintText(event));
}

/** 16 lower-case hex digits: as it is shown, and kept in memory beside an event. */
export function formatFingerprint(fingerprint: bigint): string {
  return fingerprint.toString(16).padStart(16, '0');
}
