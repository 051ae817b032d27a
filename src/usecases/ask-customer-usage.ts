/** What one customer used of each service and what that cost, rounded per service as a statement would (MONEY.md 5.8). */
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import { addToTally, emptyTally, type Tally } from '../domain/pricing/price-usage.ts';
import type { Customer } from '../domain/records/customer.ts';
import { type Refusal, refuse } from '../errors.ts';
import { minorDigits } from '../money/currency.ts';
import { add, type Decimal, formatDecimal, formatFixed, roundDecimal, zero } from '../money/decimal.ts';
import type { Dependencies } from './dependencies.ts';
import { askPricedUsage, type PricedRow, sumUnpriced, type UnpricedUsage } from './priced-usage.ts';

export interface ServiceUsage {
  readonly service: string;
  readonly unit: string;
  readonly quantity: string;
  readonly events: number;
  /** Rounded to the currency's minor digits; null when no price was in force for any of it. */
  readonly cost: string | null;
}

export interface CustomerUsageAnswer {
  readonly ok: true;
  readonly customer: Customer;
  readonly span: Span;
  readonly services: readonly ServiceUsage[];
  readonly totalCost: string;
  readonly unpriced: readonly UnpricedUsage[];
}

export type AskCustomerUsage = (
  customerId: string,
  asked: { readonly fromMs?: number; readonly toMs?: number },
) => Promise<CustomerUsageAnswer | Refusal>;

export function makeAskCustomerUsage(dependencies: Dependencies): AskCustomerUsage {
  const { catalog, clock } = dependencies;
  return async (customerId, asked) => {
    const customer = catalog.customer(customerId);
    if (!customer) return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
    const resolved = resolveSpan(asked, customer.timeZone, clock.nowMs());
    if (!resolved.ok) return resolved;
    const { span } = resolved;
    const filter = { customerId, fromMs: span.fromMs, toMs: span.toMs };
    const rows = await askPricedUsage(dependencies, { span, filter, windows: null, moreKeys: [] });
    const digits = minorDigits(customer.currency);
    const lines = sumServices(rows).map(([service, { tally, priced }]) => {
      const cost = priced ? roundDecimal(tally.cost, digits, 'half_away_from_zero') : null;
      const unit = catalog.service(service)?.unit ?? '';
      return { service, unit, quantity: formatDecimal(tally.quantity), events: tally.events, cost };
    });
    const total = lines.reduce<Decimal>((sum, { cost }) => (cost ? add(sum, cost) : sum), {
      ...zero,
      scale: 0,
    });
    return {
      ok: true,
      customer,
      span,
      services: lines.map((line) => ({ ...line, cost: line.cost && formatFixed(line.cost) })),
      totalCost: formatFixed(roundDecimal(total, digits, 'half_away_from_zero')),
      unpriced: sumUnpriced(rows),
    };
  };
}

/** Per known service, in bytewise order: all its usage, the cost of what has a price, and whether any has. */
function sumServices(rows: readonly PricedRow[]): [string, { tally: Tally; priced: boolean }][] {
  const services = new Map<string, { tally: Tally; priced: boolean }>();
  for (const { slice, priced } of rows) {
    if (priced.cost === null && priced.reason === 'service_unknown') continue;
    const before = services.get(slice.service) ?? { tally: emptyTally, priced: false };
    services.set(slice.service, {
      tally: addToTally(before.tally, slice, priced.cost ?? zero),
      priced: before.priced || priced.cost !== null,
    });
  }
  return [...services].sort(([a], [b]) => (a < b ? -1 : 1));
}
