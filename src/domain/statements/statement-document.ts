/**
 * A statement as the document that is sent, kept and hashed (MONEY.md 5.7): snake_case, times in UTC, every decimal a
 * text. The canonical form of it, without `hash`, is what the hash covers; a closed statement is kept as those bytes and
 * read back from them, so what was hashed is what is shown. It computes no hash.
 */
import { formatTime } from '@countinghouse/client/wire';
import type { DimensionValue } from '../pricing/price-terms.ts';
import type { Adjustment, Statement, StatementLine } from './statement.ts';

export interface LineDocument {
  readonly line: string;
  readonly meter: string;
  /** Absent where the price has no dimension. */
  readonly dimension?: DimensionValue;
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
  readonly dimension?: DimensionValue;
  readonly quantity: string;
  readonly amount: string;
  readonly ignored_amount?: string | undefined;
}

export interface UnpricedDocument {
  readonly customer_id: string;
  readonly service: string;
  readonly meter: string;
  readonly dimension?: DimensionValue;
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

/** Members stand in the order of RFC 8785 already: writing ten thousand statements must not sort them all again. */
export function statementBody(statement: Statement): StatementBody {
  const { customerId: customer_id, period } = statement;
  const timeText = timeTexts();
  return {
    adjustments: statement.adjustments.map(adjustmentDocument),
    currency: statement.currency,
    customer_id,
    digest: statement.digest,
    from: timeText(period.fromMs),
    id: statement.id,
    lines: statement.lines.map((line) => lineDocument(line, timeText)),
    period: period.name,
    previous_hash: statement.previousHash,
    rounding: statement.rounding,
    status: statement.status,
    suspense: statement.suspense.map(({ service, quantity, events }) => {
      return { customer_id, events, missing: ['service'], quantity, service };
    }),
    time_zone: statement.timeZone,
    to: timeText(period.toMs),
    total: statement.total,
    unpriced: statement.unpriced.map(({ service, meter, dimension, reason, quantity, events }) => {
      return { customer_id, dimension, events, meter, quantity, reason, service };
    }),
    watermark: String(statement.watermark),
  };
}

/** Exactly the bytes that are hashed, as text: its UTF-8. A test holds it to canonical-json.ts. */
export function canonicalBody(body: StatementBody): string {
  return JSON.stringify(body);
}

/** From the kept bytes back to what is shown. */
export function readStatement(canonical: string, hash: string | null): StatementDocument {
  return { ...(JSON.parse(canonical) as StatementBody), hash };
}

/** A statement names few moments, and each of them often. */
function timeTexts(): (ms: number) => string {
  const texts = new Map<number, string>();
  return (ms) => {
    const text = texts.get(ms) ?? formatTime(ms);
    texts.set(ms, text);
    return text;
  };
}

function lineDocument(line: StatementLine, timeText: (ms: number) => string): LineDocument {
  return {
    amount: line.amount,
    dimension: line.dimension,
    events: line.events,
    exact_amount: line.exactAmount,
    from: timeText(line.fromMs),
    line: line.line,
    meter: line.meter,
    quantity: line.quantity,
    slices: line.slices.map((slice) => ({
      events: slice.events,
      exact_amount: slice.exactAmount,
      from: timeText(slice.fromMs),
      price_id: slice.priceId,
      quantity: slice.quantity,
      to: timeText(slice.toMs),
    })),
    to: timeText(line.toMs),
  };
}

export function adjustmentDocument(adjustment: Adjustment): AdjustmentDocument {
  const { amount, dimension, ignoredAmount: ignored_amount, line, meter, period, quantity } = adjustment;
  return { amount, dimension, ignored_amount, line, meter, period, quantity };
}
