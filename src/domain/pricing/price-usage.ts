/**
 * Prices rows of usage that are cut at every moment a price can change, so that one version is in force for each row.
 * Exact and unrounded: rounding is a statement line's business. What has no price is returned as unpriced, with the
 * reason, and never counted as zero.
 */
import type { UnpricedReason } from '@countinghouse/client/wire';
import { add, type Decimal, multiply, parseDecimal, zero } from '../../money/decimal.ts';
import type { Customer } from '../records/customer.ts';
import type { Service } from '../records/service.ts';
import type { PriceBook } from './price-book.ts';
import { priceTimeline } from './price-timeline.ts';

export interface UsageSlice {
  readonly customerId: string;
  readonly service: string;
  /** The moment from which the slice's price is asked: every event of it has the same version in force. */
  readonly atMs: number;
  readonly quantity: string;
  readonly events: number;
}

/** The records that pricing asks for. */
export interface PricingRecords {
  customer(id: string): Customer | undefined;
  service(id: string): Service | undefined;
  readonly book: PriceBook;
}

export type PricedSlice =
  | { readonly cost: Decimal; readonly currency: string }
  | { readonly cost: null; readonly reason: UnpricedReason };

export function priceSlice(slice: UsageSlice, records: PricingRecords): PricedSlice {
  const customer = records.customer(slice.customerId);
  if (!customer) return { cost: null, reason: 'customer_unknown' };
  if (!records.service(slice.service)) return { cost: null, reason: 'service_unknown' };
  const { currency } = customer;
  const timeline = priceTimeline({
    book: records.book,
    meters: [{ id: slice.service, additive: true }],
    customerId: customer.id,
    currency,
    period: { fromMs: slice.atMs, toMs: slice.atMs + 1 },
    close: null,
    closes: [],
  });
  const price = timeline.meters[0]?.stretches[0]?.price?.price;
  if (!price) return { cost: null, reason: timeline.unpriced[0]?.reason ?? 'price_missing' };
  const unitAmount = parseDecimal(price.definition.unitAmount ?? '0');
  return { cost: multiply(parseDecimal(slice.quantity), unitAmount), currency };
}

/** A running sum of quantity, cost and events. */
export interface Tally {
  readonly quantity: Decimal;
  readonly cost: Decimal;
  readonly events: number;
}

export const emptyTally: Tally = { quantity: zero, cost: zero, events: 0 };

export function addToTally(tally: Tally, slice: UsageSlice, cost: Decimal): Tally {
  return {
    quantity: add(tally.quantity, parseDecimal(slice.quantity)),
    cost: add(tally.cost, cost),
    events: tally.events + slice.events,
  };
}
