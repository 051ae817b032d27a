/** Who used or paid most: places, and each one's share of the whole. Exact but for the share, which names its digits. */

import type { Decimal } from '../../money/decimal.ts';
import {
  compareFractions,
  divideFractions,
  type Fraction,
  roundFraction,
  sumFractions,
} from '../../money/fraction.ts';

export interface Ranked<Entry> {
  readonly entry: Entry;
  /** From 1; equal values have the same place, and the places behind them are left out. */
  readonly rank: number;
  /** Of the sum of all entries, half away from zero to 6 digits; null where that sum is 0. */
  readonly share: Decimal | null;
}

export const shareDigits = 6;

export interface Ranking<Entry> {
  readonly total: Fraction;
  readonly places: readonly Ranked<Entry>[];
}

/** The first `limit` places; entries of one value stand in the order of their keys. */
export function rank<Entry extends { readonly key: string; readonly value: Fraction }>(
  entries: readonly Entry[],
  limit: number,
): Ranking<Entry> {
  const total = sumFractions(entries.map(({ value }) => value));
  const sorted = [...entries].sort(
    (a, b) => compareFractions(b.value, a.value) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const places: Ranked<Entry>[] = [];
  for (const [index, entry] of sorted.slice(0, limit).entries()) {
    const before = places.at(-1);
    const isTie = before !== undefined && compareFractions(before.entry.value, entry.value) === 0;
    places.push({ entry, rank: isTie ? before.rank : index + 1, share: shareOf(entry.value, total) });
  }
  return { total, places };
}

function shareOf(value: Fraction, total: Fraction): Decimal | null {
  if (total.numerator === 0n) return null;
  return roundFraction(divideFractions(value, total), shareDigits, 'half_away_from_zero');
}
