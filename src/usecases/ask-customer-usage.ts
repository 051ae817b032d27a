/** What one customer used of each service and what that cost, rounded line by line as a statement would (MONEY.md 5.8). */
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { Customer } from '../domain/records/customer.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { minorDigits } from '../money/currency.ts';
import { add, type Decimal, formatFixed, roundDecimal, zero } from '../money/decimal.ts';
import { roundFraction } from '../money/fraction.ts';
import type { RoundingMode } from '../money/rounding.ts';
import type { Dependencies } from './dependencies.ts';
import { priceSpan, type SpanCost, type SpanUnpriced } from './price-span.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { findUnmatched, sumUnpriced, type UnpricedUsage } from './unpriced-usage.ts';

export interface ServiceUsage {
  readonly service: string;
  readonly unit: string;
  /** Of the service's default meter. */
  readonly quantity: string;
  readonly events: number;
  /** The sum of its lines, each rounded to the currency's minor digits; null when no price was in force for any of it. */
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
  const { catalog, clock, usageStore } = dependencies;
  return async (customerId, asked) => {
    if (!catalog.customer(customerId)) return unknown(customerId);
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const customer = view.customer(customerId);
    if (!customer) return unknown(customerId);
    const nowMs = clock.nowMs();
    const resolved = resolveSpan(asked, customer.timeZone, nowMs);
    if (!resolved.ok) return resolved;
    const { span } = resolved;
    const usage = { sequenceMax };
    const around = { view, usage, span, customerIds: [customerId], services: null };
    const digits = minorDigits(customer.currency);
    const costs = new Map<string, Decimal>();
    const unpriced: SpanUnpriced[] = [];
    const [, used, unmatched] = await Promise.all([
      priceSpan(
        dependencies,
        { ...around, nowMs },
        {
          cost: (line) => addRounded(costs, line, digits, view.rounding),
          unpriced: (entry) => void unpriced.push(entry),
        },
      ),
      usageStore.aggregate({
        filter: { customerId, fromMs: span.fromMs, toMs: span.toMs },
        ...{ view: usage, windows: null, groupBy: ['service'] },
        rowsMax: limits.pricedGroupsMax,
      }),
      findUnmatched(usageStore, { ...around, source: undefined, where: undefined }),
    ]);
    const sums = new Map(used.map(({ keys, quantity, events }) => [String(keys[0]), { quantity, events }]));
    const services = [...new Set([...sums.keys(), ...costs.keys()])]
      .filter((service) => view.service(service) !== undefined)
      .sort()
      .map((service): ServiceUsage => {
        const { quantity, events } = sums.get(service) ?? { quantity: '0', events: 0 };
        const cost = costs.get(service);
        const unit = view.service(service)?.unit ?? '';
        return { service, unit, quantity, events, cost: cost ? formatFixed(cost) : null };
      });
    const total = [...costs.values()].reduce<Decimal>((sum, cost) => add(sum, cost), zero);
    return {
      ...{ ok: true, customer, span, services },
      totalCost: formatFixed(roundDecimal(total, digits, view.rounding)),
      unpriced: await sumUnpriced([...unmatched, ...unpriced]),
    };
  };
}

function unknown(customerId: string): Refusal {
  return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
}

/** Each line is rounded once, as its statement would; lines of different periods are different lines. */
function addRounded(
  costs: Map<string, Decimal>,
  { service, cost }: SpanCost,
  digits: number,
  rounding: RoundingMode,
): void {
  const before = costs.get(service) ?? { units: 0n, scale: digits };
  costs.set(service, add(before, roundFraction(cost, digits, rounding)));
}
