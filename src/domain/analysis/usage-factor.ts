/**
 * The usage factor of a customer and its category (MONEY.md 5.8):
 * total quantity × total cost ÷ number of events, rounded half away from zero to 12 digits.
 */
import { compare, type Decimal, zero } from '../../money/decimal.ts';
import {
  divideFractions,
  type Fraction,
  makeFraction,
  multiplyFractions,
  roundFraction,
} from '../../money/fraction.ts';

export type UsageCategory = 'no' | 'low' | 'medium' | 'high';

export interface CategoryBounds {
  /** Below this: `low`. */
  readonly lowBelow: Decimal;
  /** Below this: `medium`; from it on: `high`. */
  readonly mediumBelow: Decimal;
}

export const defaultBounds: CategoryBounds = {
  lowBelow: { units: 50n, scale: 0 },
  mediumBelow: { units: 200n, scale: 0 },
};

const factorDigits = 12;

/** 0 where there are no events. */
export function usageFactor(quantity: Fraction, cost: Fraction, events: number): Decimal {
  if (events === 0) return zero;
  const perEvent = divideFractions(multiplyFractions(quantity, cost), makeFraction(BigInt(events), 1n));
  return roundFraction(perEvent, factorDigits, 'half_away_from_zero');
}

export function usageCategory(factor: Decimal, events: number, bounds: CategoryBounds): UsageCategory {
  if (events === 0) return 'no';
  if (compare(factor, bounds.lowBelow) < 0) return 'low';
  return compare(factor, bounds.mediumBelow) < 0 ? 'medium' : 'high';
}
