/**
 * What late usage changes about a closed period (MONEY.md 5.5): line by line, what the period costs now less what was
 * billed and adjusted before, both rounded. What arrived under policy `ignore` is reported and never comes back: it
 * counts as adjusted. Pure: who calls it has priced the period.
 */
import {
  add,
  compare,
  type Decimal,
  formatFixed,
  parseDecimal,
  roundDecimal,
  subtract,
  zero,
} from '../../money/decimal.ts';
import {
  addFractions,
  type Fraction,
  formatFraction,
  parseFraction,
  roundFraction,
  subtractFractions,
  zeroFraction,
} from '../../money/fraction.ts';
import type { RoundingMode } from '../../money/rounding.ts';
import type { DimensionValue } from '../pricing/price-terms.ts';
import type { LatePolicy } from '../records/late-policy.ts';
import type { ExactLine } from './priced-period.ts';
import type { Adjustment } from './statement.ts';
import type { StatementBody } from './statement-document.ts';

/** Where a line of a period stands: what it counts and what it costs, rounded. */
export interface LineState {
  readonly line: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  readonly quantity: Fraction;
  readonly amount: Decimal;
}

/** By line id. */
export type LineStates = ReadonlyMap<string, LineState>;

/** Where a period stood after the entries that one policy met. */
export interface LateStep {
  readonly policy: LatePolicy;
  readonly states: LineStates;
}

export interface LatePeriod {
  readonly period: string;
  /** What was billed and adjusted before, what was ignored included. */
  readonly before: LineStates;
  /** In the order in which the entries arrived; more than one only where the policy changed in between. */
  readonly steps: readonly LateStep[];
  /** The currency's minor digits. */
  readonly digits: number;
}

/** One adjustment for each line that changed, in the order of meters and dimension values. */
export function adjustPeriod({ period, before, steps, digits }: LatePeriod): Adjustment[] {
  const named = new Map<string, LineState>();
  for (const states of [before, ...steps.map((step) => step.states)]) {
    for (const state of states.values()) named.set(state.line, state);
  }
  return [...named.values()].sort(byMeterAndDimension).flatMap(({ line, meter, dimension }) => {
    let last = before.get(line);
    const quantity = subtractFractions(
      steps.at(-1)?.states.get(line)?.quantity ?? zeroFraction,
      last?.quantity ?? zeroFraction,
    );
    const sums = { next: zero, ignore: zero };
    for (const { policy, states } of steps) {
      const now = states.get(line);
      sums[policy] = add(sums[policy], subtract(now?.amount ?? zero, last?.amount ?? zero));
      last = now;
    }
    if (isZero(sums.next) && isZero(sums.ignore) && quantity.numerator === 0n) return [];
    const ignoredAmount = isZero(sums.ignore) ? undefined : money(sums.ignore, digits);
    return [
      {
        period,
        line,
        meter,
        dimension,
        quantity: formatFraction(quantity),
        amount: money(sums.next, digits),
        ignoredAmount,
      },
    ];
  });
}

/** Lines as they are priced now, rounded as the closed period was. */
export function lineStates(lines: readonly ExactLine[], digits: number, rounding: RoundingMode): LineStates {
  return new Map(
    lines.map(({ line, meter, dimension, quantity, exactAmount }) => {
      const amount = roundFraction(exactAmount, digits, rounding);
      return [line, { line, meter, dimension, quantity, amount }];
    }),
  );
}

/**
 * What a customer's statements have said so far about one closed period: its own statement's lines (a period before the
 * chain has none) and every adjustment about it.
 */
export function billedStates(period: string, statements: readonly StatementBody[]): LineStates {
  const states = new Map<string, LineState>();
  for (const statement of statements) {
    if (statement.period === period) {
      for (const { amount, ...line } of statement.lines) addState(states, line, parseDecimal(amount));
    }
    for (const { amount, ignored_amount: ignored = '0', ...adjustment } of statement.adjustments) {
      if (adjustment.period !== period) continue;
      addState(states, adjustment, add(parseDecimal(amount), parseDecimal(ignored)));
    }
  }
  return states;
}

function addState(
  states: Map<string, LineState>,
  part: { line: string; meter: string; dimension?: DimensionValue; quantity: string },
  amount: Decimal,
): void {
  const { line, meter } = part;
  const before = states.get(line);
  const quantity = parseFraction(part.quantity);
  states.set(line, {
    line,
    meter,
    dimension: 'dimension' in part ? part.dimension : undefined,
    quantity: before ? addFractions(before.quantity, quantity) : quantity,
    amount: before ? add(before.amount, amount) : amount,
  });
}

/** Bytewise would do as well: it only has to be the same each time. */
function byMeterAndDimension(a: LineState, b: LineState): number {
  if (a.meter !== b.meter) return a.meter < b.meter ? -1 : 1;
  return a.line < b.line ? -1 : 1;
}

function isZero(value: Decimal): boolean {
  return compare(value, zero) === 0;
}

/** Sums of rounded amounts lose nothing here: they have the currency's digits already. */
function money(value: Decimal, digits: number): string {
  return formatFixed(roundDecimal(value, digits, 'half_away_from_zero'));
}
