/** What the simulator sends, as plain data: texts, why they are sent, and which travel together. Shapes only. */

import type { SimulatedEvent } from './usage-event.ts';

/** Why a text is sent. What must become of it is the oracle's to say. */
export const sendingKinds = [
  'usage',
  'late',
  'boundary',
  'extreme',
  'skewed',
  'credit',
  'customer_unknown',
  'service_unknown',
  'repeat_same_batch',
  'repeat_in_flight',
  'repeat_later',
  'repeat_respelled',
  'conflict',
  'mistake',
] as const;
export type SendingKind = (typeof sendingKinds)[number];

export interface Sending {
  readonly kind: SendingKind;
  /** One event as JSON text, right or wrong. */
  readonly text: string;
  /** The event that the text says in the usual way; null where it is written otherwise. */
  readonly event: SimulatedEvent | null;
  /** The event's id when another sending of it is in flight at the same time: either may come first. */
  readonly racing: string | null;
}

export interface Batch {
  readonly sendings: readonly Sending[];
  /** Lines, where a text that is no JSON must not spoil the others. */
  readonly format: 'array' | 'lines';
  /** Whether BillingClient may send it: it would put right, or refuse, what is written in an unusual way. */
  readonly isPlain: boolean;
  /** How many usage events it holds, and how many of the wave's are sent with it and those before it. */
  readonly usage: number;
  readonly usageEnd: number;
}

/** Batches of a phase may be in flight together; a phase begins when the one before has all its answers. */
export interface Phase {
  readonly batches: readonly Batch[];
}

/** A stretch of usage events with all that comes on top of them. What is repeated lies at most one wave back. */
export interface Wave {
  /** From 0 on. */
  readonly index: number;
  /** How many usage events lie before it, and in it. */
  readonly first: number;
  readonly usage: number;
  /** When the wave's first `at` usage events are due, at the earliest. */
  dueMs(at: number): number;
  readonly phases: readonly Phase[];
}
