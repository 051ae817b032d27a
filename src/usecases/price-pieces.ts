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
import type { CatalogView } from './catalog.ts';
import {
  type CostDivision,
  type CostPiece,
  type CostPlan,
  type MeterJob,
  planCosts,
  type UnpricedJob,
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

export interface PiecesAnswer {
  readonly ok: true;
  readonly costs: readonly PieceCost[];
  /** Usage of known services only. */
  readonly unpriced: readonly PieceUnpriced[];
}

type Store = Pick<UsageStore, 'measure' | 'aggregate'>;

export async function pricePieces(
  usageStore: Store,
  question: PiecesQuestion,
): Promise<PiecesAnswer | Refusal> {
  const indexed = question.pieces.map((piece, index) => ({ piece, index }));
  const isUndivided = question.splitBy.length === 0 && question.where === null;
  const isShort = ({ piece }: { piece: CostPiece }) => isUndivided && isWhole(piece);
  const whole = indexed.filter(isShort);
  const rest = indexed.filter((one) => !isShort(one));
  const [ofWhole, ofRest] = await Promise.all([
    whole.length === 0
      ? nothing
      : priceWhole(
          usageStore,
          question,
          whole.map(({ piece }) => piece),
        ),
    rest.length === 0
      ? nothing
      : priceRest(
          usageStore,
          question,
          rest.map(({ piece }) => piece),
        ),
  ]);
  if (!ofRest.ok) return ofRest;
  return {
    ok: true,
    costs: [...placed(ofWhole.costs, whole), ...placed(ofRest.costs, rest)],
    unpriced: [...placed(ofWhole.unpriced, whole), ...placed(ofRest.unpriced, rest)],
  };
}

const nothing: PiecesAnswer = { ok: true, costs: [], unpriced: [] };

function isWhole({ edges, period }: CostPiece): boolean {
  return edges.length === 2 && edges[0] === period.fromMs && edges[1] === period.toMs;
}

function placed<T extends { readonly pieceIndex: number }>(
  rows: readonly T[],
  pieces: readonly { readonly index: number }[],
): T[] {
  return rows.map((row) => ({ ...row, pieceIndex: pieces[row.pieceIndex]?.index ?? row.pieceIndex }));
}

async function priceWhole(
  usageStore: Store,
  { view, usage, nowMs, meter: only }: PiecesQuestion,
  pieces: readonly CostPiece[],
): Promise<PiecesAnswer> {
  const periods = await pricePeriods(usageStore, { view, usage, periods: pieces, nowMs });
  const costs = periods.flatMap(({ lines }, pieceIndex) =>
    lines
      .filter(({ meter }) => only === null || meter === only)
      .map(({ service, meter, dimension, exactAmount, events }): PieceCost => {
        return { pieceIndex, service, meter, dimension, split: [], window: 0, cost: exactAmount, events };
      }),
  );
  const unpriced = periods.flatMap((period, pieceIndex) =>
    period.unpriced.map(({ service, meter, reason, quantity, events }): PieceUnpriced => {
      return { pieceIndex, service, meter, reason, quantity, events };
    }),
  );
  return { ok: true, costs, unpriced };
}

/** How many meters of customers are priced before others get a turn: some milliseconds. */
const jobsInTurn = 1_000;

async function priceRest(
  usageStore: Store,
  question: PiecesQuestion,
  pieces: readonly CostPiece[],
): Promise<PiecesAnswer | Refusal> {
  const { usage } = question;
  const used = await usedServices(usageStore, { periods: pieces, usage });
  const plan = planCosts({ ...question, pieces, used });
  if (!plan.ok) return plan;
  await measurePlan(usageStore, plan, usage);
  const costs: PieceCost[] = [];
  const unpriced: PieceUnpriced[] = [];
  for (const [index, job] of plan.meterJobs.entries()) {
    if (index % jobsInTurn === jobsInTurn - 1) await new Promise(setImmediate);
    const piece = pieces[job.pieceIndex] as CostPiece;
    for (const cost of costsOf(job, piece)) costs.push(cost);
    unpriced.push(...dimensionsWithoutPrice(job, piece));
  }
  for (const job of plan.unpricedJobs) unpriced.push(...unpricedOf(job, pieces[job.pieceIndex] as CostPiece));
  return { ok: true, costs, unpriced };
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
    for (const row of rows) queries[index]?.take.get(row.customerId)?.(row);
  }
}

function costsOf({ pieceIndex, service, timeline, groups }: MeterJob, piece: CostPiece): PieceCost[] {
  const { meter } = timeline;
  return [...groups.values()].flatMap(({ split, uses }) =>
    costsBetween(timeline, piece.period, uses, piece.edges).flatMap(({ dimension, windows }) =>
      windows.map(({ window, cost, events }): PieceCost => {
        const keys = split ?? [dimension ?? null];
        return { pieceIndex, service, meter, dimension, split: keys, window, cost, events };
      }),
    ),
  );
}

function dimensionsWithoutPrice(job: MeterJob, piece: CostPiece): PieceUnpriced[] {
  const { pieceIndex, service, timeline, groups } = job;
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

function unpricedOf({ pieceIndex, service, timeline, uses }: UnpricedJob, piece: CostPiece): PieceUnpriced[] {
  const [fromMs = 0] = piece.edges;
  return uses.flatMap(({ atMs, quantity, events }) => {
    const reason = atMs < fromMs ? undefined : unpricedAt(timeline.unpriced, atMs)?.reason;
    if (reason === undefined) return [];
    return [{ pieceIndex, service, meter: service, reason, quantity, events }];
  });
}
