/** Usage that no price turned into money, and why: by customer, service, meter and reason. It is never counted as zero. */
import type { UnpricedReason } from '@countinghouse/client/wire';
import type { Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, formatFraction, parseFraction } from '../money/fraction.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';

export interface UnpricedUsage {
  readonly customerId: string;
  readonly service: string;
  readonly meter: string;
  readonly reason: UnpricedReason;
  readonly quantity: string;
  readonly events: number;
}

export interface ExactUnpricedUsage extends Omit<UnpricedUsage, 'quantity'> {
  readonly quantity: Fraction;
}

export interface UnmatchedQuestion {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly span: Span;
  readonly customerIds: readonly string[] | null;
  readonly services: ReadonlySet<string> | null;
  readonly source: string | undefined;
  readonly where: EventCondition | undefined;
}

/** Usage of the span whose customer or service has no record. */
export async function findUnmatched(
  usageStore: Pick<UsageStore, 'aggregate'>,
  { view, usage, span, customerIds, services, source, where }: UnmatchedQuestion,
): Promise<ExactUnpricedUsage[]> {
  const [service] = services?.size === 1 ? services : [];
  const rows = await usageStore.aggregate({
    filter: {
      ...{ fromMs: span.fromMs, toMs: span.toMs },
      ...(customerIds?.length === 1 && { customerId: customerIds[0] as string }),
      ...(service !== undefined && { service }),
      ...(source !== undefined && { source }),
      ...(where !== undefined && { where }),
    },
    ...(customerIds !== null && customerIds.length > 1 && { customerIds }),
    ...{ view: usage, windows: null, groupBy: ['customer_id', 'service'] },
    rowsMax: limits.pricedGroupsMax,
  });
  return rows.flatMap(({ keys, quantity, events }): ExactUnpricedUsage[] => {
    const [customerId, ofService] = keys.map(String) as [string, string];
    const isKnown = view.customer(customerId) !== undefined;
    if (isKnown && view.service(ofService) !== undefined) return [];
    const reason = isKnown ? 'service_unknown' : 'customer_unknown';
    const sum = { quantity: parseFraction(quantity), events };
    return [{ customerId, service: ofService, meter: ofService, reason, ...sum }];
  });
}

/** One entry for each customer, service, meter and reason, in their order; what is nothing is left out. */
export function sumUnpriced(entries: readonly ExactUnpricedUsage[]): UnpricedUsage[] {
  const byKey = new Map<string, ExactUnpricedUsage>();
  for (const entry of entries) {
    const { customerId, service, meter, reason, quantity, events } = entry;
    const key = JSON.stringify([customerId, service, meter, reason]);
    const before = byKey.get(key);
    byKey.set(key, {
      ...{ customerId, service, meter, reason },
      quantity: before ? addFractions(before.quantity, quantity) : quantity,
      events: events + (before?.events ?? 0),
    });
  }
  return [...byKey.entries()]
    .filter(([, { quantity, events }]) => events !== 0 || quantity.numerator !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => ({ ...entry, quantity: formatFraction(entry.quantity) }));
}
