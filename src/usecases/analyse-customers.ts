/** How heavily each customer uses the services: totals, usage factor, category (MONEY.md 5.8), a page at a time. */
import { resolveSpan } from '../domain/analysis/span.ts';
import {
  type CategoryBounds,
  defaultBounds,
  type UsageCategory,
  usageCategory,
  usageFactor,
} from '../domain/analysis/usage-factor.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { Refusal } from '../errors.ts';
import { limits } from '../limits.ts';
import { formatDecimal, parseDecimal } from '../money/decimal.ts';
import {
  addFractions,
  type Fraction,
  formatFraction,
  parseFraction,
  zeroFraction,
} from '../money/fraction.ts';
import { zoneOf } from './ask-usage.ts';
import type { Dependencies } from './dependencies.ts';
import { costsOverSpan } from './price-span.ts';
import { resolveAsOf } from './resolve-as-of.ts';

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
  const { catalog, clock, recordStore, usageStore } = dependencies;
  return async (question) => {
    const zone = question.timeZone ?? zoneOf(question.customerId, catalog);
    const nowMs = clock.nowMs();
    const asked = resolveSpan(question, zone, nowMs);
    if (!asked.ok) return asked;
    const { span } = asked;
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const customers = await customersAsked(question);
    if (customers.length === 0) return { ok: true, customers: [] };
    const customerIds = customers.map(({ id }) => id);
    const usage = { sequenceMax };
    const [used, costs] = await Promise.all([
      usageStore.aggregate({
        filter: { fromMs: span.fromMs, toMs: span.toMs },
        ...{ customerIds, view: usage, windows: null, groupBy: ['customer_id'] },
        rowsMax: limits.pricedGroupsMax,
      }),
      costsOverSpan(dependencies, { view, usage, span, customerIds, services: null, nowMs }),
    ]);
    const tallies = new Map<string, Tally>(
      used.map(({ keys, quantity, events }) => [
        String(keys[0]),
        { quantity: parseFraction(quantity), events, cost: zeroFraction },
      ]),
    );
    for (const { customerId, cost } of costs) {
      const tally = tallies.get(customerId) ?? emptyTally;
      tallies.set(customerId, { ...tally, cost: addFractions(tally.cost, cost) });
    }
    return { ok: true, customers: customers.map((customer) => analyse(customer, tallies, question.bounds)) };
  };

  async function customersAsked({ customerId, after, limit }: AnalysisQuestion): Promise<Customer[]> {
    if (customerId === undefined) return recordStore.listCustomers({ after, limit });
    const customer = catalog.customer(customerId);
    return customer ? [customer] : [];
  }
}

/** What all services were used, by their default meters, and what it cost. */
interface Tally {
  readonly quantity: Fraction;
  readonly events: number;
  readonly cost: Fraction;
}

const emptyTally: Tally = { quantity: zeroFraction, events: 0, cost: zeroFraction };

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
    totalQuantity: formatFraction(quantity),
    totalCost: formatFraction(cost),
    currency: customer.currency,
    usageFactor: formatDecimal(factor),
    category: usageCategory(factor, events, bounds),
  };
}
