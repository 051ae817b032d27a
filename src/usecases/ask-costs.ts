/** What usage cost: exact and unrounded, split by currency; what has no price is listed beside it (MONEY.md 5.8). */
import type { PropertyValue } from '@countinghouse/client/wire';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, formatFraction } from '../money/fraction.ts';
import type { GroupKey } from '../storage/usage-store.ts';
import { type WindowGrid, windowGrid, windowStart } from '../time/window.ts';
import { mapInTurns } from '../turns.ts';
import { clippedWindow, type UsageQuestion, zoneOf } from './ask-usage.ts';
import { findPieces, piecesSpan } from './cost-pieces.ts';
import type { CostPiece } from './cost-plan.ts';
import type { Dependencies } from './dependencies.ts';
import { type PieceCost, pricePieces } from './price-pieces.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { type ExactUnpricedUsage, findUnmatched, sumUnpriced, type UnpricedUsage } from './unpriced-usage.ts';

export interface CostRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  /** Exact: shortest plain decimal, or a reduced "n/d" where none ends. */
  readonly cost: string;
  readonly currency: string;
  readonly events: number;
}

export interface CostAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly timeZone: string;
  readonly rows: readonly CostRow[];
  readonly unpriced: readonly UnpricedUsage[];
}

export type AskCosts = (question: UsageQuestion) => Promise<CostAnswer | Refusal>;

export function makeAskCosts(dependencies: Dependencies): AskCosts {
  const { catalog, clock, usageStore } = dependencies;
  return async (question) => {
    const { view, sequenceMax } = await resolveAsOf(dependencies, question.asOf ?? null);
    const nowMs = clock.nowMs();
    const timeZone = question.timeZone ?? zoneOf(question.customerId, view);
    const asked = resolveSpan(question, timeZone, nowMs);
    if (!asked.ok) return asked;
    const { span } = asked;
    const narrow = narrowTo(question, view);
    if (!narrow.ok) return narrow;
    const grid = gridFor(question, timeZone, span, nowMs);
    const customerIds = question.customerId === undefined ? null : [question.customerId];
    const around = { view, usage: { sequenceMax }, span, customerIds, services: narrow.services, nowMs };
    const where = conditionOf(question);
    const pieces = await findPieces(usageStore, { ...around, catalog, grid });
    const splitBy = question.groupBy.filter((key) => key !== 'customer_id' && key !== 'service');
    const groups = makeGroups({ pieces, groupBy: question.groupBy, grid, span });
    const open: ExactUnpricedUsage[] = [];
    const [refusal, unmatched] = await Promise.all([
      pricePieces(
        usageStore,
        { ...around, pieces, meter: narrow.meter, splitBy, where },
        {
          cost: groups.add,
          unpriced: (entry) => void open.push({ ...entry, customerId: customerOf(pieces, entry) }),
        },
      ),
      findUnmatched(usageStore, { ...around, source: question.source, where: question.where }),
    ]);
    if (refusal) return namingSource(refusal, question);
    const rows = await groups.rows();
    const unpriced = sumUnpriced([...unmatched, ...open]);
    if (rows.length + unpriced.length > limits.rowsMax) return tooLarge();
    return { ok: true, span, timeZone, rows, unpriced };
  };
}

function tooLarge(): Refusal {
  return refuse(
    'result_too_large',
    `the answer has more than ${limits.rowsMax} rows: ask for less at a time`,
  );
}

/** Both narrow a cost to some of its events; the refusal names the parameter that was given. */
function namingSource(refusal: Refusal, { source, where }: UsageQuestion): Refusal {
  return refusal.field === 'filter' && source !== undefined && where === undefined
    ? { ...refusal, field: 'source' }
    : refusal;
}

/** A meter that has no record may be the default meter of a service that has none: its usage is unpriced. */
function narrowTo(
  { service, meter }: UsageQuestion,
  view: { meter(id: string): { readonly service: string } | undefined },
):
  | { readonly ok: true; readonly services: ReadonlySet<string> | null; readonly meter: string | null }
  | Refusal {
  if (meter === undefined)
    return { ok: true, services: service === undefined ? null : new Set([service]), meter: null };
  const ofMeter = view.meter(meter)?.service ?? meter;
  if (service === undefined || service === ofMeter) return { ok: true, services: new Set([ofMeter]), meter };
  const message = `meter ${JSON.stringify(meter)} is not one of service ${JSON.stringify(service)}`;
  return refuse('parameter_invalid', message, 'meter');
}

/** Laid to the end of the running period, where what a period costs as such falls. */
function gridFor({ window }: UsageQuestion, zone: string, span: Span, nowMs: number): WindowGrid | null {
  const laid = piecesSpan(span, nowMs);
  return window === null || laid === null ? null : windowGrid(window, zone, laid.fromMs, laid.toMs);
}

function conditionOf({ source, where }: UsageQuestion): EventCondition | null {
  const bySource = source === undefined ? [] : [{ field: 'source', op: 'eq', value: source } as const];
  const all = [...bySource, ...(where ? [where] : [])];
  return all.length === 0 ? null : all.length === 1 ? (all[0] as EventCondition) : { all };
}

function customerOf(pieces: readonly CostPiece[], { pieceIndex }: { readonly pieceIndex: number }): string {
  return pieces[pieceIndex]?.customer.id ?? '';
}

interface Group {
  /** Keys and currency as one text: written once, compared often. */
  readonly order: string;
  readonly windowStartMs: number | null;
  readonly keys: readonly (PropertyValue | null)[];
  readonly currency: string;
  cost: Fraction;
  events: number;
}

interface RowSurroundings {
  readonly pieces: readonly CostPiece[];
  readonly groupBy: readonly GroupKey[];
  readonly grid: WindowGrid | null;
  readonly span: Span;
}

/** Adds costs up, one after the other: what is kept is as large as the answer. */
function makeGroups({ pieces, groupBy, grid, span }: RowSurroundings) {
  const groups = new Map<string, Group>();
  return {
    add(cost: PieceCost): void {
      const { customer, edges } = pieces[cost.pieceIndex] as CostPiece;
      const windowStartMs = grid && windowStart(grid, edges[cost.window] as number);
      const keys = keysOf(cost, customer.id, groupBy);
      const order = JSON.stringify([keys, customer.currency]);
      const id = `${windowStartMs} ${order}`;
      const group = groups.get(id);
      if (group) {
        group.cost = addFractions(group.cost, cost.cost);
        group.events += cost.events;
      } else {
        const { cost: first, events } = cost;
        groups.set(id, { order, windowStartMs, keys, currency: customer.currency, cost: first, events });
      }
    },
    rows(): Promise<CostRow[]> {
      const owed = [...groups.values()]
        .filter(({ cost, events }) => events !== 0 || cost.numerator !== 0n)
        .sort(byWindowThenKeys);
      return mapInTurns(owed, ({ windowStartMs: startMs, keys, currency, cost, events }) => {
        const { windowStartMs, windowEndMs } = clippedWindow(grid, startMs, span);
        return { windowStartMs, windowEndMs, keys, cost: formatFraction(cost), currency, events };
      });
    },
  };
}

/** A row's keys in the order in which they were asked for. */
function keysOf(
  { service, split }: PieceCost,
  customerId: string,
  groupBy: readonly GroupKey[],
): (PropertyValue | null)[] {
  let next = 0;
  return groupBy.map((key) => {
    if (key === 'customer_id') return customerId;
    if (key === 'service') return service;
    next += 1;
    return split[next - 1] ?? null;
  });
}

function byWindowThenKeys(a: Group, b: Group): number {
  const windows = (a.windowStartMs ?? 0) - (b.windowStartMs ?? 0);
  if (windows !== 0) return windows;
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}
