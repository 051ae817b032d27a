/**
 * Days on which a customer used a service out of its own weekly rhythm: each day of the span beside the same weekday of the
 * eight weeks before. Every number that was compared is in the answer.
 */
import { eventLimits } from '@countinghouse/client/wire';
import { judgeDay, rhythmWeeks, rhythmWeeksMin } from '../domain/analysis/rhythm.ts';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { formatFixed } from '../money/decimal.ts';
import { type Fraction, formatFraction, parseFraction, zeroFraction } from '../money/fraction.ts';
import { windowEnd, windowGrid } from '../time/window.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveAsOf } from './resolve-as-of.ts';

export interface AnomalyQuestion {
  readonly customerId: string;
  readonly service?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly timeZone?: string;
  /** How many times the spread a day may lie off: a canonical decimal, not negative; default `thresholdDefault`. */
  readonly threshold?: string;
  /** Days that are in order, too. */
  readonly all: boolean;
}

export interface JudgedDay {
  readonly service: string;
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  readonly quantity: string;
  /** The same weekday of the weeks before, the latest first. */
  readonly before: readonly string[];
  readonly median: string;
  readonly medianDeviation: string;
  readonly spread: string;
  readonly score: string | null;
  readonly isAnomaly: boolean;
}

export interface AnomalyAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly timeZone: string;
  readonly days: readonly JudgedDay[];
}

export type FindAnomalies = (question: AnomalyQuestion) => Promise<AnomalyAnswer | Refusal>;

export const thresholdDefault = '4';

const weekAndMoreMs = 8 * 86_400_000;

export function makeFindAnomalies(dependencies: Dependencies): FindAnomalies {
  const { clock, usageStore } = dependencies;
  return async (question) => {
    const { customerId, service } = question;
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const customer = view.customer(customerId);
    if (!customer) return refuse('not_found', `there is no customer ${JSON.stringify(customerId)}`);
    const timeZone = question.timeZone ?? customer.timeZone;
    const nowMs = clock.nowMs();
    const resolved = resolveSpan(question, timeZone, nowMs);
    if (!resolved.ok) return resolved;
    const { span } = resolved;
    const fromMs = Math.max(span.fromMs - rhythmWeeks * weekAndMoreMs, eventLimits.timeMinMs);
    const toMs = Math.min(span.toMs, nowMs);
    if (fromMs >= toMs) return { ok: true, span, timeZone, days: [] };
    const grid = windowGrid({ unit: 'day', count: 1 }, timeZone, fromMs, toMs);
    const rows = await usageStore.aggregate({
      filter: {
        customerId,
        fromMs,
        toMs: grid.starts.at(-1) ?? toMs,
        ...(service !== undefined && { service }),
      },
      ...{ view: { sequenceMax }, windows: grid, groupBy: ['service'] },
      rowsMax: limits.pricedGroupsMax,
    });
    const threshold = parseFraction(question.threshold ?? thresholdDefault);
    const series = seriesOf(rows, grid.starts);
    const days: JudgedDay[] = [];
    for (const [name, quantities] of series) {
      for (const [index, dayStartMs] of grid.starts.entries()) {
        // Days that are cut by the span, or not over, say nothing of a whole day.
        if (dayStartMs < span.fromMs || index + 1 >= grid.starts.length) continue;
        const dayEndMs = windowEnd(grid, dayStartMs);
        if (dayEndMs > toMs) continue;
        const judged = judge(quantities, index, threshold);
        if (judged !== null) days.push({ service: name, dayStartMs, dayEndMs, ...judged });
      }
    }
    const shown = days.filter(({ isAnomaly }) => question.all || isAnomaly);
    if (shown.length > limits.rowsMax) {
      return refuse(
        'result_too_large',
        `the answer has more than ${limits.rowsMax} rows: ask for less at a time`,
      );
    }
    return { ok: true, span, timeZone, days: shown };
  };
}

/** By service: the quantity of each day of the grid from the first one with use on; days before it are missing. */
function seriesOf(
  rows: readonly {
    readonly windowStartMs: number | null;
    readonly keys: readonly unknown[];
    readonly quantity: string;
  }[],
  starts: readonly number[],
): Map<string, Map<number, Fraction>> {
  const places = new Map(starts.map((start, index) => [start, index]));
  const series = new Map<string, Map<number, Fraction>>();
  for (const { windowStartMs, keys, quantity } of rows) {
    const index = places.get(windowStartMs ?? Number.NaN);
    if (index === undefined) continue;
    const name = String(keys[0]);
    const days = series.get(name) ?? new Map<number, Fraction>();
    days.set(index, parseFraction(quantity));
    series.set(name, days);
  }
  for (const days of series.values()) {
    const first = Math.min(...days.keys());
    for (let index = first; index < starts.length; index += 1) {
      if (!days.has(index)) days.set(index, zeroFraction);
    }
  }
  return series;
}

/** null where there are too few weeks to compare with. */
function judge(quantities: ReadonlyMap<number, Fraction>, index: number, threshold: Fraction) {
  const value = quantities.get(index);
  const before: Fraction[] = [];
  for (let week = 1; week <= rhythmWeeks; week += 1) {
    const then = quantities.get(index - 7 * week);
    if (then !== undefined) before.push(then);
  }
  if (value === undefined || before.length < rhythmWeeksMin) return null;
  const { median, medianDeviation, spread, score, isAnomaly } = judgeDay(value, before, threshold);
  return {
    quantity: formatFraction(value),
    before: before.map(formatFraction),
    ...{ median: formatFraction(median), medianDeviation: formatFraction(medianDeviation) },
    ...{ spread: formatFraction(spread), score: score && formatFixed(score), isAnomaly },
  };
}
