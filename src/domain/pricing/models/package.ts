/**
 * The price model `package`: units are sold by whole packages, the last one begun counts in full (MONEY.md 5.2).
 * Packages are counted through the period: a slice pays for those that it begins.
 */
import { ceilFraction, divideFractions, type Fraction } from '../../../money/fraction.ts';
import { type CostModel, chargeable, costPart, creditParts, wholeFraction } from './cost-part.ts';

export const packaged: CostModel = ({ packageSize, packageAmount, included }, usage) => {
  const begun = (quantity: Fraction) =>
    ceilFraction(divideFractions(chargeable(quantity, included), packageSize));
  const packages = wholeFraction(begun(usage.after) - begun(usage.before));
  return [
    costPart('packages', packages, packageAmount),
    ...creditParts(usage, divideFractions(packageAmount, packageSize)),
  ];
};
