/** What the server answers (DESIGN.md 3.1 and 3.4), as it stands on the wire. Shapes only. */
import type { PropertyValue } from './event.ts';

export type EventStatus = 'accepted' | 'duplicate' | 'conflict' | 'rejected';

/** What became of one event of a request. */
export interface EventResult {
  /** Position in the request, from 0. */
  index: number;
  source?: string;
  id?: string;
  status: EventStatus;
  code?: string;
  field?: string;
  message?: string;
  warnings?: string[];
  /** For a conflict: 16 lower-case hex digits each. */
  stored_fingerprint?: string;
  sent_fingerprint?: string;
}

/** The four counts add up to the events sent; `results` lists those that were not simply accepted. */
export interface IngestAnswer {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  results: EventResult[];
}

/** RFC 9457 problem details, with our members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  request_id?: string;
  source?: string;
  id?: string;
  stored_fingerprint?: string;
  sent_fingerprint?: string;
}

export type UnpricedReason =
  | 'customer_unknown'
  | 'service_unknown'
  | 'price_missing'
  | 'currency_mismatch'
  | 'dimension_unpriced';

/** Stored usage that no price turned into money, and why. */
export interface Unpriced {
  customer_id: string;
  service: string;
  meter: string;
  reason: UnpricedReason;
  quantity: string;
  events: number;
}

export interface ServiceUsage {
  service: string;
  unit: string;
  quantity: string;
  events: number;
  /** Rounded to the currency's minor digits; null when no price was in force for any of it. */
  cost: string | null;
}

/** `GET /v1/customers/{id}/usage`. */
export interface CustomerUsage {
  customer_id: string;
  from: string;
  to: string;
  currency: string;
  services: ServiceUsage[];
  total_cost: string;
  unpriced: Unpriced[];
}

/** A stored event as it is listed. */
export interface ListedEvent {
  source: string;
  id: string;
  customer_id: string;
  service: string;
  time: string;
  quantity: string;
  amount?: string;
  properties: Record<string, PropertyValue>;
  traceparent?: string;
  sequence: string;
  received_at: string;
}
