/**
 * Usage of a span, cut where prices change, each row with its exact cost or the reason why it has none. What costs,
 * customers' usage and analysis have in common; each adds the rows up in its own way.
 */
import { eventLimits, type PropertyValue, type UnpricedReason } from '@countinghouse/client/wire';
import type { Span } from '../domain/analysis/span.ts';
import type { PriceBook } from '../domain/pricing/price-book.ts';
import { type PricedSlice, priceSlice, type UsageSlice } from '../domain/pricing/price-usage.ts';
import { limits } from '../limits.ts';
import { add, formatDecimal, parseDecimal } from '../money/decimal.ts';
import type { Cuts, EventFilter, GroupKey, Windows } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';

export interface PricedQuestion {
  readonly span: Span;
  readonly filter: EventFilter;
  readonly customerIds?: readonly string[];
  readonly windows: Windows | null;
  /** Keys besides customer and service, which every row has. */
  readonly moreKeys: readonly GroupKey[];
}

export interface PricedRow {
  readonly slice: UsageSlice;
  readonly priced: PricedSlice;
  readonly windowStartMs: number | null;
  readonly moreKeys: readonly (PropertyValue | null)[];
}

export async function askPricedUsage(
  { catalog, ingest, usageStore }: Pick<Dependencies, 'catalog' | 'ingest' | 'usageStore'>,
  question: PricedQuestion,
): Promise<PricedRow[]> {
  const { span, filter, customerIds, windows, moreKeys } = question;
  const { book } = catalog;
  const narrow = {
    ...(filter.service !== undefined && { meter: filter.service }),
    ...(filter.customerId !== undefined && { customerId: filter.customerId }),
  };
  // No event is older, so what a price was before cannot matter.
  const eventsFromMs = Math.max(span.fromMs, eventLimits.timeMinMs);
  await ingest.barrier();
  const rows = await usageStore.aggregate({
    filter,
    ...(customerIds && { customerIds }),
    windows,
    groupBy: ['customer_id', 'service', ...moreKeys],
    cuts: priceCuts(book, { fromMs: eventsFromMs, toMs: span.toMs }, narrow),
    rowsMax: limits.pricedGroupsMax,
  });
  const records = { customer: catalog.customer, service: catalog.service, book };
  return rows.map(({ keys: [customerId, service, ...more], cutMs, quantity, events, windowStartMs }) => {
    const slice = {
      customerId: String(customerId),
      service: String(service),
      atMs: cutMs ?? eventsFromMs,
      quantity,
      events,
    };
    return { slice, priced: priceSlice(slice, records), windowStartMs, moreKeys: more };
  });
}

export interface UnpricedUsage {
  readonly customerId: string;
  readonly service: string;
  readonly meter: string;
  readonly reason: UnpricedReason;
  readonly quantity: string;
  readonly events: number;
}

/** What has no price, one entry for each customer, service and reason, in their order. */
export function sumUnpriced(rows: readonly PricedRow[]): UnpricedUsage[] {
  const byEntry = new Map<string, UnpricedUsage>();
  for (const { slice, priced } of rows) {
    if (priced.cost !== null) continue;
    const { customerId, service, quantity, events } = slice;
    const key = JSON.stringify([customerId, service, priced.reason]);
    const before = byEntry.get(key) ?? { quantity: '0', events: 0 };
    byEntry.set(key, {
      customerId,
      service,
      meter: service,
      reason: priced.reason,
      quantity: formatDecimal(add(parseDecimal(before.quantity), parseDecimal(quantity))),
      events: before.events + events,
    });
  }
  return [...byEntry.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** The moments inside `(fromMs, toMs)` at which a price may change, sorted, each once. */
function priceCuts(
  book: PriceBook,
  span: { fromMs: number; toMs: number },
  narrow: { meter?: string; customerId?: string },
): Cuts {
  const general = new Set<number>();
  const byCustomer = new Map<string, Set<number>>();
  for (const { meter, customerId, effectiveFromMs: at } of book.versions) {
    if (at === null || at <= span.fromMs || at >= span.toMs) continue;
    if (narrow.meter !== undefined && meter !== narrow.meter) continue;
    if (customerId === null) general.add(at);
    else if (narrow.customerId === undefined || narrow.customerId === customerId) {
      byCustomer.set(customerId, (byCustomer.get(customerId) ?? new Set()).add(at));
    }
  }
  return {
    general: sorted(general),
    byCustomer: new Map([...byCustomer].map(([id, cuts]) => [id, sorted(cuts)])),
  };
}

function sorted(moments: ReadonlySet<number>): number[] {
  return [...moments].sort((a, b) => a - b);
}
