/**
 * A correction of a stored event (MONEY.md 5.6): an entry of its own, journalled like an event; the event is never
 * touched. The last amend of an event wins, and a void ends it. Which corrections are allowed is next-correction's work.
 */
import type { Property } from '@countinghouse/client/wire';
import type { StoredEvent } from './stored-event.ts';

/** What an amend may change: everything but source and id. */
export interface AmendedContent {
  readonly customerId: string;
  readonly service: string;
  readonly timeMs: number;
  /** Shortest plain decimal. */
  readonly quantity: string;
  readonly amount: string | null;
  readonly properties: readonly Property[];
}

export interface Correction {
  /** The correction's own id, taken once for ever. */
  readonly id: string;
  readonly action: 'void' | 'amend';
  /** The corrected event's identity. */
  readonly source: string;
  readonly eventId: string;
  readonly reason: string;
  /** Whose key it was. */
  readonly actor: string;
  /** amend: the whole content that counts from now on (the event as first accepted, with what was sent); void: null. */
  readonly event: AmendedContent | null;
  readonly sequence: number;
  readonly receivedAtMs: number;
}

/** A correction before it has its place in the one order. */
export type NewCorrection = Omit<Correction, 'sequence'>;

/** The event as it counts after its corrections so far; null: it was voided. */
export function correctedEvent(
  original: StoredEvent,
  corrections: readonly Correction[],
): StoredEvent | null {
  const last = corrections.reduce<Correction | null>(
    (latest, correction) => (latest === null || correction.sequence > latest.sequence ? correction : latest),
    null,
  );
  if (last === null) return original;
  return last.event === null ? null : { ...original, ...last.event };
}
