/**
 * What has to be measured to price parts of billing periods: cut at every window, told apart by keys, or narrowed to some
 * events. Whole periods have a shorter way (price-pieces.ts). It asks nothing itself.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { EventCondition } from '../domain/meters/condition.ts';
import type { Meter } from '../domain/meters/meter.ts';
import type { TimedUse } from '../domain/pricing/cost-windows.ts';
import { type Division, isByLine, isDivisible } from '../domain/pricing/divisible.ts';
import { cutsOf, type MeterTimeline, type ServiceTimeline } from '../domain/pricing/price-timeline.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { GroupKey, MeasuredRow, MeasureQuery, MeasureSpan } from '../storage/metered-usage.ts';
import { makeTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import {
  dimensionsOf,
  type PeriodToPrice,
  roundsOf,
  type ServiceSum,
  servicesAlways,
  servicesOf,
} from './pricing-plan.ts';
import { timelinesOf } from './timelines.ts';

/** A part of one customer's billing period. */
export interface CostPiece extends PeriodToPrice {
  /** At least two instants, ascending, in the period or on its ends: the windows between them are asked for. */
  readonly edges: readonly number[];
}

export interface CostDivision {
  /** null: all meters of the services. */
  readonly meter: string | null;
  /** Keys besides customer and service. */
  readonly splitBy: readonly GroupKey[];
  readonly where: EventCondition | null;
}

/** The uses that are priced together, and the values of the keys that they have in common. */
export interface UseGroup {
  /** null: each line is a group of its own, and its dimension value is the key. */
  readonly split: readonly (PropertyValue | null)[] | null;
  readonly uses: TimedUse[];
}

export interface MeterJob {
  readonly pieceIndex: number;
  readonly service: string;
  readonly timeline: MeterTimeline;
  readonly groups: Map<string, UseGroup>;
}

/** Default-meter use of a service where it may be unpriced. */
export interface UnpricedJob {
  readonly pieceIndex: number;
  readonly service: string;
  readonly timeline: ServiceTimeline;
  readonly uses: TimedUse[];
}

export interface CostPlan {
  readonly ok: true;
  readonly meterJobs: readonly MeterJob[];
  readonly unpricedJobs: readonly UnpricedJob[];
  readonly queries: readonly {
    readonly query: MeasureQuery;
    readonly take: ReadonlyMap<string, (row: MeasuredRow) => void>;
  }[];
}

export interface CostPlanQuestion extends CostDivision {
  readonly view: CatalogView;
  readonly pieces: readonly CostPiece[];
  readonly used: readonly ReadonlyMap<string, ServiceSum>[];
  readonly nowMs: number;
}

/** In turns: a large question has some ten thousand jobs. */
export async function planCosts(question: CostPlanQuestion): Promise<CostPlan | Refusal> {
  const { view, pieces, used, meter: only } = question;
  const timelineOf = timelinesOf(view);
  const always = servicesAlways(view);
  const rounds = roundsOf(pieces);
  const gather = makeGatherer(question);
  const meterJobs: MeterJob[] = [];
  const unpricedJobs: UnpricedJob[] = [];
  const turns = makeTurns();
  for (const [pieceIndex, piece] of pieces.entries()) {
    if (turns.isOver()) await turns.next();
    const round = rounds[pieceIndex] ?? 0;
    for (const service of servicesOf(piece, used[pieceIndex], view, always)) {
      const timeline = timelineOf(service, piece);
      for (const ofMeter of timeline.meters) {
        const meter = view.meter(ofMeter.meter);
        const isPriced = ofMeter.stretches.some(({ price }) => price !== null);
        if (meter === undefined || !isPriced || (only !== null && only !== meter.id)) continue;
        const division = divisionOf(meter, question);
        if (!isDivisible(ofMeter, division)) return notDivisible(meter, question);
        const job = { pieceIndex, service, timeline: ofMeter, groups: new Map<string, UseGroup>() };
        meterJobs.push(job);
        planMeter(job, { piece, meter, round, division }, gather);
      }
      if (timeline.unpriced.length > 0) {
        const job = { pieceIndex, service, timeline, uses: [] };
        unpricedJobs.push(job);
        planUnpriced(job, { piece, round, view }, gather);
      }
    }
  }
  return { ok: true, meterJobs, unpricedJobs, queries: gather.queries() };
}

function divisionOf(meter: Meter, { splitBy, where }: CostDivision): Division {
  const addsEvents = meter.aggregation === 'sum' || meter.aggregation === 'count';
  return { keys: splitBy, isNarrowed: where !== null, addsEvents };
}

function notDivisible({ id }: Meter, { splitBy, where }: CostDivision): Refusal {
  const by = where === null ? splitBy.join(', ') : 'a part of its events';
  return refuse(
    'cost_not_divisible',
    `the price of meter ${JSON.stringify(id)} looks at all its use together: its cost cannot be divided by ${by}`,
    where === null ? 'group_by' : 'filter',
  );
}

interface MeterSurroundings {
  readonly piece: CostPiece;
  readonly meter: Meter;
  readonly round: number;
  readonly division: Division;
}

function planMeter(job: MeterJob, around: MeterSurroundings, gather: Gatherer): void {
  const { piece, meter, round, division } = around;
  const { timeline, groups } = job;
  const isWhole = division.keys.length === 0 || isByLine(timeline, division);
  if (isWhole) groups.set('', { split: division.keys.length === 0 ? [] : null, uses: [] });
  const dimensions = dimensionsOf(timeline).map((name): GroupKey => `properties.${name}`);
  const keys = [...new Set([...dimensions, ...(division.keys as readonly GroupKey[])])];
  const span = { ...spanOf(piece), cutsMs: gather.cutsOf(timeline, piece) };
  gather.add({ meter, keys, round, isCumulative: !timeline.additive }, span, (row) => {
    const priced = timeline.additive
      ? timeline.stretches.findLast(({ fromMs }) => fromMs <= row.fromMs)
      : timeline.stretches[0];
    const name = priced?.price?.dimension ?? dimensions[0]?.slice('properties.'.length);
    const dimension = name === undefined ? null : (row.keys[keys.indexOf(`properties.${name}`)] ?? null);
    groupOf(groups, isWhole, division, keys, row).uses.push(timedUse(row, dimension));
  });
}

function groupOf(
  groups: Map<string, UseGroup>,
  isWhole: boolean,
  division: Division,
  keys: readonly GroupKey[],
  row: MeasuredRow,
): UseGroup {
  const split = division.keys.map((key) => row.keys[keys.indexOf(key as GroupKey)] ?? null);
  const id = isWhole ? '' : JSON.stringify(split);
  const group = groups.get(id) ?? { split, uses: [] };
  groups.set(id, group);
  return group;
}

function timedUse(row: MeasuredRow, dimension: PropertyValue | null): TimedUse {
  const { fromMs: atMs, toMs: untilMs, quantity, events, amount, eventsWithAmount } = row;
  return { atMs, untilMs, dimension, quantity, events, amount, eventsWithAmount };
}

function planUnpriced(
  job: UnpricedJob,
  { piece, round, view }: { piece: CostPiece; round: number; view: CatalogView },
  gather: Gatherer,
): void {
  const meter = view.metersOf(job.service)[0];
  if (meter === undefined) return;
  const ends = job.timeline.unpriced.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const { fromMs, toMs } = spanOf(piece);
  const cutsMs = inside([piece.edges[0] ?? 0, ...ends], fromMs, toMs);
  // Half a round on: the same meter may be asked for by its price, too, and a question has one span a customer.
  const span = { ...spanOf(piece), cutsMs };
  gather.add({ meter, keys: [], round: round + 0.5, isCumulative: false }, span, (row) => {
    job.uses.push(timedUse(row, null));
  });
}

/** From the start of the period, because what a unit costs may depend on what came before it. */
function spanOf({ customer, period, edges }: CostPiece): Omit<MeasureSpan, 'cutsMs'> {
  return { customerId: customer.id, fromMs: period.fromMs, toMs: edges.at(-1) ?? period.toMs };
}

function inside(cuts: readonly number[], fromMs: number, toMs: number): number[] {
  return [...new Set(cuts)].filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
}

type Kind = Required<Pick<MeasureQuery, 'meter' | 'keys' | 'isCumulative'>> & { readonly round: number };
type Gatherer = ReturnType<typeof makeGatherer>;

/** Puts spans of many customers into as few questions as there are kinds. */
function makeGatherer({ nowMs, where }: CostPlanQuestion) {
  interface Gathered {
    readonly query: MeasureQuery;
    readonly spans: MeasureSpan[];
    readonly take: Map<string, (row: MeasuredRow) => void>;
  }
  const kinds = new Map<string, Gathered>();
  const cuts = new Map<readonly number[], Map<MeterTimeline, readonly number[]>>();
  return {
    /** Customers with the same windows and prices share their cuts. */
    cutsOf(timeline: MeterTimeline, piece: CostPiece): readonly number[] {
      const ofEdges = cuts.get(piece.edges) ?? new Map<MeterTimeline, readonly number[]>();
      cuts.set(piece.edges, ofEdges);
      const { fromMs, toMs } = spanOf(piece);
      const all = timeline.additive ? [...piece.edges, ...cutsOf(timeline)] : piece.edges;
      const known = ofEdges.get(timeline) ?? inside(all, fromMs, toMs);
      ofEdges.set(timeline, known);
      return known;
    },
    add({ round, ...kind }: Kind, span: MeasureSpan, take: (row: MeasuredRow) => void): void {
      const id = JSON.stringify([round, kind.meter.id, kind.keys, kind.isCumulative]);
      let gathered = kinds.get(id);
      if (gathered === undefined) {
        const spans: MeasureSpan[] = [];
        const query = { ...kind, spans, levelsUntilMs: nowMs, ...(where && { where }) };
        gathered = { query, spans, take: new Map() };
        kinds.set(id, gathered);
      }
      gathered.spans.push(span);
      gathered.take.set(span.customerId, take);
    },
    queries: () => [...kinds.values()].map(({ query, take }) => ({ query, take })),
  };
}
