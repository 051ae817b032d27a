/**
 * A price version: what a meter's number costs from a moment on, for everyone or for one customer.
 * Immutable: a change is a new version (MONEY.md 5.2). All numbers are canonical decimal texts; `price-terms.ts`
 * makes them exact numbers. This file holds shapes and no rules.
 */
import type { PropertyValue } from '@countinghouse/client/wire';

export const priceModels = [
  'per_unit',
  'graduated',
  'volume',
  'package',
  'flat',
  'percentage',
  'pass_through',
  'inherit',
] as const;

export type PriceModel = (typeof priceModels)[number];

/** Quantities in `(from, to]`; null: without end. */
export interface Tier {
  readonly from: string;
  readonly to: string | null;
  /** Money per unit in the tier. */
  readonly unitAmount: string;
  /** Money for entering (graduated) or being in (volume) the tier. */
  readonly flatAmount: string;
}

/** What a model reads. Of the price itself, of one dimension value, or of all the other values. */
export interface RateFields {
  /** per_unit: money per unit. */
  readonly unitAmount?: string;
  /** graduated, volume. */
  readonly tiers?: readonly Tier[];
  /** package: units a package, above 0. */
  readonly packageSize?: string;
  /** package: money a package. */
  readonly packageAmount?: string;
  /** percentage: a factor, 0.029 is 2.9 %. */
  readonly rate?: string;
  /** flat: money a period. */
  readonly flatAmount?: string;
  /** per_unit, graduated, volume, package: units that cost nothing, each period, not prorated. */
  readonly includedQuantity?: string;
  /** Money a period at least, prorated; every model but inherit. */
  readonly minimumAmount?: string;
  /** Money a period at most, prorated; every model but inherit. */
  readonly maximumAmount?: string;
}

export interface RateEntry extends RateFields {
  readonly value: PropertyValue;
}

/**
 * With a dimension the model's own fields stand in `rates` and `fallback`; `includedQuantity`, `minimumAmount` and
 * `maximumAmount` beside them hold for each value's line whose entry has none of its own.
 */
export interface PriceDefinition extends RateFields {
  /** `properties.NAME`: each value of it is a line with its own counters. */
  readonly dimension?: string;
  readonly rates?: readonly RateEntry[];
  /** For every other value, and for events that lack the property. */
  readonly fallback?: RateFields;
}

export interface Price {
  readonly id: string;
  /** A service's default meter has the service's id. */
  readonly meter: string;
  readonly service: string;
  readonly currency: string;
  readonly model: PriceModel;
  readonly definition: PriceDefinition;
  /** null: for everyone. */
  readonly customerId: string | null;
  /** Valid from this moment; null: since always (only the first version of its line may be). */
  readonly effectiveFromMs: number | null;
  /** Acts in periods that were closed before it was made, too. */
  readonly appliesToClosed: boolean;
  /** Only asked what it would cost (proposed-prices.ts): no other version of its line begins to act at its moment or later. */
  readonly isProposed?: true;
  readonly sequence: number;
  readonly createdAtMs: number;
}
