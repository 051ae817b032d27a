/**
 * A statement of one customer and month: a line for each service with something to pay, by what the tally holds. Closed
 * months and their adjustments are kept by a book, as the chain of statements goes on.
 */
import { minorDigitsOf } from '../costs.ts';
import { quantityDigits } from '../exact.ts';
import type { Slice, Tally } from '../tally.ts';
import type { Zones } from '../zones.ts';
import { type Adjustment, type BilledLine, expectAdjustments } from './adjustments.ts';
import { type ExpectedLine, expectLine, type Portion, type Version } from './line.ts';
import { ratio, sumOf } from './ratio.ts';

export interface StatementCustomer {
  readonly id: string;
  readonly zone: string;
  readonly currency: string;
}

export interface MonthSpan {
  /** Such as "2026-10". */
  readonly period: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface StatementLine extends ExpectedLine {
  readonly meter: string;
}

export interface ExpectedStatement {
  readonly lines: readonly StatementLine[];
  readonly adjustments: readonly Adjustment[];
  /** In minor units. */
  readonly total: bigint;
}

export interface StatementParts {
  readonly tally: Tally;
  readonly zones: Zones;
  /** In the order in which they were made; those of other currencies are not in it. */
  versionsOf(customer: StatementCustomer, service: string): readonly Version[];
  /** The services with a record, in order. */
  readonly services: readonly string[];
}

/** The lines of a month as of now, closed or not. */
export function linesOf(
  parts: StatementParts,
  customer: StatementCustomer,
  month: MonthSpan,
): StatementLine[] {
  return parts.services.flatMap((meter) => {
    const versions = parts.versionsOf(customer, meter);
    const slices = parts.tally
      .slices(customer.id, meter)
      .filter(({ atMs }) => atMs >= month.fromMs && atMs < month.toMs);
    const line = expectLine({
      ...{ fromMs: month.fromMs, toMs: month.toMs, versions, isAdditive: true },
      portions: portionsOf(month, versions, slices),
      minorDigits: minorDigitsOf(customer.currency),
    });
    return line === null ? [] : [{ meter, ...line }];
  });
}

/** The month cut at every moment at which a version begins. */
function portionsOf(
  { fromMs, toMs }: MonthSpan,
  versions: readonly Version[],
  slices: readonly Slice[],
): Portion[] {
  const moments = versions.map(({ effectiveFromMs }) => effectiveFromMs ?? fromMs);
  const starts = [...new Set([fromMs, ...moments.filter((ms) => ms > fromMs && ms < toMs)])].sort(
    (a, b) => a - b,
  );
  return starts.map((start, at) => {
    const end = starts[at + 1] ?? toMs;
    const own = slices.filter(({ atMs }) => atMs >= start && atMs < end);
    const unit = 10n ** BigInt(quantityDigits);
    return {
      ...{ fromMs: start, toMs: end },
      quantity: sumOf(own.map(({ quantity }) => ratio(quantity, unit))),
      amount: sumOf(own.map(({ amount }) => ratio(amount, unit))),
      events: own.reduce((sum, { events }) => sum + events, 0),
    };
  });
}

export interface StatementBook {
  draft(customer: StatementCustomer, month: MonthSpan): ExpectedStatement;
  /** Closes as it stands now; resolves nothing later. */
  close(customer: StatementCustomer, month: MonthSpan): ExpectedStatement;
}

interface ClosedMonth {
  readonly month: MonthSpan;
  readonly billed: readonly BilledLine[];
  readonly adjusted: BilledLine[];
}

const asBilled = (lines: readonly StatementLine[]): BilledLine[] =>
  lines.map(({ meter, amount }) => ({ meter, dimension: null, amount }));

export function makeStatementBook(parts: StatementParts): StatementBook {
  const closed = new Map<string, ClosedMonth[]>();

  function draft(customer: StatementCustomer, month: MonthSpan): ExpectedStatement {
    const lines = linesOf(parts, customer, month);
    const before = closed.get(customer.id) ?? [];
    const adjustments = expectAdjustments(
      before.map((one) => ({
        period: one.month.period,
        ...{ billed: one.billed, adjusted: one.adjusted },
        now: asBilled(linesOf(parts, customer, one.month)),
      })),
    );
    const total = [...lines, ...adjustments].reduce((sum, { amount }) => sum + amount, 0n);
    return { lines, adjustments, total };
  }
  return {
    draft,
    close(customer, month) {
      const statement = draft(customer, month);
      const before = closed.get(customer.id) ?? [];
      for (const adjustment of statement.adjustments) {
        before.find((one) => one.month.period === adjustment.period)?.adjusted.push(adjustment);
      }
      closed.set(customer.id, [...before, { month, billed: asBilled(statement.lines), adjusted: [] }]);
      return statement;
    },
  };
}
