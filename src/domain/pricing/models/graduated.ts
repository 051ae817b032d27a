/**
 * The price model `graduated`: each unit costs what its own tier says, and the slice that enters a tier pays the
 * tier's flat amount (MONEY.md 5.2, 5.3). Quantity 0 lies in no tier.
 */
import { compareFractions, type Fraction, subtractFractions } from '../../../money/fraction.ts';
import type { TierTerms } from '../price-terms.ts';
import {
  type CostModel,
  type CostPart,
  chargeable,
  costPart,
  creditParts,
  firstTierRate,
  unitsWithin,
  wholeFraction,
} from './cost-part.ts';

export const graduated: CostModel = ({ tiers, included }, usage) => {
  const before = chargeable(usage.before, included);
  const after = chargeable(usage.after, included);
  return [
    ...tiers.flatMap((tier, index) => tierParts(tier, index + 1, before, after)),
    ...creditParts(usage, firstTierRate(tiers)),
  ];
};

function tierParts(tier: TierTerms, number: number, before: Fraction, after: Fraction): CostPart[] {
  const { from, to, unitAmount, flatAmount } = tier;
  const units = subtractFractions(unitsWithin(after, from, to), unitsWithin(before, from, to));
  const entered = timesEntered(after, from) - timesEntered(before, from);
  const parts: CostPart[] = [];
  if (units.numerator !== 0n) parts.push(costPart('tier_units', units, unitAmount, number));
  if (entered !== 0n && flatAmount.numerator !== 0n) {
    parts.push(costPart('tier_flat', wholeFraction(entered), flatAmount, number));
  }
  return parts;
}

/** 1 once the quantity is above the tier's lower bound. A credit that leads back out of it takes the flat amount back. */
function timesEntered(quantity: Fraction, from: Fraction): bigint {
  return compareFractions(quantity, from) > 0 ? 1n : 0n;
}
