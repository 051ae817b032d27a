/** Customers, services, prices and statements as they stand on the wire (DESIGN.md 3.3, MONEY.md 5.4). Shapes only. */

/** What is left out keeps its stored value; at creation it takes the server's default. */
export interface CustomerInput {
  name: string;
  /** IANA. Default at creation: UTC. */
  time_zone?: string;
  /** ISO 4217. Default at creation: USD. */
  currency?: string;
  tags?: Record<string, string>;
}

export interface Customer {
  id: string;
  name: string;
  time_zone: string;
  currency: string;
  tags: Record<string, string>;
  archived: boolean;
  sequence: string;
  created_at: string;
  updated_at: string;
}

export interface ServiceInput {
  name: string;
  /** What one quantity is called. Default at creation: unit. */
  unit?: string;
  /** Credits. Default at creation: false. */
  allow_negative?: boolean;
}

export interface Service {
  id: string;
  name: string;
  unit: string;
  allow_negative: boolean;
  archived: boolean;
  sequence: string;
  created_at: string;
  updated_at: string;
}

/** A price version to make: which members a `model` takes is the server's to judge. */
export interface PriceInput {
  /** Default: minted by the client, so that a repeat makes no second one. */
  id?: string;
  service?: string;
  meter?: string;
  currency?: string;
  model: string;
  /** Only for this customer. Default: for everyone. */
  customer_id?: string;
  /** RFC 3339. Default: since always; first version only. */
  effective_from?: string;
  [member: string]: unknown;
}

export interface Price {
  id: string;
  meter: string;
  currency: string;
  model: string;
  customer_id?: string;
  effective_from?: string;
  sequence: string;
  created_at: string;
  [member: string]: unknown;
}

export interface StatementSlice {
  price_id: string;
  from: string;
  to: string;
  quantity: string;
  events: number;
  exact_amount: string;
  [member: string]: unknown;
}

export interface StatementLine {
  line: string;
  meter: string;
  dimension?: unknown;
  from: string;
  to: string;
  quantity: string;
  events: number;
  slices: StatementSlice[];
  exact_amount: string;
  amount: string;
  [member: string]: unknown;
}

/** What came late, or was corrected, for a line of an earlier, closed period. */
export interface StatementAdjustment {
  period: string;
  line: string;
  meter: string;
  dimension?: unknown;
  quantity: string;
  amount: string;
  /** What the policy `ignore` left out of `amount`. */
  ignored_amount?: string;
  [member: string]: unknown;
}

/** A customer's priced usage of one period. */
export interface Statement {
  /** `customer:period`. */
  id: string;
  customer_id: string;
  period: string;
  from: string;
  to: string;
  time_zone: string;
  currency: string;
  rounding: string;
  status: 'draft' | 'closed';
  lines: StatementLine[];
  adjustments: StatementAdjustment[];
  /** The lines' and the adjustments' amounts together, in the currency's minor digits. */
  total: string;
  /** The last sequence that counted. */
  watermark: string;
  digest: string;
  /** Of the statement of the period before; null for the first. */
  previous_hash: string | null;
  hash: string | null;
  /** Usage whose customer or service has no record. */
  suspense: Record<string, unknown>[];
  unpriced: Record<string, unknown>[];
  [member: string]: unknown;
}

/** Why something is as it is, as the server tells it; its members are described in the server's /docs. */
export type Explanation = Record<string, unknown>;

/** A row of `/v1/usage` or `/v1/costs`. The keys of `group_by` stand beside; null where an event has none. */
export interface UsageRow {
  window_start: string;
  window_end: string;
  quantity: string;
  events: number;
  [key: string]: string | number | boolean | null;
}

export interface CostRow {
  window_start: string;
  window_end: string;
  /** Exact and unrounded. */
  cost: string;
  currency: string;
  events: number;
  [key: string]: string | number | boolean | null;
}

interface AnswerHead {
  from: string;
  to: string;
  window: string | null;
  time_zone: string;
}

export interface UsageAnswer extends AnswerHead {
  rows: UsageRow[];
}

export interface CostAnswer extends AnswerHead {
  rows: CostRow[];
  unpriced: Record<string, unknown>[];
}
