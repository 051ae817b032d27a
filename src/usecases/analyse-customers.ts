/** How heavily each customer uses the services: totals, usage factor, category (MONEY.md 5.8), a page at a time. */
import { resolveSpan } from '../domain/analysis/span.ts';
import {
  type CategoryBounds,
  defaultBounds,
  type UsageCategory,
  usageCategory,
  usageFactor,
} from '../domain/analysis/usage-factor.ts';
import { addToTally, emptyTally, type Tally } from '../domain/pricing/price-usage.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { Refusal } from '../errors.ts';
import { formatDecimal, parseDecimal, zero } from '../money/decimal.ts';
import { zoneOf } from './ask-usage.ts';
import type { Dependencies } from './dependencies.ts';
import { askPricedUsage } from './priced-usage.ts';

export interface AnalysisQuestion {
  readonly customerId?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly timeZone?: string;
  readonly bounds: CategoryBounds;
  readonly after: string | null;
  readonly limit: number;
}

/** Where `medium` and `high` begin; what is left out keeps its default (50 and 200). */
export function categoryBounds(
  lowBelow: string | undefined,
  mediumBelow: string | undefined,
): CategoryBounds {
  return {
    lowBelow: lowBelow === undefined ? defaultBounds.lowBelow : parseDecimal(lowBelow),
    mediumBelow: mediumBelow === undefined ? defaultBounds.mediumBelow : parseDecimal(mediumBelow),
  };
}

export interface CustomerAnalysis {
  readonly customerId: string;
  readonly events: number;
  readonly totalQuantity: string;
  /** Exact, unrounded: the factor is computed from it. */
  readonly totalCost: string;
  readonly currency: string;
  readonly usageFactor: string;
  readonly category: UsageCategory;
}

export type AnalyseCustomers = (
  question: AnalysisQuestion,
) => Promise<{ readonly ok: true; readonly customers: readonly CustomerAnalysis[] } | Refusal>;

export function makeAnalyseCustomers(dependencies: Dependencies): AnalyseCustomers {
  const { catalog, clock, recordStore } = dependencies;
  return async (question) => {
    const zone = question.timeZone ?? zoneOf(question.customerId, catalog);
    const asked = resolveSpan(question, zone, clock.nowMs());
    if (!asked.ok) return asked;
    const { span } = asked;
    const customers = await customersAsked(question);
    if (customers.length === 0) return { ok: true, customers: [] };
    const customerIds = customers.map(({ id }) => id);
    const rows = await askPricedUsage(dependencies, {
      span,
      filter: span,
      customerIds,
      windows: null,
      moreKeys: [],
    });
    const tallies = new Map<string, Tally>();
    for (const { slice, priced } of rows) {
      const before = tallies.get(slice.customerId) ?? emptyTally;
      tallies.set(slice.customerId, addToTally(before, slice, priced.cost ?? zero));
    }
    return { ok: true, customers: customers.map((customer) => analyse(customer, tallies, question.bounds)) };
  };

  async function customersAsked({ customerId, after, limit }: AnalysisQuestion): Promise<Customer[]> {
    if (customerId === undefined) return recordStore.listCustomers({ after, limit });
    const customer = catalog.customer(customerId);
    return customer ? [customer] : [];
  }
}

function analyse(
  customer: Customer,
  tallies: ReadonlyMap<string, Tally>,
  bounds: CategoryBounds,
): CustomerAnalysis {
  const { quantity, cost, events } = tallies.get(customer.id) ?? emptyTally;
  const factor = usageFactor(quantity, cost, events);
  return {
    customerId: customer.id,
    events,
    totalQuantity: formatDecimal(quantity),
    totalCost: formatDecimal(cost),
    currency: customer.currency,
    usageFactor: formatDecimal(factor),
    category: usageCategory(factor, events, bounds),
  };
}
