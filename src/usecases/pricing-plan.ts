/**
 * What has to be measured so that periods can be priced: which services, which price versions in which stretches, and
 * from that as few questions to the usage store as possible. It asks nothing itself (price-periods.ts does).
 */
import type { Meter } from '../domain/meters/meter.ts';
import type { MeasuredUse } from '../domain/pricing/line-counter.ts';
import type { CompiledPrice } from '../domain/pricing/price-terms.ts';
import {
  cutsOf,
  type MeterTimeline,
  type ServiceTimeline,
  type UnpricedStretch,
} from '../domain/pricing/price-timeline.ts';
import type { Period } from '../domain/statements/period.ts';
import type { Fraction } from '../money/fraction.ts';
import type { MeasuredRow, MeasureQuery, MeasureSpan } from '../storage/metered-usage.ts';
import { makeTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import { type PeriodOfCustomer, timelinesOf } from './timelines.ts';

export interface PeriodToPrice extends PeriodOfCustomer {
  /** Only these services; absent: all. */
  readonly services?: ReadonlySet<string>;
}

/** What was used of a service, as its default meter says. */
export interface ServiceSum {
  readonly quantity: Fraction;
  readonly events: number;
}

/** One service of one period, with what is measured of each of its meters. */
export interface ServiceJob {
  readonly periodIndex: number;
  readonly service: string;
  readonly timeline: ServiceTimeline;
  readonly usesOf: Map<string, MeasuredUse[]>;
  readonly unpricedUses: MeasuredUse[];
}

/** A question to the usage store and what becomes of its rows, customer by customer. */
export interface PlannedQuery {
  readonly query: MeasureQuery;
  readonly take: ReadonlyMap<string, (row: MeasuredRow) => void>;
}

export interface PricingPlan {
  readonly jobs: readonly ServiceJob[];
  readonly queries: readonly PlannedQuery[];
}

export interface PlanQuestion {
  readonly view: CatalogView;
  readonly periods: readonly PeriodToPrice[];
  /** By the place of the period: what was used, by service. */
  readonly used: readonly ReadonlyMap<string, ServiceSum>[];
  readonly levelsUntilMs: number;
  /** Amounts and exact stretches of everything, also where sums are known already: for explaining. */
  readonly measureAll?: boolean;
}

/** In turns: a large question has some ten thousand jobs. */
export async function planPricing(question: PlanQuestion): Promise<PricingPlan> {
  const { view, periods } = question;
  const timelineOf = timelinesOf(view);
  const always = servicesAlways(view);
  const queries = new Map<string, GatheredQuery>();
  const rounds = roundsOf(periods);
  const jobs: ServiceJob[] = [];
  const turns = makeTurns();
  for (const [periodIndex, period] of periods.entries()) {
    if (turns.isOver()) await turns.next();
    for (const service of servicesOf(period, question.used[periodIndex], view, always)) {
      const timeline = timelineOf(service, period);
      const job = { periodIndex, service, timeline, usesOf: new Map(), unpricedUses: [] };
      const sum = question.measureAll ? undefined : question.used[periodIndex]?.get(service);
      planJob(
        job,
        { period, sum, view, levelsUntilMs: question.levelsUntilMs, round: rounds[periodIndex] ?? 0 },
        queries,
      );
      jobs.push(job);
    }
  }
  return {
    jobs,
    queries: [...queries.values()].map(({ query, spans, take }) => ({ query: { ...query, spans }, take })),
  };
}

interface GatheredQuery {
  readonly query: Omit<MeasureQuery, 'spans'>;
  readonly spans: MeasureSpan[];
  readonly take: Map<string, (row: MeasuredRow) => void>;
}

interface JobSurroundings {
  readonly period: PeriodToPrice;
  /** What was used, when it may stand for a measurement. */
  readonly sum: ServiceSum | undefined;
  readonly view: CatalogView;
  readonly levelsUntilMs: number;
  /** A question has at most one span a customer: a second period of the same customer is in a second question. */
  readonly round: number;
}

function planJob(job: ServiceJob, around: JobSurroundings, queries: Map<string, GatheredQuery>): void {
  for (const timeline of job.timeline.meters) {
    const uses: MeasuredUse[] = [];
    job.usesOf.set(timeline.meter, uses);
    if (timeline.stretches.every(({ price }) => price === null)) continue;
    const known = knownUse(timeline, job.service, around);
    if (known === null) planMeter(timeline, uses, around, queries);
    else uses.push(...known);
  }
  planUnpriced(job, around, queries);
}

const amountModels: ReadonlySet<string> = new Set(['percentage', 'pass_through']);

/** One price for the whole period of a default meter, and no amounts: the sum that is known is the measurement. */
function knownUse(
  timeline: MeterTimeline,
  service: string,
  { sum, period }: JobSurroundings,
): MeasuredUse[] | null {
  const [only] = timeline.stretches;
  const price = only?.price ?? null;
  if (timeline.meter !== service || timeline.stretches.length !== 1 || price === null) return null;
  if (price.dimension !== null || amountModels.has(price.price.model)) return null;
  return sum === undefined ? null : [useOf(sum, period.period.fromMs)];
}

function planMeter(
  timeline: MeterTimeline,
  uses: MeasuredUse[],
  around: JobSurroundings,
  queries: Map<string, GatheredQuery>,
): void {
  const meter = around.view.meter(timeline.meter);
  if (meter === undefined) return;
  const { customer, period } = around.period;
  const cutsMs = timeline.additive ? cutsOf(timeline) : [];
  const span = { customerId: customer.id, fromMs: period.fromMs, toMs: period.toMs, cutsMs };
  const dimensions = dimensionsOf(timeline);
  for (const dimension of dimensions.length === 0 ? [null] : dimensions) {
    const isFirst = dimension === (dimensions[0] ?? null);
    gatherSpan(queries, meter, dimension, around, span, (row) => {
      const asked = priceAt(timeline, row.fromMs)?.dimension ?? null;
      if (dimensions.length > 1 && asked !== dimension && !(isFirst && asked === null)) return;
      uses.push(useOf(row, row.fromMs, row.keys[0] ?? null));
    });
  }
}

/** Where none of the service's meters has a price, what its default meter counts is unpriced. */
function planUnpriced(job: ServiceJob, around: JobSurroundings, queries: Map<string, GatheredQuery>): void {
  const { unpriced } = job.timeline;
  const [first] = unpriced;
  if (first === undefined) return;
  const { customer, period } = around.period;
  if (around.sum !== undefined && unpriced.length === 1 && covers(first, period)) {
    job.unpricedUses.push(useOf(around.sum, first.fromMs));
    return;
  }
  const meter = around.view.metersOf(job.service)[0];
  if (meter === undefined) return;
  const edges = new Set(unpriced.flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  const cutsMs = [...edges].filter((ms) => ms > period.fromMs && ms < period.toMs).sort((a, b) => a - b);
  const span = { customerId: customer.id, fromMs: period.fromMs, toMs: period.toMs, cutsMs };
  gatherSpan(queries, meter, null, { ...around, round: around.round + 0.5 }, span, (row) => {
    if (unpricedAt(unpriced, row.fromMs)) job.unpricedUses.push(useOf(row, row.fromMs));
  });
}

function covers(stretch: UnpricedStretch, period: Period): boolean {
  return stretch.fromMs === period.fromMs && stretch.toMs === period.toMs;
}

export function unpricedAt(stretches: readonly UnpricedStretch[], ms: number): UnpricedStretch | undefined {
  return stretches.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
}

function gatherSpan(
  queries: Map<string, GatheredQuery>,
  meter: Meter,
  dimension: string | null,
  { round, levelsUntilMs }: Pick<JobSurroundings, 'round' | 'levelsUntilMs'>,
  span: MeasureSpan,
  take: (row: MeasuredRow) => void,
): void {
  const key = `${round}\t${meter.id}\t${dimension ?? ''}`;
  let gathered = queries.get(key);
  if (gathered === undefined) {
    const keys = dimension === null ? [] : ([`properties.${dimension}`] as const);
    gathered = { query: { meter, keys, levelsUntilMs }, spans: [], take: new Map() };
    queries.set(key, gathered);
  }
  gathered.spans.push(span);
  gathered.take.set(span.customerId, take);
}

function useOf(
  row: ServiceSum & Partial<Pick<MeasuredRow, 'amount' | 'eventsWithAmount'>>,
  atMs: number,
  dimension: MeasuredUse['dimension'] = null,
): MeasuredUse {
  const { quantity, events, amount = noAmount, eventsWithAmount = 0 } = row;
  return { atMs, dimension, quantity, events, amount, eventsWithAmount };
}

const noAmount: Fraction = { numerator: 0n, denominator: 1n };

/** The properties that the timeline's prices tell apart, each once. */
export function dimensionsOf(timeline: MeterTimeline): string[] {
  const all = timeline.stretches.map(({ price }) => price?.dimension ?? null);
  return [...new Set(all.filter((dimension) => dimension !== null))];
}

function priceAt(timeline: MeterTimeline, ms: number): CompiledPrice | null {
  if (!timeline.additive) return timeline.stretches[0]?.price ?? null;
  return timeline.stretches.findLast(({ fromMs }) => fromMs <= ms)?.price ?? null;
}

/** How many periods of the same customer stand before each. */
export function roundsOf(periods: readonly PeriodToPrice[]): number[] {
  const counts = new Map<string, number>();
  return periods.map(({ customer }) => {
    const round = counts.get(customer.id) ?? 0;
    counts.set(customer.id, round + 1);
    return round;
  });
}

export interface ServicesAlways {
  /** Levels hold without an event in the period. */
  readonly levels: readonly string[];
  /** A customer's own price may charge without use. */
  readonly ownPrices: ReadonlyMap<string, ReadonlySet<string>>;
}

export function servicesAlways(view: CatalogView): ServicesAlways {
  const timeWeighted = view.madeMeters.filter(({ aggregation }) => aggregation === 'time_weighted');
  const ownPrices = new Map<string, Set<string>>();
  for (const { customerId, service } of view.book.versions) {
    if (customerId !== null) ownPrices.set(customerId, (ownPrices.get(customerId) ?? new Set()).add(service));
  }
  return { levels: [...new Set(timeWeighted.map(({ service }) => service))], ownPrices };
}

export function servicesOf(
  { customer, services }: PeriodToPrice,
  used: ReadonlyMap<string, ServiceSum> | undefined,
  view: CatalogView,
  always: ServicesAlways,
): string[] {
  const all = new Set([
    ...(used?.keys() ?? []),
    ...always.levels,
    ...(always.ownPrices.get(customer.id) ?? []),
  ]);
  return [...all].filter((id) => view.service(id) !== undefined && (services?.has(id) ?? true)).sort();
}
