/**
 * Prices of every model, for the services of a world: with tiers whose edges are exact quantities of its customers, so that
 * an edge that belongs to the wrong tier is seen. They are posted after usage was checked at the world's own prices.
 */
import { quantityDigits, readDecimal, writeShortest } from '../oracle/exact.ts';
import type { Version } from '../oracle/statement/line.ts';
import type { Tier } from '../oracle/statement/price-terms.ts';

type Terms = Omit<Version, 'id' | 'isOwn' | 'effectiveFromMs'>;

/** Decimals are texts, as on the wire. */
export interface StatementPrice extends Terms {
  readonly id: string;
  /** Left out: the service's default meter. */
  readonly meter?: string;
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
export function termsFor(service: PricedService, turn: number, edge: string): Terms {
  const { unitAmount } = service;
  if (service.reports === 'money') {
    return turn % 2 === 0 ? { model: 'percentage', rate: '0.029' } : { model: 'pass_through' };
  }
  const tiers = tiersUpTo(edge, unitAmount);
  const models: readonly Terms[] = [
    { model: 'graduated', tiers, included_quantity: '3' },
    byRegion(tiers),
    { model: 'volume', tiers },
    { model: 'package', package_size: edge, package_amount: '7.77' },
    { model: 'per_unit', unit_amount: unitAmount, included_quantity: edge, minimum_amount: '3.1' },
    { model: 'per_unit', unit_amount: unitAmount, maximum_amount: '12.34' },
    { model: 'flat', flat_amount: '9.99' },
    { model: 'graduated', tiers, minimum_amount: '2', maximum_amount: '50' },
    byRegionWithoutOthers(unitAmount),
  ];
  return models[turn % models.length] as Terms;
}

/** Rates for two regions, one for all others, and limits beside them that hold where an entry has none. */
function byRegion(tiers: readonly Tier[]): Terms {
  return {
    model: 'graduated',
    dimension: 'properties.region',
    rates: [
      { value: 'eu-west-1', tiers },
      {
        value: 'us-east-1',
        tiers: tiers.slice(-1).map((tier) => ({ ...tier, from: '0', unit_amount: '0.07' })),
      },
    ],
    fallback: { tiers, maximum_amount: '4' },
    minimum_amount: '1.23',
    maximum_amount: '1234.5',
  };
}

/** What has another region, or none, is unpriced: no line says anything of it. */
function byRegionWithoutOthers(unitAmount: string): Terms {
  return {
    model: 'per_unit',
    dimension: 'properties.region',
    rates: [
      { value: 'us-west-2', unit_amount: unitAmount, included_quantity: '2' },
      { value: 'eu-west-1', unit_amount: '0.000001' },
    ],
  };
}

export function asVersion(price: StatementPrice): Version {
  return {
    ...price,
    isOwn: price.customer_id !== undefined,
    effectiveFromMs: price.effective_from === undefined ? null : Date.parse(price.effective_from),
  };
}
