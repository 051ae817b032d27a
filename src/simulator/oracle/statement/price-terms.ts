/**
 * What a quantity costs at one price, as MONEY.md 5.2 and 5.3 say it: each model is the cost of the first `x` of a period.
 * Where a period is split, the slice from Q to Q + q costs the difference. Proration, minimum and maximum are in line.ts.
 */
import {
  add,
  divide,
  isLess,
  larger,
  multiply,
  type Ratio,
  ratio,
  readRatio,
  roundUp,
  subtract,
  zero,
} from './ratio.ts';

export interface Tier {
  readonly from: string;
  /** Null: without end. */
  readonly to: string | null;
  readonly unit_amount?: string;
  readonly flat_amount?: string;
}

/** A price as it is posted; decimals are texts. */
export interface PriceTerms {
  readonly model:
    | 'per_unit'
    | 'graduated'
    | 'volume'
    | 'package'
    | 'flat'
    | 'percentage'
    | 'pass_through'
    | 'inherit';
  readonly unit_amount?: string;
  readonly tiers?: readonly Tier[];
  readonly package_size?: string;
  readonly package_amount?: string;
  readonly rate?: string;
  readonly flat_amount?: string;
  readonly included_quantity?: string;
  readonly minimum_amount?: string;
  readonly maximum_amount?: string;
}

export const read = (text: string | undefined): Ratio => (text === undefined ? zero : readRatio(text));

/** What is to be paid of the first x: what is included is not. */
function paidOf(terms: PriceTerms, x: Ratio): Ratio {
  return larger(subtract(x, read(terms.included_quantity)), zero);
}

/** A tier is (from, to]: exactly on its upper bound still belongs to it, and 0 to none. */
export function tierOf(terms: PriceTerms, paid: Ratio): Tier | null {
  return (
    terms.tiers?.find(
      ({ from, to }) => isLess(readRatio(from), paid) && (to === null || !isLess(readRatio(to), paid)),
    ) ?? null
  );
}

/** A quantity below zero is credited at the first rate, without what is included. */
function creditOf(terms: PriceTerms, x: Ratio): Ratio {
  if (terms.model === 'per_unit') return multiply(x, read(terms.unit_amount));
  if (terms.model === 'package')
    return divide(multiply(x, read(terms.package_amount)), read(terms.package_size));
  return multiply(x, read(terms.tiers?.[0]?.unit_amount));
}

function graduated(terms: PriceTerms, paid: Ratio): Ratio {
  let cost = zero;
  for (const { from, to, unit_amount, flat_amount } of terms.tiers ?? []) {
    const start = readRatio(from);
    if (!isLess(start, paid)) break;
    const end = to === null || isLess(paid, readRatio(to)) ? paid : readRatio(to);
    cost = add(cost, add(multiply(subtract(end, start), read(unit_amount)), read(flat_amount)));
  }
  return cost;
}

/**
 * The cost of the first `x` of a period that holds `whole` in all; without what does not depend on the quantity (flat
 * amounts of volume tiers, flat prices) and without what depends on amounts (percentage, pass_through).
 */
export function costOfFirst(terms: PriceTerms, x: Ratio, whole: Ratio): Ratio {
  if (!['per_unit', 'graduated', 'volume', 'package'].includes(terms.model)) return zero;
  if (isLess(x, zero)) return creditOf(terms, x);
  const paid = paidOf(terms, x);
  if (terms.model === 'per_unit') return multiply(paid, read(terms.unit_amount));
  if (terms.model === 'graduated') return graduated(terms, paid);
  if (terms.model === 'package') {
    return multiply(ratio(roundUp(divide(paid, read(terms.package_size)))), read(terms.package_amount));
  }
  return multiply(paid, read(tierOf(terms, paidOf(terms, whole))?.unit_amount));
}

/** The flat part of a whole period: of a flat price, or of the volume tier that the whole quantity picks. */
export function flatOf(terms: PriceTerms, whole: Ratio): Ratio {
  if (terms.model === 'flat') return read(terms.flat_amount);
  if (terms.model !== 'volume' || isLess(whole, zero)) return zero;
  return read(tierOf(terms, paidOf(terms, whole))?.flat_amount);
}

/** What depends on the money that events carry. */
export function costOfAmount(terms: PriceTerms, amount: Ratio): Ratio {
  if (terms.model === 'percentage') return multiply(read(terms.rate), amount);
  return terms.model === 'pass_through' ? amount : zero;
}
