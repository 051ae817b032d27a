/**
 * Prices of every model, for the services of a world: with tiers whose edges are exact quantities of its customers, so that
 * an edge that belongs to the wrong tier is seen. They are posted after usage was checked at the world's own prices.
 */
import { quantityDigits, readDecimal, writeShortest } from '../oracle/exact.ts';
import type { Version } from '../oracle/statement/line.ts';
import type { PriceTerms, Tier } from '../oracle/statement/price-terms.ts';

/** Decimals are texts, as on the wire. */
export interface StatementPrice extends PriceTerms {
  readonly id: string;
  readonly service: string;
  readonly currency: string;
  readonly customer_id?: string;
  readonly effective_from?: string;
}

export interface PricedService {
  readonly name: string;
  readonly reports: 'count' | 'level' | 'money';
  readonly unitAmount: string;
}

function tiersUpTo(edge: string, unitAmount: string): Tier[] {
  const half = writeShortest(readDecimal(edge, quantityDigits) / 2n, quantityDigits);
  const cheaper = writeShortest((readDecimal(unitAmount, quantityDigits) * 4n) / 5n, quantityDigits);
  return [
    { from: '0', to: half, unit_amount: unitAmount, flat_amount: '1.5' },
    { from: half, to: edge, unit_amount: cheaper, flat_amount: '0.25' },
    { from: edge, to: null, unit_amount: '0' },
  ];
}

/** In turn one of every model; `edge` is a quantity that some customer has in a month, above zero. */
export function termsFor(service: PricedService, turn: number, edge: string): PriceTerms {
  const { unitAmount } = service;
  if (service.reports === 'money') {
    return turn % 2 === 0 ? { model: 'percentage', rate: '0.029' } : { model: 'pass_through' };
  }
  const tiers = tiersUpTo(edge, unitAmount);
  const models: readonly PriceTerms[] = [
    { model: 'graduated', tiers, included_quantity: '3' },
    { model: 'volume', tiers },
    { model: 'package', package_size: edge, package_amount: '7.77' },
    { model: 'per_unit', unit_amount: unitAmount, included_quantity: edge, minimum_amount: '3.1' },
    { model: 'per_unit', unit_amount: unitAmount, maximum_amount: '12.34' },
    { model: 'flat', flat_amount: '9.99' },
    { model: 'graduated', tiers, minimum_amount: '2', maximum_amount: '50' },
  ];
  return models[turn % models.length] as PriceTerms;
}

export function asVersion(price: StatementPrice): Version {
  return {
    ...price,
    isOwn: price.customer_id !== undefined,
    effectiveFromMs: price.effective_from === undefined ? null : Date.parse(price.effective_from),
  };
}
