/**
 * A price's numbers, ready to compute with: texts read once, the terms of each dimension value found at once.
 * It checks nothing: `next-price.ts` let only valid prices in.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { type Fraction, oneFraction, parseFraction, zeroFraction } from '../../money/fraction.ts';
import type { Price, PriceModel, RateFields, Tier } from './price.ts';

export interface TierTerms {
  readonly from: Fraction;
  readonly to: Fraction | null;
  readonly unitAmount: Fraction;
  readonly flatAmount: Fraction;
}

/** What a model does not use stands at zero (a package's size at one). */
export interface PriceTerms {
  readonly model: PriceModel;
  readonly unitAmount: Fraction;
  readonly tiers: readonly TierTerms[];
  readonly packageSize: Fraction;
  readonly packageAmount: Fraction;
  readonly rate: Fraction;
  readonly flatAmount: Fraction;
  readonly included: Fraction;
  readonly minimum: Fraction | null;
  readonly maximum: Fraction | null;
}

/** The value of a price's dimension; null: the events lack the property; absent: the price has no dimension. */
export type DimensionValue = PropertyValue | null | undefined;

export interface CompiledPrice {
  readonly price: Price;
  /** The dimension's property without `properties.`; null when the price has none. */
  readonly dimension: string | null;
  /** The values that `rates` names. */
  readonly values: readonly PropertyValue[];
  /** Of the price, or of each value and of all the others. */
  readonly allTerms: readonly PriceTerms[];
  /** null where the price says nothing of the value: its usage is unpriced (`dimension_unpriced`). */
  termsFor(value: DimensionValue): PriceTerms | null;
}

export function compilePrice(price: Price): CompiledPrice {
  const { definition, model } = price;
  const { dimension, rates = [], fallback } = definition;
  if (dimension === undefined) {
    const terms = readTerms(model, definition, {});
    return { price, dimension: null, values: [], allTerms: [terms], termsFor: () => terms };
  }
  const byValue = new Map<PropertyValue, PriceTerms>(
    rates.map((entry) => [entry.value, readTerms(model, entry, definition)]),
  );
  const other = fallback ? readTerms(model, fallback, definition) : null;
  return {
    price,
    dimension: dimension.slice('properties.'.length),
    values: rates.map((entry) => entry.value),
    allTerms: [...byValue.values(), ...(other ? [other] : [])],
    termsFor: (value) => (value === undefined || value === null ? other : (byValue.get(value) ?? other)),
  };
}

/** `shared` holds what stands beside `rates` and counts where the entry has none of its own. */
function readTerms(model: PriceModel, own: RateFields, shared: RateFields): PriceTerms {
  const minimum = own.minimumAmount ?? shared.minimumAmount;
  const maximum = own.maximumAmount ?? shared.maximumAmount;
  return {
    model,
    unitAmount: amountOf(own.unitAmount),
    tiers: (own.tiers ?? []).map(readTier),
    packageSize: own.packageSize === undefined ? oneFraction : parseFraction(own.packageSize),
    packageAmount: amountOf(own.packageAmount),
    rate: amountOf(own.rate),
    flatAmount: amountOf(own.flatAmount),
    included: amountOf(own.includedQuantity ?? shared.includedQuantity),
    minimum: minimum === undefined ? null : parseFraction(minimum),
    maximum: maximum === undefined ? null : parseFraction(maximum),
  };
}

function readTier({ from, to, unitAmount, flatAmount }: Tier): TierTerms {
  return {
    from: parseFraction(from),
    to: to === null ? null : parseFraction(to),
    unitAmount: parseFraction(unitAmount),
    flatAmount: parseFraction(flatAmount),
  };
}

function amountOf(text: string | undefined): Fraction {
  return text === undefined ? zeroFraction : parseFraction(text);
}
