/** The server's answers as DESIGN.md describes them: written down a second time, so that a test reads the contract. */

export interface Result {
  index: number;
  source?: string;
  id?: string;
  status: string;
  code?: string;
  field?: string;
  message?: string;
  warnings?: string[];
  stored_fingerprint?: string;
  sent_fingerprint?: string;
}

export interface Counts {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
}

export interface Ingested extends Counts {
  results: Result[];
}

export interface Refused {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
  source?: string;
  id?: string;
  stored_fingerprint?: string;
  sent_fingerprint?: string;
  request_id: string;
}

export interface Listed {
  source: string;
  id: string;
  customer_id: string;
  service: string;
  time: string;
  quantity: string;
  amount?: string;
  properties: Record<string, string | number | boolean>;
  traceparent?: string;
  sequence: string;
  received_at: string;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface Usage<Row> {
  from: string;
  to: string;
  window: string | null;
  time_zone: string;
  rows: (Row & { window_start: string; window_end: string; events: number })[];
}

export type Keys = Record<string, string | number | boolean | null>;
export type UsageBody = Usage<{ quantity: string } & Keys>;
export type CostBody = Usage<{ cost: string; currency: string } & Keys> & { unpriced: UnpricedEntry[] };

export interface UnpricedEntry {
  customer_id: string;
  service: string;
  meter: string;
  reason: string;
  quantity: string;
  events: number;
}

export interface CustomerUsageBody {
  customer_id: string;
  from: string;
  to: string;
  currency: string;
  services: { service: string; unit: string; quantity: string; events: number; cost: string | null }[];
  total_cost: string;
  unpriced: UnpricedEntry[];
}
