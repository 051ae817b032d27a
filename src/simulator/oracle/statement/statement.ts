/**
 * A statement of one customer and month: the lines of each meter with something to pay, by what the tally holds. Closed
 * months and their adjustments are kept by a book, as the chain of statements goes on.
 */
import { minorDigitsOf } from '../costs.ts';
import { quantityDigits } from '../exact.ts';
import type { Slice, Tally } from '../tally.ts';
import type { Zones } from '../zones.ts';
import {
  type Adjustment,
  type BilledLine,
  expectAdjustments,
  type Policy,
  type Step,
} from './adjustments.ts';
import { type Condition, meets, readProperty } from './conditions.ts';
import { type LineValue, linesOfMeter } from './divided.ts';
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
  readonly dimension: LineValue;
}

/** A service's default meter is its sum, without a filter. */
export interface StatementMeter {
  readonly id: string;
  readonly service: string;
  readonly aggregation: 'sum' | 'count';
  readonly filter?: Condition;
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
  versionsOf(customer: StatementCustomer, meter: string): readonly Version[];
  readonly meters: readonly StatementMeter[];
}

/** The lines of a month as of now, closed or not. */
function linesOf(parts: StatementParts, customer: StatementCustomer, month: MonthSpan): StatementLine[] {
  const { fromMs, toMs } = month;
  return parts.meters.flatMap((meter) => {
    const versions = parts.versionsOf(customer, meter.id);
    return linesOfMeter(versions, slicesOf(parts.tally, customer, month, meter)).flatMap(
      ({ value, slices, termsOf }) => {
        const line = expectLine({
          ...{ fromMs, toMs, versions, termsOf, isAdditive: true },
          portions: portionsOf(month, versions, slices),
          minorDigits: minorDigitsOf(customer.currency),
        });
        return line === null ? [] : [{ meter: meter.id, dimension: value, ...line }];
      },
    );
  });
}

/** What a meter counts in the month. */
function slicesOf(
  tally: Tally,
  { id }: StatementCustomer,
  { fromMs, toMs }: MonthSpan,
  { service, aggregation, filter }: StatementMeter,
): Slice[] {
  return tally
    .slices(id, service)
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .filter(({ properties }) => filter === undefined || meets(filter, readProperty(properties)))
    .map((slice) => (aggregation === 'sum' ? slice : { ...slice, quantity: BigInt(slice.events) * unit }));
}

const unit = 10n ** BigInt(quantityDigits);

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
    return {
      ...{ fromMs: start, toMs: end },
      quantity: sumOf(own.map(({ quantity }) => ratio(quantity, unit))),
      amount: sumOf(own.map(({ amount }) => ratio(amount, unit))),
      events: own.reduce((sum, { events }) => sum + events, 0),
    };
  });
}

export interface StatementBook {
  lines(customer: StatementCustomer, month: MonthSpan): StatementLine[];
  draft(customer: StatementCustomer, month: MonthSpan): ExpectedStatement;
  /** Closes as it stands now; resolves nothing later. */
  close(customer: StatementCustomer, month: MonthSpan): ExpectedStatement;
  /** What comes late for the customer from now on meets this policy; before the first it is `next`. */
  setPolicy(customer: StatementCustomer, policy: Policy): void;
}

interface ClosedMonth {
  readonly month: MonthSpan;
  readonly billed: readonly BilledLine[];
  readonly adjusted: BilledLine[];
  /** Of policies that were in force since the last close. */
  readonly steps: Step[];
}

interface Chain {
  policy: Policy;
  readonly closed: ClosedMonth[];
}

export function makeStatementBook(parts: StatementParts): StatementBook {
  const chains = new Map<string, Chain>();
  const chainOf = ({ id }: StatementCustomer): Chain => {
    const chain = chains.get(id) ?? { policy: 'next', closed: [] };
    chains.set(id, chain);
    return chain;
  };
  const stepOf = (customer: StatementCustomer, month: MonthSpan): Step => ({
    policy: chainOf(customer).policy,
    now: linesOf(parts, customer, month),
  });

  function draft(customer: StatementCustomer, month: MonthSpan): ExpectedStatement {
    const lines = linesOf(parts, customer, month);
    const adjustments = expectAdjustments(
      chainOf(customer).closed.map((one) => ({
        ...{ period: one.month.period, billed: one.billed, adjusted: one.adjusted },
        steps: [...one.steps, stepOf(customer, one.month)],
      })),
    );
    const total = [...lines, ...adjustments].reduce((sum, { amount }) => sum + amount, 0n);
    return { lines, adjustments, total };
  }
  return {
    lines: (customer, month) => linesOf(parts, customer, month),
    draft,
    close(customer, month) {
      const statement = draft(customer, month);
      const { closed } = chainOf(customer);
      for (const { period, meter, dimension, amount, ignored } of statement.adjustments) {
        const of = closed.find((one) => one.month.period === period);
        of?.adjusted.push({ meter, dimension, amount: amount + ignored });
      }
      for (const { steps } of closed) steps.length = 0;
      closed.push({ month, billed: statement.lines, adjusted: [], steps: [] });
      return statement;
    },
    setPolicy(customer, policy) {
      const chain = chainOf(customer);
      for (const { month, steps } of chain.closed) steps.push(stepOf(customer, month));
      chain.policy = policy;
    },
  };
}
