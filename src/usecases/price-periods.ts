/**
 * From stored usage to exact lines, for any customers and periods, as of any sequence: the one place that drafts, closes,
 * costs, what-ifs, previews and explanations ask. Nothing is rounded. It waits for no barrier: who asks has done that.
 */
import { priceMeter } from '../domain/pricing/price-line.ts';
import { lineId } from '../domain/statements/line-id.ts';
import type {
  ExactLine,
  ExactSuspense,
  ExactUnpriced,
  PricedPeriod,
} from '../domain/statements/priced-period.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, parseFraction } from '../money/fraction.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import { eachInTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import {
  type PeriodToPrice,
  planPricing,
  type ServiceJob,
  type ServiceSum,
  unpricedAt,
} from './pricing-plan.ts';

export type { PeriodToPrice, ServiceSum } from './pricing-plan.ts';

export interface PricingQuestion {
  /** The records: those known at the sequence that is asked for. */
  readonly view: CatalogView;
  /** The events and corrections that count. */
  readonly usage: UsageView;
  /** A customer may have several, and they may differ from customer to customer. */
  readonly periods: readonly PeriodToPrice[];
  /** Levels of running periods count up to here: the moment of asking. */
  readonly nowMs: number;
  /** Amounts are measured also where no price asks for them: for explaining. */
  readonly measureAll?: boolean;
  /** What was used in each period, by service, where that is known already (a proof says it too). */
  readonly used?: readonly ReadonlyMap<string, ServiceSum>[];
}

/** One answer for each period, in their order. Rejects with `ResultTooLarge` beyond `limits.pricedGroupsMax` rows. */
export async function pricePeriods(
  usageStore: Pick<UsageStore, 'measure' | 'aggregate'>,
  question: PricingQuestion,
): Promise<PricedPeriod[]> {
  const { view, usage, periods, nowMs, measureAll = false } = question;
  const used = question.used ?? (await usedServices(usageStore, question));
  const { jobs, queries } = await planPricing({ view, periods, used, levelsUntilMs: nowMs, measureAll });
  const asked = queries.map(({ query }) => query);
  const options = { view: usage, rowsMax: limits.pricedGroupsMax };
  const answers = asked.length === 0 ? [] : await usageStore.measure(asked, options);
  for (const [index, rows] of answers.entries()) {
    await eachInTurns(rows, (row) => queries[index]?.take.get(row.customerId)?.(row));
  }
  return priceJobs(periods, jobs, used, view);
}

/** What was used in each period, by service: known services and others. */
export async function usedServices(
  usageStore: Pick<UsageStore, 'aggregate'>,
  { periods, usage }: Pick<PricingQuestion, 'periods' | 'usage'>,
): Promise<ReadonlyMap<string, ServiceSum>[]> {
  const used = periods.map(() => new Map<string, ServiceSum>());
  await Promise.all(
    groupBySpan(periods).map(async (group) => {
      const { period, services } = (group[0] as PlacedPeriod).asked;
      const [only] = group.length === 1 ? group : [];
      const service = services?.size === 1 ? [...services][0] : undefined;
      const rows = await usageStore.aggregate({
        filter: {
          ...{ fromMs: period.fromMs, toMs: period.toMs },
          ...(only && { customerId: only.asked.customer.id }),
          ...(service !== undefined && { service }),
        },
        ...(!only && { customerIds: group.map(({ asked }) => asked.customer.id) }),
        view: usage,
        windows: null,
        groupBy: ['customer_id', 'service'],
        rowsMax: limits.pricedGroupsMax,
      });
      const places = new Map(group.map(({ asked, index }) => [asked.customer.id, index]));
      await eachInTurns(rows, ({ keys, quantity, events }) => {
        const index = places.get(String(keys[0]));
        if (index === undefined) return;
        used[index]?.set(String(keys[1]), { quantity: parseFraction(quantity), events });
      });
    }),
  );
  return used;
}

interface PlacedPeriod {
  readonly index: number;
  readonly asked: PeriodToPrice;
}

/** Periods that one question answers: the same span, the same services, other customers. */
function groupBySpan(periods: readonly PeriodToPrice[]): PlacedPeriod[][] {
  const groups = new Map<string, Map<string, PlacedPeriod>>();
  const again: PlacedPeriod[][] = [];
  for (const [index, asked] of periods.entries()) {
    const { period, services, customer } = asked;
    const narrow = services?.size === 1 ? [...services][0] : '';
    const key = `${period.fromMs}\t${period.toMs}\t${narrow}`;
    const group = groups.get(key) ?? new Map<string, PlacedPeriod>();
    groups.set(key, group);
    // The same customer with the same span again would take the other's rows.
    if (group.has(customer.id)) again.push([{ index, asked }]);
    else group.set(customer.id, { index, asked });
  }
  return [...[...groups.values()].map((group) => [...group.values()]), ...again];
}

async function priceJobs(
  periods: readonly PeriodToPrice[],
  jobs: readonly ServiceJob[],
  used: readonly ReadonlyMap<string, ServiceSum>[],
  view: CatalogView,
): Promise<PricedPeriod[]> {
  const lines = periods.map((): ExactLine[] => []);
  const unpriced = periods.map((): ExactUnpriced[] => []);
  await eachInTurns(jobs, (job) => {
    const { period } = periods[job.periodIndex] as PeriodToPrice;
    const priced = priceJob(job, period);
    lines[job.periodIndex]?.push(...priced.lines);
    unpriced[job.periodIndex]?.push(...priced.unpriced);
  });
  return periods.map(({ customer, period, services }, index) => ({
    customerId: customer.id,
    period,
    currency: customer.currency,
    // The order within a meter is that of its dimension values already; sorting keeps it.
    lines: (lines[index] ?? []).sort((a, b) => (a.meter < b.meter ? -1 : a.meter > b.meter ? 1 : 0)),
    unpriced: unpriced[index] ?? [],
    suspense: suspended(used[index], services, view),
  }));
}

function priceJob(job: ServiceJob, period: PeriodToPrice['period']) {
  const { service, timeline } = job;
  const lines: ExactLine[] = [];
  const unpriced = new Map<string, ExactUnpriced>();
  for (const use of job.unpricedUses) {
    const reason = unpricedAt(timeline.unpriced, use.atMs)?.reason;
    if (reason !== undefined)
      addUnpriced(unpriced, { service, meter: service, dimension: undefined, reason, ...sumOf(use) });
  }
  for (const meter of timeline.meters) {
    const uses = job.usesOf.get(meter.meter) ?? [];
    const priced = priceMeter(meter, period, uses);
    for (const line of priced.lines)
      lines.push({ ...line, line: lineId(line.meter, line.dimension), service });
    for (const { dimension, ...rest } of priced.unpriced) {
      addUnpriced(unpriced, {
        service,
        meter: meter.meter,
        dimension,
        reason: 'dimension_unpriced',
        ...sumOf(rest),
      });
    }
  }
  return { lines, unpriced: [...unpriced.values()] };
}

function sumOf({ quantity, events }: { quantity: Fraction; events: number }) {
  return { quantity, events };
}

function addUnpriced(entries: Map<string, ExactUnpriced>, entry: ExactUnpriced): void {
  if (entry.events === 0 && entry.quantity.numerator === 0n) return;
  const key = `${entry.reason}\t${lineId(entry.meter, entry.dimension)}`;
  const before = entries.get(key);
  const sum = before && {
    quantity: addFractions(before.quantity, entry.quantity),
    events: before.events + entry.events,
  };
  entries.set(key, { ...entry, ...sum });
}

function suspended(
  used: ReadonlyMap<string, ServiceSum> | undefined,
  services: PeriodToPrice['services'],
  view: CatalogView,
): ExactSuspense[] {
  return [...(used ?? [])]
    .filter(([service]) => view.service(service) === undefined && (services?.has(service) ?? true))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, { quantity, events }]) => ({ service, quantity, events }));
}
