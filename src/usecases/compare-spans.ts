/** How customers or services changed from one span to another: cost, quantity and events, before and now. */
import { type Growth, growthOf } from '../domain/analysis/growth.ts';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import { type Refusal, refuse } from '../errors.ts';
import { formatFixed } from '../money/decimal.ts';
import {
  compareFractions,
  formatFraction,
  maxFraction,
  negateFraction,
  zeroFraction,
} from '../money/fraction.ts';
import { monthAround } from '../time/zone.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { type Totals, type TotalsKey, totalsByKey } from './totals-by-key.ts';

export interface GrowthQuestion {
  readonly by: TotalsKey;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly beforeFromMs?: number;
  readonly beforeToMs?: number;
  readonly timeZone?: string;
  readonly limit: number;
}

export interface GrowthFigures {
  readonly before: string;
  readonly now: string;
  readonly change: string;
  /** null where there was nothing before. */
  readonly growth: string | null;
}

export interface GrowthItem {
  readonly key: string;
  readonly currency: string;
  readonly cost: GrowthFigures;
  readonly quantity: GrowthFigures;
  readonly eventsBefore: number;
  readonly eventsNow: number;
}

export interface GrowthAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly before: Span;
  readonly timeZone: string;
  /** The greatest change of cost first, be it up or down; then by key and currency. */
  readonly items: readonly GrowthItem[];
}

export type CompareSpans = (question: GrowthQuestion) => Promise<GrowthAnswer | Refusal>;

export function makeCompareSpans(dependencies: Dependencies): CompareSpans {
  return async (question) => {
    const { by, limit, timeZone = 'UTC' } = question;
    const nowMs = dependencies.clock.nowMs();
    const resolved = resolveSpan(question, timeZone, nowMs);
    if (!resolved.ok) return resolved;
    const { span } = resolved;
    const before = spanBefore(question, span, timeZone);
    if (before === null) {
      return refuse('parameter_invalid', 'before_from must lie before before_to', 'before_from');
    }
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const around = { view, usage: { sequenceMax }, by, nowMs };
    const [earlier, later] = await Promise.all(
      [before, span].map((one) => totalsByKey(dependencies, { ...around, span: one })),
    );
    const items = compared(earlier ?? [], later ?? []).slice(0, limit);
    return { ok: true, span, before, timeZone, items };
  };
}

/** What was asked; else the month before the current one, or the same length of time right before the span. */
function spanBefore(question: GrowthQuestion, span: Span, zone: string): Span | null {
  const isMonth = question.fromMs === undefined && question.toMs === undefined;
  const standard = isMonth
    ? monthAround(span.fromMs - 1, zone)
    : { fromMs: span.fromMs - (span.toMs - span.fromMs), toMs: span.fromMs };
  const fromMs = question.beforeFromMs ?? standard.fromMs;
  const toMs = question.beforeToMs ?? standard.toMs;
  return fromMs < toMs ? { fromMs, toMs } : null;
}

const nothing = { quantity: zeroFraction, events: 0, cost: zeroFraction };

function compared(before: readonly Totals[], now: readonly Totals[]): GrowthItem[] {
  const idOf = ({ key, currency }: Totals) => JSON.stringify([key, currency]);
  const earlier = new Map(before.map((totals) => [idOf(totals), totals]));
  const later = new Map(now.map((totals) => [idOf(totals), totals]));
  return [...new Map([...earlier, ...later]).entries()]
    .flatMap(([id, { key, currency }]) => {
      if (currency === null) return [];
      const [was, is] = [earlier.get(id) ?? nothing, later.get(id) ?? nothing];
      const cost = growthOf(was.cost, is.cost);
      const quantity = growthOf(was.quantity, is.quantity);
      return [{ id, key, currency, cost, quantity, eventsBefore: was.events, eventsNow: is.events }];
    })
    .sort((a, b) => compareFractions(size(b.cost), size(a.cost)) || (a.id < b.id ? -1 : 1))
    .map(({ id: _id, cost, quantity, ...item }) => ({
      ...item,
      ...{ cost: figuresOf(cost), quantity: figuresOf(quantity) },
    }));
}

function size({ change }: Growth) {
  return maxFraction(change, negateFraction(change));
}

function figuresOf({ before, now, change, growth }: Growth): GrowthFigures {
  return {
    ...{ before: formatFraction(before), now: formatFraction(now), change: formatFraction(change) },
    growth: growth && formatFixed(growth),
  };
}
