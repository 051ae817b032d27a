/** What a correction is said to change, beside what the oracle's lines say before and after it. It asks nothing. */
import { type Comparison, compare, compareFields } from '../difference.ts';
import { writeMoney } from '../oracle/costs.ts';
import type { MonthSpan, StatementBook, StatementCustomer } from '../oracle/statement/statement.ts';
import { nameOf } from './compare-statement.ts';

export interface Preview {
  readonly changes: readonly {
    readonly customer_id: string;
    readonly period: string;
    readonly line: string;
    readonly amount_before: string;
    readonly amount_after: string;
    readonly difference: string;
  }[];
}

/** Where a correction may change something. */
export interface PreviewPlace {
  readonly customer: StatementCustomer;
  readonly month: MonthSpan;
}

interface Amount {
  readonly customer: StatementCustomer;
  readonly period: string;
  readonly line: string;
  /** In minor units. */
  readonly amount: bigint;
}

/** Every line of the places as of now, by customer, period and line. */
export type Amounts = ReadonlyMap<string, Amount>;

export function amountsOf(book: StatementBook, places: readonly PreviewPlace[]): Amounts {
  const amounts = new Map<string, Amount>();
  for (const { customer, month } of places) {
    for (const line of book.lines(customer, month)) {
      const of = { customer, period: month.period, line: nameOf(line) };
      amounts.set(JSON.stringify([customer.id, of.period, of.line]), { ...of, amount: line.amount });
    }
  }
  return amounts;
}

export function comparePreview(
  comparison: Comparison,
  at: { where: string; customer: string },
  { before, after }: { before: Amounts; after: Amounts },
  { changes }: Preview,
): void {
  const where = `preview of ${at.where}`;
  let changed = 0;
  for (const [key, one] of new Map([...before, ...after])) {
    const [was, is] = [before.get(key)?.amount ?? 0n, after.get(key)?.amount ?? 0n];
    if (was === is) continue;
    changed += 1;
    const { customer, period, line } = one;
    const money = (minor: bigint) => writeMoney(minor, customer.currency);
    const fields = { amount_before: money(was), amount_after: money(is), difference: money(is - was) };
    const found = changes.find(
      (change) => change.customer_id === customer.id && change.period === period && change.line === line,
    );
    const place = { where: `${where}, ${period}`, customer: customer.id, service: line };
    compareFields(comparison, place, fields, found);
  }
  const counts = { expected: `${changed}`, got: `${changes.length}` };
  compare(comparison, { ...at, where, field: 'changes', ...counts });
}
