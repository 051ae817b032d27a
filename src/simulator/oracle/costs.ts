/**
 * What usage costs at per-unit prices, by plain multiplication: which price is in force, exact costs, and the rounded
 * ones of a customer's services (MONEY.md 5.2 and 5.8). Other models are in statement/.
 */
import { divideHalfAwayFromZero, quantityDigits, readDecimal, writeFixed, writeShortest } from './exact.ts';
import type { Slice } from './tally.ts';

export interface KnownPrice {
  readonly service: string;
  readonly currency: string;
  readonly unitAmount: string;
  readonly customerId: string | null;
  /** Null: since always. */
  readonly effectiveFromMs: number | null;
}

/** Quantity times price: both have 12 digits, so costs have 24. */
export const costDigits = 2 * quantityDigits;

const digitsOfCurrency: Readonly<Record<string, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0, KWD: 3 };

export function minorDigitsOf(currency: string): number {
  const digits = digitsOfCurrency[currency];
  if (digits === undefined) throw new Error(`the oracle does not know the currency ${currency}`);
  return digits;
}

export interface PriceList {
  /** Null when nothing is in force. */
  at(customer: { id: string; currency: string }, service: string, ms: number): bigint | null;
  moments(customer: { id: string; currency: string }, service: string): readonly number[];
}

/** `prices` in the order in which they were made. */
export function makePriceList(prices: readonly KnownPrice[]): PriceList {
  const byService = new Map<string, KnownPrice[]>();
  for (const price of prices) byService.set(price.service, [...(byService.get(price.service) ?? []), price]);
  const forCustomer = ({ id, currency }: { id: string; currency: string }, service: string) =>
    (byService.get(service) ?? []).filter(
      (price) => price.currency === currency && (price.customerId === null || price.customerId === id),
    );
  const startOf = (price: KnownPrice) => price.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  return {
    at(customer, service, ms) {
      let best: KnownPrice | null = null;
      for (const price of forCustomer(customer, service)) {
        if (startOf(price) > ms) continue;
        const isBetter =
          best === null ||
          (price.customerId !== null && best.customerId === null) ||
          ((price.customerId === null) === (best.customerId === null) && startOf(price) >= startOf(best));
        if (isBetter) best = price;
      }
      return best === null ? null : readDecimal(best.unitAmount, quantityDigits);
    },
    moments: (customer, service) =>
      [...new Set(forCustomer(customer, service).map(startOf))]
        .filter((moment) => moment > Number.NEGATIVE_INFINITY)
        .sort((one, other) => one - other),
  };
}

export interface ServiceCost {
  readonly quantity: bigint;
  readonly events: number;
  /** At 24 digits; what has no price is not in it. */
  readonly cost: bigint;
  readonly unpricedEvents: number;
}

export function costOf(slices: readonly Slice[], priceAt: (ms: number) => bigint | null): ServiceCost {
  let [quantity, events, cost, unpricedEvents] = [0n, 0, 0n, 0];
  for (const slice of slices) {
    const price = priceAt(slice.atMs);
    quantity += slice.quantity;
    events += slice.events;
    if (price === null) unpricedEvents += slice.events;
    else cost += slice.quantity * price;
  }
  return { quantity, events, cost, unpricedEvents };
}

/** To the currency's minor unit, half away from zero. */
export function roundCost(cost: bigint, currency: string): bigint {
  return divideHalfAwayFromZero(cost, 10n ** BigInt(costDigits - minorDigitsOf(currency)));
}

export function writeMoney(minor: bigint, currency: string): string {
  return writeFixed(minor, minorDigitsOf(currency));
}

export const writeCost = (cost: bigint): string => writeShortest(cost, costDigits);
export const writeQuantity = (quantity: bigint): string => writeShortest(quantity, quantityDigits);
