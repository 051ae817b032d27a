/**
 * What a customer's period costs, exactly and unrounded: what statements, drafts, costs and previews are made from.
 * Only shapes; usecases/price-periods.ts makes them.
 */
import type { Fraction } from '../../money/fraction.ts';
import type { PricedLine } from '../pricing/price-line.ts';
import type { DimensionValue } from '../pricing/price-terms.ts';
import type { Period } from './period.ts';

export interface ExactLine extends PricedLine {
  /** line-id.ts. */
  readonly line: string;
  readonly service: string;
}

export type UnpricedReason = 'price_missing' | 'currency_mismatch' | 'dimension_unpriced';

/** Usage that no price says anything of. It is never counted as zero. */
export interface ExactUnpriced {
  readonly service: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  readonly reason: UnpricedReason;
  readonly quantity: Fraction;
  readonly events: number;
}

/** Usage of a service that has no record. */
export interface ExactSuspense {
  readonly service: string;
  readonly quantity: Fraction;
  readonly events: number;
}

export interface PricedPeriod {
  readonly customerId: string;
  readonly period: Period;
  readonly currency: string;
  /** By meter, then dimension value. */
  readonly lines: readonly ExactLine[];
  readonly unpriced: readonly ExactUnpriced[];
  readonly suspense: readonly ExactSuspense[];
}
