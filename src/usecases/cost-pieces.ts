/**
 * Which parts of which customers' billing periods a question about costs touches: only those in which there can be a cost,
 * cut at the windows that were asked for. It prices nothing.
 */
import { eventLimits } from '@countinghouse/client/wire';
import type { Span } from '../domain/analysis/span.ts';
import { type PlacedPeriod, periodsIn } from '../domain/statements/periods-in.ts';
import { limits } from '../limits.ts';
import type { UsageStore, UsageView } from '../storage/usage-store.ts';
import { type WindowGrid, windowGrid, windowStartsIn } from '../time/window.ts';
import { eachInTurns, makeTurns } from '../turns.ts';
import type { Catalog, CatalogView } from './catalog.ts';
import { chainOf } from './chain-of.ts';
import type { CostPiece } from './cost-plan.ts';

export interface PiecesToFind {
  readonly catalog: Pick<Catalog, 'asOf'>;
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly span: Span;
  /** These customers; the unknown among them have no pieces. null: everybody. */
  readonly customerIds: readonly string[] | null;
  /** null: all. */
  readonly services: ReadonlySet<string> | null;
  /** Covers `piecesSpan`; null: no windows. */
  readonly grid: WindowGrid | null;
  readonly nowMs: number;
}

/** A month and a bit: no period that touches a span reaches farther beyond it. */
const periodReachMs = 33 * 86_400_000;
/** Two months: looking for the periods with use would take longer than looking into them all. */
const shortSpanMs = 62 * 86_400_000;

export async function findPieces(usageStore: UsageStore, question: PiecesToFind): Promise<CostPiece[]> {
  const { catalog, view, services } = question;
  const span = piecesSpan(question.span, question.nowMs);
  if (span === null) return [];
  const ids = question.customerIds ?? view.customerIds();
  const always = await chargedAlways(usageStore, question, ids);
  const isShort = span.toMs - span.fromMs <= shortSpanMs && !ids.some((id) => always.has(id));
  const used = isShort ? null : await usedMonths(usageStore, question, span);
  const pieces: CostPiece[] = [];
  const shared = new Map<string, readonly PlacedPeriod[]>();
  const edgesOf = makeEdges(span, question.grid);
  const turns = makeTurns();
  for (const id of ids) {
    if (turns.isOver()) await turns.next();
    const customer = view.customer(id);
    const months = used === null ? [span] : (used.get(id) ?? []);
    const alwaysFromMs = always.get(id) ?? Number.POSITIVE_INFINITY;
    if (customer === undefined || (months.length === 0 && alwaysFromMs >= span.toMs)) continue;
    const chain = chainOf(catalog, view, customer, null);
    const isShared = chain.closes.length === 0;
    const periods = (isShared && shared.get(chain.zone)) || periodsIn(chain, span.fromMs, span.toMs);
    if (isShared) shared.set(chain.zone, periods);
    for (const { period, close } of periods) {
      const isUsed = months.some(({ fromMs, toMs }) => fromMs < period.toMs && toMs > period.fromMs);
      if (period.fromMs > question.nowMs + 2 * eventLimits.timeAheadMaxMs) continue;
      if (!isUsed && period.toMs <= alwaysFromMs) continue;
      const edges = edgesOf(period);
      pieces.push({ customer, period, close, edges, ...(services && { services }) });
    }
  }
  return pieces;
}

/** No event is older than the year 2000 or newer than now: what lies beyond costs nothing and is not looked at. */
export function piecesSpan(span: Span, nowMs: number): Span | null {
  const fromMs = Math.max(span.fromMs, eventLimits.timeMinMs);
  const last = nowMs + 2 * eventLimits.timeAheadMaxMs;
  // The running period is asked for to its end: what a period costs as such falls there.
  const toMs = Math.min(span.toMs, last + periodReachMs);
  return fromMs < Math.min(toMs, last) ? { fromMs, toMs } : null;
}

/** By customer: the UTC months, widened to whole periods, in which there is use. */
async function usedMonths(
  usageStore: UsageStore,
  { customerIds, services, usage, nowMs }: PiecesToFind,
  span: Span,
): Promise<Map<string, Span[]>> {
  const fromMs = Math.max(span.fromMs - periodReachMs, eventLimits.timeMinMs);
  const toMs = Math.min(span.toMs + periodReachMs, nowMs + 2 * eventLimits.timeAheadMaxMs);
  const grid = windowGrid({ unit: 'month', count: 1 }, 'UTC', fromMs, toMs);
  const [one] = customerIds?.length === 1 ? customerIds : [];
  const [service] = services?.size === 1 ? services : [];
  const rows = await usageStore.aggregate({
    filter: {
      ...{ fromMs, toMs },
      ...(one !== undefined && { customerId: one }),
      ...(service !== undefined && { service }),
    },
    ...(customerIds !== null && one === undefined && { customerIds }),
    ...{ view: usage, windows: grid, groupBy: ['customer_id'] },
    rowsMax: limits.pricedGroupsMax,
  });
  const months = new Map<string, Span[]>();
  await eachInTurns(rows, ({ keys, windowStartMs }) => {
    const id = String(keys[0]);
    const start = windowStartMs ?? fromMs;
    const month = { fromMs: start, toMs: grid.starts.find((next) => next > start) ?? toMs };
    const known = months.get(id);
    if (known) known.push(month);
    else months.set(id, [month]);
  });
  return months;
}

/**
 * From when on a customer may owe something without an event in the period: a price of its own is charged whether or not
 * there is use, and a level holds on. Both begin with the customer's first event or first statement, own prices at the
 * latest when made.
 */
async function chargedAlways(
  usageStore: UsageStore,
  { view, usage }: PiecesToFind,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const fromMs = new Map<string, number>();
  for (const { customerId, effectiveFromMs, createdAtMs } of view.book.versions) {
    if (customerId === null) continue;
    const since = effectiveFromMs ?? createdAtMs;
    fromMs.set(customerId, Math.min(fromMs.get(customerId) ?? since, since));
  }
  const hasLevels = view.madeMeters.some(({ aggregation }) => aggregation === 'time_weighted');
  const asked = hasLevels ? ids : ids.filter((id) => fromMs.has(id));
  if (asked.length === 0) return fromMs;
  const firstEvents = await usageStore.firstEventTimes(asked, usage);
  for (const id of asked) {
    const [firstClose] = view.closesOf(id);
    const starts = [fromMs.get(id), firstEvents.get(id), firstClose?.fromMs].filter((ms) => ms !== undefined);
    if (starts.length > 0) fromMs.set(id, Math.min(...starts));
  }
  return fromMs;
}

/** The same periods of many customers share their edges. */
function makeEdges(span: Span, grid: WindowGrid | null): (period: Span) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (period) => {
    const fromMs = Math.max(period.fromMs, span.fromMs);
    const toMs = Math.min(period.toMs, span.toMs);
    const key = `${fromMs} ${toMs}`;
    const edges = known.get(key) ?? [fromMs, ...(grid ? windowStartsIn(grid, fromMs, toMs) : []), toMs];
    known.set(key, edges);
    return edges;
  };
}
