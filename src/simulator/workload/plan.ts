/**
 * What the simulator is going to send, as plain data: who, what, in which order, and what must become of it.
 * It holds no behaviour, and nothing in it depends on the moment it is read.
 */

/** Why a sending is in the plan. */
export const sendingKinds = [
  'usage',
  'customer_unknown',
  'repeat_same_batch',
  'repeat_in_flight',
  'repeat_later',
  'repeat_respelled',
  'conflict',
  'quantity_negative',
  'quantity_not_decimal',
  'quantity_null',
  'service_missing',
  'time_in_future',
  'member_unknown',
  'not_an_object',
] as const;
export type SendingKind = (typeof sendingKinds)[number];

export interface Outcome {
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  readonly code?: string;
  readonly warning?: string;
}

export interface Sending {
  /** Its place in the plan, from 0, over all stages. */
  readonly index: number;
  readonly kind: SendingKind;
  /** What goes on the wire, right or wrong. */
  readonly body: unknown;
  readonly expected: Outcome;
  /** The event's id when another sending of it is in flight at the same time: either may come first. */
  readonly racing: string | null;
}

export interface Batch {
  /** The client checks events before it sends them; `raw` goes past it, so that the server must refuse. */
  readonly via: 'client' | 'raw';
  readonly sendings: readonly Sending[];
}

/** Batches of a stage may be in flight together; a stage begins when the one before has all its answers. */
export interface Stage {
  readonly name: string;
  readonly batches: readonly Batch[];
}

export interface PlannedCustomer {
  readonly id: string;
  readonly name: string;
}

export interface PlannedService {
  readonly id: string;
  readonly unit: string;
  /** USD per unit. */
  readonly unitAmount: string;
}

export interface Plan {
  readonly seed: number;
  /** All events carry it: a seed's events have their own identities. */
  readonly source: string;
  /** The moment of sending: "in the future" is judged by it. */
  readonly nowMs: number;
  /** Every acceptable event lies in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly customers: readonly PlannedCustomer[];
  readonly services: readonly PlannedService[];
  readonly stages: readonly Stage[];
}

export function allSendings(plan: Plan): Sending[] {
  return plan.stages.flatMap((stage) => stage.batches.flatMap((batch) => batch.sendings));
}
