/** The price model `per_unit`: quantity × unit amount, exact and unrounded (MONEY.md 5.2). */
import { type Decimal, multiply, parseDecimal } from '../../money/decimal.ts';
import type { Price } from './price.ts';

export function perUnitCost(price: Price, quantity: Decimal): Decimal {
  return multiply(quantity, parseDecimal(price.unitAmount));
}
