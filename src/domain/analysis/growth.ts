/** How a number changed from one span to another. The change is exact, the growth names its digits. */
import type { Decimal } from '../../money/decimal.ts';
import { divideFractions, type Fraction, roundFraction, subtractFractions } from '../../money/fraction.ts';

export interface Growth {
  readonly before: Fraction;
  readonly now: Fraction;
  /** now − before. */
  readonly change: Fraction;
  /** (now − before) ÷ |before|, half away from zero to 6 digits: 0.25 is a quarter more; null where before is 0. */
  readonly growth: Decimal | null;
}

export const growthDigits = 6;

export function growthOf(before: Fraction, now: Fraction): Growth {
  const change = subtractFractions(now, before);
  if (before.numerator === 0n) return { before, now, change, growth: null };
  const size = before.numerator < 0n ? { ...before, numerator: -before.numerator } : before;
  const growth = roundFraction(divideFractions(change, size), growthDigits, 'half_away_from_zero');
  return { before, now, change, growth };
}
