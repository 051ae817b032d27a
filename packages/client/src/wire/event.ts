/**
 * The usage event: as a caller writes it (the wire's shape) and in canonical form (what a valid one means).
 * Shapes only; the rules are in validate-event.ts.
 */

/** A property keeps its type on the way: `1` and `"1"` are different values. */
export type PropertyValue = string | number | boolean;

/** One report of use, as it stands on the wire (DESIGN.md 3.1). */
export interface UsageEvent {
  /** Who reports; identity is (`source`, `id`). Default: the key's source, else `default`. */
  source?: string;
  /** Unique within the source, for ever. */
  id?: string;
  customer_id: string;
  service: string;
  /** RFC 3339, cut to milliseconds. Omitted: the moment of receipt. */
  time?: string;
  /** A decimal as a string (26 digits before, 12 after the point), or a number of at most 15 digits. Default "1". */
  quantity?: string | number;
  /** The money already known for this event, in the customer's currency. Written like `quantity`. */
  amount?: string | number;
  properties?: Record<string, PropertyValue>;
}

/** A valid event: nothing left to interpret. Equal events have equal canonical forms. */
export interface CanonicalEvent {
  readonly source: string;
  readonly id: string;
  readonly customerId: string;
  readonly service: string;
  /** Milliseconds since 1970-01-01T00:00Z; null when the caller omitted `time`. */
  readonly timeMs: number | null;
  /** Shortest plain decimal: no exponent, no trailing zeros, never "-0". */
  readonly quantity: string;
  readonly amount: string | null;
  /** Sorted by name (UTF-16 code units), each name once. */
  readonly properties: readonly Property[];
}

export type Property = readonly [name: string, value: PropertyValue];
