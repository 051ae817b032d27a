/** Usage that no price turned into money, and why: by customer, service, meter and reason. It is never counted as zero. */
import type { UnpricedReason } from '@countinghouse/client/wire';
import type { Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, formatFraction, parseFraction } from '../money/fraction.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import { eachInTurns, makeTurns, mapInTurns, sortInTurns } from '../turns.ts';
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
  const unmatched: ExactUnpricedUsage[] = [];
  await eachInTurns(rows, ({ keys, quantity, events }) => {
    const [customerId, ofService] = keys as readonly [string, string];
    const isKnown = view.customer(customerId) !== undefined;
    if (isKnown && view.service(ofService) !== undefined) return;
    const reason = isKnown ? 'service_unknown' : 'customer_unknown';
    const sum = { quantity: parseFraction(quantity), events };
    unmatched.push({ customerId, service: ofService, meter: ofService, reason, ...sum });
  });
  return unmatched;
}

/** One entry for each customer, service, meter and reason, in their order; what is nothing is left out. */
export async function sumUnpriced(entries: readonly ExactUnpricedUsage[]): Promise<UnpricedUsage[]> {
  const turns = makeTurns();
  const sums = new Map<string, ExactUnpricedUsage>();
  const add = (entry: ExactUnpricedUsage) => {
    const key = keyOf(entry);
    const before = sums.get(key);
    sums.set(key, before === undefined ? entry : plus(before, entry));
  };
  await eachInTurns(entries, add, turns);
  const owed: [key: string, sum: ExactUnpricedUsage][] = [];
  const keep = (sum: (typeof owed)[number]) => {
    if (sum[1].events !== 0 || sum[1].quantity.numerator !== 0n) owed.push(sum);
  };
  await eachInTurns(sums, keep, turns);
  const sorted = await sortInTurns(owed, ([a], [b]) => (a < b ? -1 : 1), turns);
  return mapInTurns(sorted, ([, entry]) => toUnpriced(entry), turns);
}

/** Tab separates: no id holds a control character. */
function keyOf({ customerId, service, meter, reason }: ExactUnpricedUsage): string {
  return `${customerId}\t${service}\t${meter}\t${reason}`;
}

function plus(before: ExactUnpricedUsage, entry: ExactUnpricedUsage): ExactUnpricedUsage {
  const quantity = addFractions(before.quantity, entry.quantity);
  return { ...before, quantity, events: before.events + entry.events };
}

/** Entries come with more than is told. */
function toUnpriced(entry: ExactUnpricedUsage): UnpricedUsage {
  const { customerId, service, meter, reason, quantity, events } = entry;
  return { customerId, service, meter, reason, quantity: formatFraction(quantity), events };
}
