/**
 * An exact line written out with all the numbers between its quantities and its amount, as texts that lose nothing
 * (MONEY.md 5.3). It computes nothing new: they are the numbers that made the line.
 */
import { type Fraction, formatFraction } from '../../money/fraction.ts';
import type { PricedSlice } from '../pricing/price-line.ts';
import type { ExactLine } from './priced-period.ts';

export interface ExplainedPart {
  readonly kind: string;
  /** From 1; undefined where the model has no tiers. */
  readonly tier: number | undefined;
  readonly quantity: string;
  readonly rate: string;
  /** quantity × rate. */
  readonly amount: string;
}

export interface ExplainedSlice {
  readonly priceId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** What the line had counted in the period before the slice. */
  readonly quantityBefore: string;
  readonly quantity: string;
  readonly events: number;
  /** Σ of the amounts that events carried. */
  readonly amountReported: string;
  readonly eventsWithAmount: number;
  readonly includedQuantity: string;
  /** The version's part of the period. */
  readonly share: string;
  readonly parts: readonly ExplainedPart[];
  readonly exactAmount: string;
}

export interface ExplainedLine {
  readonly slices: readonly ExplainedSlice[];
  /** Before minimum and maximum. */
  readonly sliceTotal: string;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly exactAmount: string;
}

export function explainLine(line: ExactLine): ExplainedLine {
  return {
    slices: line.slices.map(explainSlice),
    sliceTotal: formatFraction(line.sliceTotal),
    minimum: textOrNull(line.minimum),
    maximum: textOrNull(line.maximum),
    exactAmount: formatFraction(line.exactAmount),
  };
}

function explainSlice(slice: PricedSlice): ExplainedSlice {
  const { priceId, fromMs, toMs, events, eventsWithAmount, terms, parts } = slice;
  return {
    ...{ priceId, fromMs, toMs, events, eventsWithAmount },
    quantityBefore: formatFraction(slice.before),
    quantity: formatFraction(slice.quantity),
    amountReported: formatFraction(slice.amount),
    includedQuantity: formatFraction(terms.included),
    share: formatFraction(slice.share),
    parts: parts.map(({ kind, tier, quantity, rate, amount }) => {
      const texts = {
        quantity: formatFraction(quantity),
        rate: formatFraction(rate),
        amount: formatFraction(amount),
      };
      return { kind, tier, ...texts };
    }),
    exactAmount: formatFraction(slice.exactAmount),
  };
}

function textOrNull(value: Fraction | null): string | null {
  return value === null ? null : formatFraction(value);
}
