/**
 * Whether a day is out of the ordinary by a customer's own weekly rhythm: compared with the same weekday of the weeks
 * before. The median and the median distance from it are used because one odd day does not move them, and because they are
 * exact: nothing is squared or rooted.
 */
import type { Decimal } from '../../money/decimal.ts';
import {
  addFractions,
  compareFractions,
  divideFractions,
  type Fraction,
  makeFraction,
  maxFraction,
  multiplyFractions,
  roundFraction,
  subtractFractions,
} from '../../money/fraction.ts';

/** Weeks that a day is compared with, and how few are too few to say anything. */
export const rhythmWeeks = 8;
export const rhythmWeeksMin = 4;
export const scoreDigits = 6;

/** A rhythm that never varies would call every crumb an anomaly: a twentieth of the median is always ordinary. */
const leastSpread = makeFraction(1n, 20n);

export interface Judgement {
  readonly median: Fraction;
  /** The median of the distances from the median. */
  readonly medianDeviation: Fraction;
  /** max(medianDeviation, |median| ÷ 20). */
  readonly spread: Fraction;
  /** |value − median| ÷ spread, half away from zero to 6 digits; null where the spread is 0 and the value differs. */
  readonly score: Decimal | null;
  /** |value − median| > threshold × spread. */
  readonly isAnomaly: boolean;
}

/** `before`: the same weekday of the weeks before, at least one. */
export function judgeDay(value: Fraction, before: readonly Fraction[], threshold: Fraction): Judgement {
  const middle = median(before);
  const medianDeviation = median(before.map((one) => distance(one, middle)));
  const spread = maxFraction(medianDeviation, multiplyFractions(distance(middle, zero), leastSpread));
  const off = distance(value, middle);
  const isAnomaly = compareFractions(off, multiplyFractions(threshold, spread)) > 0;
  return { median: middle, medianDeviation, spread, score: scoreOf(off, spread), isAnomaly };
}

const zero = makeFraction(0n, 1n);

function scoreOf(off: Fraction, spread: Fraction): Decimal | null {
  if (off.numerator === 0n) return { units: 0n, scale: scoreDigits };
  if (spread.numerator === 0n) return null;
  return roundFraction(divideFractions(off, spread), scoreDigits, 'half_away_from_zero');
}

/** Of an even number of values the mean of the two in the middle. */
function median(values: readonly Fraction[]): Fraction {
  const sorted = [...values].sort(compareFractions);
  const high = sorted[sorted.length >>> 1] ?? zero;
  if (sorted.length % 2 === 1) return high;
  const low = sorted[(sorted.length >>> 1) - 1] ?? zero;
  return multiplyFractions(addFractions(low, high), makeFraction(1n, 2n));
}

function distance(a: Fraction, b: Fraction): Fraction {
  const difference = subtractFractions(a, b);
  return difference.numerator < 0n ? { ...difference, numerator: -difference.numerator } : difference;
}
