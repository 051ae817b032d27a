/**
 * What parts of billing periods cost, exactly, window by window: what costs, customers' usage and analysis are made from.
 * Whole periods go the way of statements (price-periods.ts), so both say the same; only parts, windows and divided costs are
 * measured here. Nothing is rounded. It waits for no barrier.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { costsBetween } from '../domain/pricing/cost-windows.ts';
import { unpricedUses } from '../domain/pricing/price-line.ts';
import type { DimensionValue } from '../domain/pricing/price-terms.ts';
import type { UnpricedReason } from '../domain/statements/priced-period.ts';
import type { Refusal } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Fraction } from '../money/fraction.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import { eachInTurns, makeTurns, sortInTurns } from '../turns.ts';
import type { CatalogView } from './catalog.ts';
import {
  type CostDivision,
  type CostPiece,
  type CostPlan,
  type MeterJob,
  planCosts,
  type UnpricedJob,
  type UseGroup,
} from './cost-plan.ts';
import { pricePeriods, usedServices } from './price-periods.ts';
import { unpricedAt } from './pricing-plan.ts';

export interface PiecesQuestion extends CostDivision {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly pieces: readonly CostPiece[];
  readonly nowMs: number;
}

export interface PieceCost {
  readonly pieceIndex: number;
  readonly service: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  /** In the order of `splitBy`. */
  readonly split: readonly (PropertyValue | null)[];
  /** The window between two edges of the piece, from 0. */
  readonly window: number;
  readonly cost: Fraction;
  readonly events: number;
}

export interface PieceUnpriced {
  readonly pieceIndex: number;
  readonly service: string;
  readonly meter: string;
  readonly reason: UnpricedReason;
  readonly quantity: Fraction;
  readonly events: number;
}

/** What is priced goes here, group by group, so that the whole of a large answer is never held at once. */
export interface PiecesSink {
  cost(cost: PieceCost): void;
  /** Usage of known services only. */
  unpriced(entry: PieceUnpriced): void;
}

type Store = Pick<UsageStore, 'measure' | 'aggregate'>;

/** Resolves to null when all is priced, or to the rule that is broken. */
export async function pricePieces(
  usageStore: Store,
  question: PiecesQuestion,
  sink: PiecesSink,
): Promise<Refusal | null> {
  const isUndivided = question.splitBy.length === 0 && question.where === null;
  const indexed = question.pieces.map((piece, pieceIndex): Indexed => ({ piece, pieceIndex }));
  const isShort = ({ piece }: Indexed) => isUndivided && isWhole(piece);
  for (const group of await groupsOf(indexed.filter(isShort)))
    await priceWhole(usageStore, question, group, sink);
  for (const group of await groupsOf(indexed.filter((one) => !isShort(one)))) {
    const refusal = await priceRest(usageStore, question, group, sink);
    if (refusal) return refusal;
  }
  return null;
}

interface Indexed {
  readonly piece: CostPiece;
  readonly pieceIndex: number;
}

function isWhole({ edges, period }: CostPiece): boolean {
  return edges.length === 2 && edges[0] === period.fromMs && edges[1] === period.toMs;
}

/** How many pieces, and windows of them, are measured together: some hundred thousand rows at most. */
const piecesInGroup = 500;
const windowsInGroup = 20_000;

/** Periods that are alike, and customers that lie together in the store, are asked for together. */
async function groupsOf(pieces: readonly Indexed[]): Promise<Indexed[][]> {
  const sorted = await sortInTurns(
    pieces,
    ({ piece: a }, { piece: b }) =>
      a.period.fromMs - b.period.fromMs ||
      a.period.toMs - b.period.toMs ||
      (a.customer.id < b.customer.id ? -1 : 1),
  );
  const groups: Indexed[][] = [];
  let windows = windowsInGroup;
  for (const one of sorted) {
    if (windows >= windowsInGroup || (groups.at(-1)?.length ?? 0) >= piecesInGroup) {
      groups.push([]);
      windows = 0;
    }
    groups.at(-1)?.push(one);
    windows += one.piece.edges.length;
  }
  return groups;
}

async function priceWhole(
  usageStore: Store,
  { view, usage, nowMs, meter: only }: PiecesQuestion,
  group: readonly Indexed[],
  sink: PiecesSink,
): Promise<void> {
  const periods = group.map(({ piece }) => piece);
  const priced = await pricePeriods(usageStore, { view, usage, periods, nowMs });
  const turns = makeTurns();
  for (const [index, { lines, unpriced }] of priced.entries()) {
    if (turns.isOver()) await turns.next();
    const pieceIndex = group[index]?.pieceIndex ?? 0;
    for (const { service, meter, dimension, exactAmount, events } of lines) {
      if (only !== null && meter !== only) continue;
      sink.cost({ pieceIndex, service, meter, dimension, split: [], window: 0, cost: exactAmount, events });
    }
    for (const { service, meter, reason, quantity, events } of unpriced) {
      sink.unpriced({ pieceIndex, service, meter, reason, quantity, events });
    }
  }
}

async function priceRest(
  usageStore: Store,
  question: PiecesQuestion,
  group: readonly Indexed[],
  sink: PiecesSink,
): Promise<Refusal | null> {
  const { usage } = question;
  const pieces = group.map(({ piece }) => piece);
  const placeOf = (place: number) => group[place]?.pieceIndex ?? 0;
  const used = await usedServices(usageStore, { periods: pieces, usage });
  const plan = await planCosts({ ...question, pieces, used });
  if (!plan.ok) return plan;
  await measurePlan(usageStore, plan, usage);
  const turns = makeTurns();
  for (const job of plan.meterJobs) {
    if (turns.isOver()) await turns.next();
    const piece = pieces[job.pieceIndex] as CostPiece;
    const pieceIndex = placeOf(job.pieceIndex);
    // Usually one group; 100,000 where one customer's cost is divided by a property.
    const price = (group: UseGroup) => {
      for (const cost of costsOf(group, job, piece, pieceIndex)) sink.cost(cost);
    };
    await eachInTurns(job.groups.values(), price, turns);
    for (const entry of dimensionsWithoutPrice(job, piece, pieceIndex)) sink.unpriced(entry);
  }
  const tell = (job: UnpricedJob) => {
    const piece = pieces[job.pieceIndex] as CostPiece;
    for (const entry of unpricedOf(job, piece, placeOf(job.pieceIndex))) sink.unpriced(entry);
  };
  await eachInTurns(plan.unpricedJobs, tell, turns);
  return null;
}

export async function measurePlan(
  usageStore: Store,
  { queries }: Pick<CostPlan, 'queries'>,
  view: UsageView,
): Promise<void> {
  if (queries.length === 0) return;
  const asked = queries.map(({ query }) => query);
  const answers = await usageStore.measure(asked, { view, rowsMax: limits.pricedGroupsMax });
  for (const [index, rows] of answers.entries()) {
    await eachInTurns(rows, (row) => queries[index]?.take.get(row.customerId)?.(row));
  }
}

function costsOf(
  { split, uses }: UseGroup,
  { service, timeline }: MeterJob,
  piece: CostPiece,
  pieceIndex: number,
): PieceCost[] {
  const { meter } = timeline;
  return costsBetween(timeline, piece.period, uses, piece.edges).flatMap(({ dimension, windows }) =>
    windows.map(({ window, cost, events }): PieceCost => {
      const keys = split ?? [dimension ?? null];
      return { pieceIndex, service, meter, dimension, split: keys, window, cost, events };
    }),
  );
}

function dimensionsWithoutPrice(
  { service, timeline, groups }: MeterJob,
  piece: CostPiece,
  pieceIndex: number,
): PieceUnpriced[] {
  if (timeline.stretches.every(({ price }) => price === null || price.dimension === null)) return [];
  const [fromMs = 0] = piece.edges;
  const all = [...groups.values()].flatMap(({ uses }) => uses);
  // Of a number that does not add up only the last counts: what it says of the whole span.
  const untilMs = piece.edges.at(-1);
  const uses = all.filter((use) => (timeline.additive ? use.atMs >= fromMs : use.untilMs === untilMs));
  return unpricedUses(timeline, uses).map(({ quantity, events }) => {
    return { pieceIndex, service, meter: timeline.meter, reason: 'dimension_unpriced', quantity, events };
  });
}

function unpricedOf(
  { service, timeline, uses }: UnpricedJob,
  piece: CostPiece,
  pieceIndex: number,
): PieceUnpriced[] {
  const [fromMs = 0] = piece.edges;
  return uses.flatMap(({ atMs, quantity, events }) => {
    const reason = atMs < fromMs ? undefined : unpricedAt(timeline.unpriced, atMs)?.reason;
    if (reason === undefined) return [];
    return [{ pieceIndex, service, meter: service, reason, quantity, events }];
  });
}
