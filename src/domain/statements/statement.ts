/**
 * A customer's priced usage for one period (MONEY.md 5.4), as people and programs read it: money rounded to the minor
 * unit, quantities and exact amounts as texts that lose nothing. What is computed exactly is in priced-period.ts, how
 * it becomes bytes in canonical-statement.ts.
 */
import type { RoundingMode } from '../../money/rounding.ts';
import type { DimensionValue } from '../pricing/price-terms.ts';
import type { Period } from './period.ts';

export interface StatementSlice {
  readonly priceId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Exact: a plain decimal, or a reduced "n/d" where none terminates. */
  readonly quantity: string;
  readonly events: number;
  readonly exactAmount: string;
}

/** One line for each meter and dimension value, however often its price changed. */
export interface StatementLine {
  /** Made of meter and dimension value (line-id.ts): the same on every statement. */
  readonly line: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantity: string;
  readonly events: number;
  readonly slices: readonly StatementSlice[];
  readonly exactAmount: string;
  /** Rounded once, with the currency's minor digits. */
  readonly amount: string;
}

/** What a line of a closed period costs by now, less what was billed and adjusted before (MONEY.md 5.5). */
export interface Adjustment {
  /** The closed period that it is about. */
  readonly period: string;
  readonly line: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  /** Now, less what was billed and adjusted before. */
  readonly quantity: string;
  readonly amount: string;
  /** What policy `ignore` left out, once and for all; undefined where nothing was. */
  readonly ignoredAmount: string | undefined;
}

export interface UnpricedEntry {
  readonly service: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  readonly reason: string;
  readonly quantity: string;
  readonly events: number;
}

/** Stored usage whose service has no record. */
export interface SuspenseEntry {
  readonly service: string;
  readonly quantity: string;
  readonly events: number;
}

/** All of a statement but its place in the chain of hashes. */
export interface StatementContent {
  /** `customer:period`. */
  readonly id: string;
  readonly customerId: string;
  readonly period: Period;
  readonly timeZone: string;
  readonly currency: string;
  readonly rounding: RoundingMode;
  readonly lines: readonly StatementLine[];
  readonly adjustments: readonly Adjustment[];
  readonly total: string;
  /** The last sequence that it counts. */
  readonly watermark: number;
  /** Over the events that it counts (MONEY.md 5.7): lower-case hex. */
  readonly digest: string;
  readonly suspense: readonly SuspenseEntry[];
  readonly unpriced: readonly UnpricedEntry[];
}

export interface Statement extends StatementContent {
  readonly status: 'draft' | 'closed';
  /** The hash of the period before; null on a customer's first. On a draft: what it would be. */
  readonly previousHash: string | null;
  /** null on a draft. */
  readonly hash: string | null;
}

export function statementId(customerId: string, period: string): string {
  return `${customerId}:${period}`;
}
