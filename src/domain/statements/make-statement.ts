/**
 * From exact lines to a statement (MONEY.md 5.4): each line is rounded once, to the currency's minor unit; the total is
 * the sum of what is shown. A draft is exactly this; a close adds its place in the chain. Pure.
 */
import { minorDigits } from '../../money/currency.ts';
import { add, type Decimal, formatFixed, parseDecimal, roundDecimal, zero } from '../../money/decimal.ts';
import { formatFraction, roundFraction } from '../../money/fraction.ts';
import type { RoundingMode } from '../../money/rounding.ts';
import type { ExactLine, PricedPeriod } from './priced-period.ts';
import { type Adjustment, type StatementContent, type StatementLine, statementId } from './statement.ts';

export interface StatementParts {
  readonly priced: PricedPeriod;
  readonly adjustments: readonly Adjustment[];
  readonly timeZone: string;
  readonly rounding: RoundingMode;
  readonly watermark: number;
  readonly digest: string;
}

export function makeStatement(parts: StatementParts): StatementContent {
  const { priced, adjustments, timeZone, rounding, watermark, digest } = parts;
  const { customerId, period, currency } = priced;
  const digits = minorDigits(currency);
  const lines = priced.lines.map((line) => statementLine(line, digits, rounding));
  return {
    id: statementId(customerId, period.name),
    ...{ customerId, period, timeZone, currency, rounding, lines, adjustments },
    total: totalOf([...lines, ...adjustments], digits),
    ...{ watermark, digest },
    suspense: priced.suspense.map((entry) => ({ ...entry, quantity: formatFraction(entry.quantity) })),
    unpriced: priced.unpriced.map((entry) => ({ ...entry, quantity: formatFraction(entry.quantity) })),
  };
}

/** The sum of rounded amounts: nothing is rounded again. */
export function totalOf(parts: readonly { readonly amount: string }[], digits: number): string {
  const total = parts.reduce<Decimal>((sum, { amount }) => add(sum, parseDecimal(amount)), zero);
  return formatFixed(roundDecimal(total, digits, 'half_away_from_zero'));
}

function statementLine(line: ExactLine, digits: number, rounding: RoundingMode): StatementLine {
  const { slices } = line;
  return {
    line: line.line,
    meter: line.meter,
    dimension: line.dimension,
    fromMs: Math.min(...slices.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...slices.map(({ toMs }) => toMs)),
    quantity: formatFraction(line.quantity),
    events: line.events,
    slices: slices.map(({ priceId, fromMs, toMs, quantity, events, exactAmount }) => {
      return {
        priceId,
        fromMs,
        toMs,
        quantity: formatFraction(quantity),
        events,
        exactAmount: formatFraction(exactAmount),
      };
    }),
    exactAmount: formatFraction(line.exactAmount),
    amount: formatFixed(roundFraction(line.exactAmount, digits, rounding)),
  };
}
