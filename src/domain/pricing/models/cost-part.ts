/**
 * What every price model is given and gives back. A model turns one slice (a stretch of the period under one price
 * version) into parts of which each is quantity × rate = amount, so that a line can be explained by the very numbers
 * that made it. Minimum, maximum and rounding are the line's business (`price-line.ts`).
 */
import {
  compareFractions,
  type Fraction,
  makeFraction,
  minFraction,
  multiplyFractions,
  subtractFractions,
  zeroFraction,
} from '../../../money/fraction.ts';
import type { PriceTerms, TierTerms } from '../price-terms.ts';

/** A slice's use, counted within its line. All exact. */
export interface SliceUsage {
  /** What the line has counted in the period before the slice. */
  readonly before: Fraction;
  /** That and the slice's own. */
  readonly after: Fraction;
  /** What the line counts in the whole period: `volume` picks its tier by it. */
  readonly whole: Fraction;
  /** Σ of the `amount` that the slice's events carried. */
  readonly amount: Fraction;
  /** The version's part of the period, by milliseconds. */
  readonly share: Fraction;
  /** Whether what a period costs as such is charged: `flat`, and the flat amount of a volume tier. */
  readonly flatCharged: boolean;
}

export type CostPartKind = 'units' | 'credit' | 'tier_units' | 'tier_flat' | 'packages' | 'flat' | 'amount';

export interface CostPart {
  readonly kind: CostPartKind;
  /** The tier's number, from 1. */
  readonly tier?: number;
  /** Units, packages, entered tiers, a share of the period, or Σ amount: whatever the rate is for. */
  readonly quantity: Fraction;
  readonly rate: Fraction;
  /** quantity × rate. */
  readonly amount: Fraction;
}

export type CostModel = (terms: PriceTerms, usage: SliceUsage) => readonly CostPart[];

export function costPart(kind: CostPartKind, quantity: Fraction, rate: Fraction, tier?: number): CostPart {
  const amount = multiplyFractions(quantity, rate);
  return tier === undefined ? { kind, quantity, rate, amount } : { kind, tier, quantity, rate, amount };
}

/** What of a running quantity is charged for: above zero, less what is included. */
export function chargeable(quantity: Fraction, included: Fraction): Fraction {
  const rest = subtractFractions(quantity, included);
  return rest.numerator > 0n ? rest : zeroFraction;
}

/** The charged units that a slice adds. */
export function chargedUnits(usage: SliceUsage, included: Fraction): Fraction {
  return subtractFractions(chargeable(usage.after, included), chargeable(usage.before, included));
}

/** Below zero a line is credited at the first rate, whatever is included (MONEY.md 5.3): the part, if there is one. */
export function creditParts(usage: SliceUsage, firstRate: Fraction): CostPart[] {
  if (usage.before.numerator >= 0n && usage.after.numerator >= 0n) return [];
  const units = subtractFractions(
    minFraction(usage.after, zeroFraction),
    minFraction(usage.before, zeroFraction),
  );
  return units.numerator === 0n ? [] : [costPart('credit', units, firstRate)];
}

/** The rate at which a tiered price credits. */
export function firstTierRate(tiers: readonly TierTerms[]): Fraction {
  return tiers[0]?.unitAmount ?? zeroFraction;
}

/** A count as a quantity. */
export function wholeFraction(count: bigint): Fraction {
  return makeFraction(count, 1n);
}

/** Units of `(from, to]` among the first `quantity` units. */
export function unitsWithin(quantity: Fraction, from: Fraction, to: Fraction | null): Fraction {
  if (compareFractions(quantity, from) <= 0) return zeroFraction;
  return subtractFractions(to === null ? quantity : minFraction(quantity, to), from);
}
