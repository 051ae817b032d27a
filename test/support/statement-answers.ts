/** The server's statements as MONEY.md describes them: written down a second time, so that a test reads the contract. */

export interface StatementLineBody {
  line: string;
  meter: string;
  dimension?: string | number | boolean | null;
  from: string;
  to: string;
  quantity: string;
  events: number;
  slices: {
    price_id: string;
    from: string;
    to: string;
    quantity: string;
    events: number;
    exact_amount: string;
  }[];
  exact_amount: string;
  amount: string;
}

export interface AdjustmentBody {
  period: string;
  line: string;
  meter: string;
  dimension?: string | number | boolean | null;
  quantity: string;
  amount: string;
  ignored_amount?: string;
}

export interface StatementBody {
  id: string;
  customer_id: string;
  period: string;
  from: string;
  to: string;
  time_zone: string;
  currency: string;
  rounding: string;
  status: string;
  lines: StatementLineBody[];
  adjustments: AdjustmentBody[];
  total: string;
  watermark: string;
  digest: string;
  previous_hash: string | null;
  suspense: { service: string; missing: string[]; quantity: string; events: number }[];
  unpriced: { service: string; meter: string; reason: string; quantity: string; events: number }[];
  hash: string | null;
}

export interface StatementSummary {
  id: string;
  customer_id: string;
  period: string;
  currency: string;
  status: string;
  total: string;
  watermark: string;
  hash: string;
  previous_hash: string | null;
  sequence: string;
  closed_at: string;
}
