/**
 * A statement as the document that is sent, kept and hashed (MONEY.md 5.7): snake_case, times in UTC, every decimal a
 * text. The canonical form of it, without `hash`, is what the hash covers; a closed statement is kept as those bytes and
 * read back from them, so what was hashed is what is shown. It computes no hash.
 */
import { formatTime } from '@countinghouse/client/wire';
import type { DimensionValue } from '../pricing/price-terms.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import type { Adjustment, Statement, StatementLine } from './statement.ts';

export interface LineDocument {
  readonly line: string;
  readonly meter: string;
  /** Absent where the price has no dimension. */
  readonly dimension?: string | number | boolean | null;
  readonly from: string;
  readonly to: string;
  readonly quantity: string;
  readonly events: number;
  readonly slices: readonly SliceDocument[];
  readonly exact_amount: string;
  readonly amount: string;
}

export interface SliceDocument {
  readonly price_id: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: string;
  readonly events: number;
  readonly exact_amount: string;
}

export interface AdjustmentDocument {
  readonly period: string;
  readonly line: string;
  readonly meter: string;
  readonly dimension?: string | number | boolean | null;
  readonly quantity: string;
  readonly amount: string;
  readonly ignored_amount?: string;
}

export interface UnpricedDocument {
  readonly customer_id: string;
  readonly service: string;
  readonly meter: string;
  readonly dimension?: string | number | boolean | null;
  readonly reason: string;
  readonly quantity: string;
  readonly events: number;
}

export interface SuspenseDocument {
  readonly customer_id: string;
  readonly service: string;
  readonly missing: readonly 'service'[];
  readonly quantity: string;
  readonly events: number;
}

/** What is hashed. */
export interface StatementBody {
  readonly id: string;
  readonly customer_id: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly time_zone: string;
  readonly currency: string;
  readonly rounding: string;
  readonly status: 'draft' | 'closed';
  readonly lines: readonly LineDocument[];
  readonly adjustments: readonly AdjustmentDocument[];
  readonly total: string;
  readonly watermark: string;
  readonly digest: string;
  readonly previous_hash: string | null;
  readonly suspense: readonly SuspenseDocument[];
  readonly unpriced: readonly UnpricedDocument[];
}

export interface StatementDocument extends StatementBody {
  readonly hash: string | null;
}

export function statementBody(statement: Statement): StatementBody {
  const { customerId, period, lines, adjustments } = statement;
  return {
    id: statement.id,
    customer_id: customerId,
    period: period.name,
    from: formatTime(period.fromMs),
    to: formatTime(period.toMs),
    time_zone: statement.timeZone,
    currency: statement.currency,
    rounding: statement.rounding,
    status: statement.status,
    lines: lines.map(lineDocument),
    adjustments: adjustments.map(adjustmentDocument),
    total: statement.total,
    watermark: String(statement.watermark),
    digest: statement.digest,
    previous_hash: statement.previousHash,
    suspense: statement.suspense.map(({ service, quantity, events }) => {
      return { customer_id: customerId, service, missing: ['service'], quantity, events };
    }),
    unpriced: statement.unpriced.map(({ service, meter, dimension, reason, quantity, events }) => {
      return { customer_id: customerId, service, meter, ...dimensionOf(dimension), reason, quantity, events };
    }),
  };
}

/** Exactly the bytes that are hashed, as text: its UTF-8. */
export function canonicalBody(body: StatementBody): string {
  return canonicalJson(body as unknown as Json);
}

/** From the kept bytes back to what is shown. */
export function readStatement(canonical: string, hash: string | null): StatementDocument {
  return { ...(JSON.parse(canonical) as StatementBody), hash };
}

function lineDocument(line: StatementLine): LineDocument {
  const { fromMs, toMs, dimension, slices, exactAmount, line: id, meter, quantity, events, amount } = line;
  return {
    line: id,
    meter,
    ...dimensionOf(dimension),
    from: formatTime(fromMs),
    to: formatTime(toMs),
    quantity,
    events,
    slices: slices.map((slice) => ({
      price_id: slice.priceId,
      from: formatTime(slice.fromMs),
      to: formatTime(slice.toMs),
      quantity: slice.quantity,
      events: slice.events,
      exact_amount: slice.exactAmount,
    })),
    exact_amount: exactAmount,
    amount,
  };
}

export function adjustmentDocument(adjustment: Adjustment): AdjustmentDocument {
  const { period, line, meter, dimension, quantity, amount, ignoredAmount } = adjustment;
  return {
    ...{ period, line, meter, ...dimensionOf(dimension), quantity, amount },
    ...(ignoredAmount !== undefined && { ignored_amount: ignoredAmount }),
  };
}

function dimensionOf(dimension: DimensionValue): { dimension?: string | number | boolean | null } {
  return dimension === undefined ? {} : { dimension };
}
