/** The price model `per_unit`: each unit above what is included costs the unit amount (MONEY.md 5.2). */
import { type CostModel, chargedUnits, costPart, creditParts } from './cost-part.ts';

export const perUnit: CostModel = ({ unitAmount, included }, usage) => [
  costPart('units', chargedUnits(usage, included), unitAmount),
  ...creditParts(usage, unitAmount),
];
