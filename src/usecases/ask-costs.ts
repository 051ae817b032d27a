/** What usage cost: exact and unrounded, split by currency; what has no price is listed beside it (MONEY.md 5.8). */
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { EventCondition } from '../domain/meters/condition.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { type WindowGrid, windowGrid } from '../time/window.ts';
import { type UsageQuestion, zoneOf } from './ask-usage.ts';
import { type CostRow, makeCostGroups } from './cost-groups.ts';
import { findPieces, piecesSpan } from './cost-pieces.ts';
import type { CostPiece } from './cost-plan.ts';
import type { Dependencies } from './dependencies.ts';
import { type PieceUnpriced, pricePieces } from './price-pieces.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { type ExactUnpricedUsage, findUnmatched, sumUnpriced, type UnpricedUsage } from './unpriced-usage.ts';

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
    const groups = makeCostGroups({ pieces, groupBy: question.groupBy, grid, span });
    const open: ExactUnpricedUsage[] = [];
    const [refusal, unmatched] = await Promise.all([
      pricePieces(
        usageStore,
        { ...around, pieces, meter: narrow.meter, splitBy, where },
        {
          cost: groups.add,
          unpriced: (entry) => void open.push(ofCustomer(pieces, entry)),
        },
      ),
      findUnmatched(usageStore, { ...around, source: question.source, where: question.where }),
    ]);
    if (refusal) return namingSource(refusal, question);
    const rows = await groups.rows();
    for (const entry of unmatched) open.push(entry);
    const unpriced = await sumUnpriced(open);
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

function ofCustomer(
  pieces: readonly CostPiece[],
  { pieceIndex, service, meter, reason, quantity, events }: PieceUnpriced,
): ExactUnpricedUsage {
  const customerId = pieces[pieceIndex]?.customer.id ?? '';
  return { customerId, service, meter, reason, quantity, events };
}
