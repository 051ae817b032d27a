/** Quantity, events and cost of a span by customer or by service, split by currency: what rankings and growth are made from. */
import type { Span } from '../domain/analysis/span.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, parseFraction, zeroFraction } from '../money/fraction.ts';
import type { UsageView } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';
import type { Dependencies } from './dependencies.ts';
import { priceSpan } from './price-span.ts';

export type TotalsKey = 'customer_id' | 'service';

export interface Totals {
  readonly key: string;
  /** The customers'; null for usage whose customer has no record, which has no cost. */
  readonly currency: string | null;
  /** Of the services' default meters. */
  readonly quantity: Fraction;
  readonly events: number;
  /** Exact, unrounded, of all priced meters. */
  readonly cost: Fraction;
}

export interface TotalsQuestion {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly span: Span;
  readonly by: TotalsKey;
  readonly nowMs: number;
}

export async function totalsByKey(
  dependencies: Pick<Dependencies, 'catalog' | 'usageStore'>,
  question: TotalsQuestion,
): Promise<Totals[]> {
  const { view, usage, span, by } = question;
  const used = await dependencies.usageStore.aggregate({
    filter: { fromMs: span.fromMs, toMs: span.toMs },
    ...{ view: usage, windows: null, groupBy: ['customer_id', 'service'] },
    rowsMax: limits.pricedGroupsMax,
  });
  const totals = new Map<string, Totals>();
  const enter = (
    key: string,
    currency: string | null,
    more: Pick<Totals, 'quantity' | 'events' | 'cost'>,
  ) => {
    const id = JSON.stringify([key, currency]);
    const before = totals.get(id) ?? { quantity: zeroFraction, events: 0, cost: zeroFraction };
    totals.set(id, {
      ...{ key, currency, events: before.events + more.events },
      quantity: addFractions(before.quantity, more.quantity),
      cost: addFractions(before.cost, more.cost),
    });
  };
  for (const { keys, quantity, events } of used) {
    const [customerId, service] = keys.map(String) as [string, string];
    const currency = view.customer(customerId)?.currency ?? null;
    const sum = { quantity: parseFraction(quantity), events, cost: zeroFraction };
    enter(by === 'service' ? service : customerId, currency, sum);
  }
  const everybody = { ...question, customerIds: null, services: null };
  await priceSpan(dependencies, everybody, {
    cost({ customerId, service, currency, cost }) {
      enter(by === 'service' ? service : customerId, currency, { quantity: zeroFraction, events: 0, cost });
    },
    unpriced: () => undefined,
  });
  return [...totals.values()];
}
