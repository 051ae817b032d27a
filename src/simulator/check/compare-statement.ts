/** A statement as it is read, beside what the oracle expects: every line, every adjustment, the total. It asks nothing. */
import { type Comparison, compare, compareFields } from '../difference.ts';
import { writeMoney } from '../oracle/costs.ts';
import type { Adjustment } from '../oracle/statement/adjustments.ts';
import type { LineValue } from '../oracle/statement/divided.ts';
import { writeRatio } from '../oracle/statement/ratio.ts';
import type { ExpectedStatement, StatementLine } from '../oracle/statement/statement.ts';

/** The value as JSON has it; absent where the price tells none apart. */
interface OfLine {
  readonly meter: string;
  readonly dimension?: unknown;
}

/** A draft or closed statement as it is read; what is not compared is left out. */
export interface Statement {
  readonly lines: readonly (OfLine & {
    readonly quantity: string;
    readonly events: number;
    readonly exact_amount: string;
    readonly amount: string;
  })[];
  readonly adjustments: readonly (OfLine & {
    readonly period: string;
    readonly amount: string;
    readonly ignored_amount?: string;
  })[];
  readonly total: string;
  readonly watermark: string;
}

export interface StatementPlace {
  readonly where: string;
  readonly customer: { readonly id: string; readonly currency: string };
}

interface ExpectedPlace {
  readonly meter: string;
  readonly dimension: LineValue;
}

export const nameOf = ({ meter, dimension }: ExpectedPlace): string =>
  dimension === undefined ? meter : `${meter}/${dimension}`;

const isAt = (line: ExpectedPlace, got: OfLine): boolean =>
  got.meter === line.meter && JSON.stringify(got.dimension) === line.dimension;

export function compareStatement(
  comparison: Comparison,
  { where, customer }: StatementPlace,
  expected: ExpectedStatement,
  got: Statement,
): void {
  const { id, currency } = customer;
  const at = { where: `statement: ${where}`, customer: id };
  for (const line of expected.lines) {
    const found = got.lines.find((one) => isAt(line, one));
    compareFields(comparison, { ...at, service: nameOf(line) }, fieldsOf(line, currency), found);
  }
  compareCounts(comparison, { ...at, field: 'lines' }, expected.lines, got.lines);
  for (const adjustment of expected.adjustments) {
    const found = got.adjustments.find((one) => one.period === adjustment.period && isAt(adjustment, one));
    const place = { where: `${at.where}, adjustment of ${adjustment.period}`, service: nameOf(adjustment) };
    compareFields(comparison, { ...at, ...place }, owedOf(adjustment, currency), found);
  }
  // Where a quantity changed and no amount did, an adjustment says so too: the oracle expects amounts only.
  const owing = got.adjustments.filter((one) => /[1-9]/.test(`${one.amount}${one.ignored_amount ?? ''}`));
  compareCounts(comparison, { ...at, field: 'adjustments' }, expected.adjustments, owing);
  const told = { expected: writeMoney(expected.total, currency), got: got.total };
  compare(comparison, { ...at, field: 'total', ...told });
}

function fieldsOf({ quantity, events, exact, amount }: StatementLine, currency: string) {
  return {
    quantity: writeRatio(quantity),
    events,
    exact_amount: writeRatio(exact),
    amount: writeMoney(amount, currency),
  };
}

function owedOf({ amount, ignored }: Adjustment, currency: string) {
  const ignoredAmount = ignored === 0n ? undefined : writeMoney(ignored, currency);
  return { amount: writeMoney(amount, currency), ignored_amount: ignoredAmount };
}

function compareCounts(
  comparison: Comparison,
  at: { where: string; customer: string; field: string },
  expected: readonly unknown[],
  got: readonly unknown[],
): void {
  compare(comparison, { ...at, expected: `${expected.length}`, got: `${got.length}` });
}
