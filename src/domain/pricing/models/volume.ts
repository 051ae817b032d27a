/**
 * The price model `volume`: the whole period's quantity, less what is included, picks one tier; every charged unit
 * costs what that tier says. The tier's flat amount is for the period, so it is prorated (MONEY.md 5.2, 5.3).
 */
import { compareFractions, type Fraction } from '../../../money/fraction.ts';
import type { TierTerms } from '../price-terms.ts';
import {
  type CostModel,
  chargeable,
  chargedUnits,
  costPart,
  creditParts,
  firstTierRate,
} from './cost-part.ts';

export const volume: CostModel = ({ tiers, included }, usage) => {
  const credit = creditParts(usage, firstTierRate(tiers));
  const index = tierIndex(tiers, chargeable(usage.whole, included));
  const tier = tiers[index];
  // Nothing is charged at the end of the period: what the running quantity charged in between is taken back.
  if (tier === undefined) return credit;
  const units = costPart('tier_units', chargedUnits(usage, included), tier.unitAmount, index + 1);
  if (tier.flatAmount.numerator === 0n || !usage.flatCharged) return [units, ...credit];
  return [units, costPart('tier_flat', usage.share, tier.flatAmount, index + 1), ...credit];
};

/** The tier that a quantity lies in; -1 for none (quantity 0). */
export function tierIndex(tiers: readonly TierTerms[], quantity: Fraction): number {
  return tiers.findIndex(
    ({ from, to }) =>
      compareFractions(quantity, from) > 0 && (to === null || compareFractions(quantity, to) <= 0),
  );
}
