/**
 * What a customer's meters brought in the last weeks, and from it what the rest of the running period is expected to bring
 * (domain/analysis/forecast.ts). It prices nothing.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import {
  expectFromPace,
  expectFromWeeks,
  type PastWeek,
  restOf,
  weekMs,
  weeksOfHistory,
} from '../domain/analysis/forecast.ts';
import type { TimedUse } from '../domain/pricing/cost-windows.ts';
import type { MeterTimeline } from '../domain/pricing/price-timeline.ts';
import type { Period } from '../domain/statements/period.ts';
import { limits } from '../limits.ts';
import { addFractions, type Fraction, zeroFraction } from '../money/fraction.ts';
import type { GroupKey, MeasuredRow, MeasureQuery, UsageStore, UsageView } from '../storage/usage-store.ts';
import type { CatalogView } from './catalog.ts';
import type { MeterJob } from './cost-plan.ts';
import { dimensionsOf } from './pricing-plan.ts';

export interface ExpectedUse {
  readonly use: TimedUse;
  /** What each of the last weeks brought, the latest first; stands beside the first use of a kind only. */
  readonly weeks: readonly Fraction[];
}

export interface ExpectQuestion {
  readonly view: CatalogView;
  readonly usage: UsageView;
  readonly customerId: string;
  readonly period: Period;
  readonly nowMs: number;
  /** The customer's first event; null when there is none. */
  readonly firstEventMs: number | null;
}

/** How many weeks back the rest is expected from; 0: from the pace of the period. */
export function historyWeeks({ firstEventMs, nowMs }: ExpectQuestion): number {
  return weeksOfHistory(firstEventMs, nowMs);
}

/** In the order of the jobs; nothing for meters whose numbers do not add up: they are taken as they stand. */
export async function expectUse(
  usageStore: Pick<UsageStore, 'measure'>,
  question: ExpectQuestion,
  jobs: readonly MeterJob[],
): Promise<ExpectedUse[][]> {
  if (historyWeeks(question) === 0) return jobs.map((job) => fromPace(job, question));
  const queries = jobs.map((job) => historyQuery(job, question));
  const asked = queries.filter((query) => query !== null);
  const options = { view: question.usage, rowsMax: limits.pricedGroupsMax };
  const answers = asked.length === 0 ? [] : await usageStore.measure(asked, options);
  return jobs.map(({ timeline }, index) => {
    const query = queries[index] ?? null;
    const rows = query === null ? [] : (answers[asked.indexOf(query)] ?? []);
    return query === null ? [] : fromWeeks(timeline, query.keys, rows, question);
  });
}

function historyQuery({ timeline }: MeterJob, question: ExpectQuestion): MeasureQuery | null {
  const { view, customerId, nowMs, period } = question;
  const meter = view.meter(timeline.meter);
  if (meter === undefined || !timeline.additive) return null;
  const weeks = historyWeeks(question);
  const { partMs } = restOf(nowMs, period.toMs);
  const starts = Array.from({ length: weeks }, (_, week) => nowMs - (week + 1) * weekMs);
  const cuts = new Set(starts.flatMap((start) => [start, start + partMs]));
  const fromMs = nowMs - weeks * weekMs;
  const cutsMs = [...cuts].filter((ms) => ms > fromMs && ms < nowMs).sort((a, b) => a - b);
  const keys = dimensionsOf(timeline).map((name): GroupKey => `properties.${name}`);
  return { meter, spans: [{ customerId, fromMs, toMs: nowMs, cutsMs }], keys, levelsUntilMs: nowMs };
}

/** One kind of use: the same values of all dimensions. */
interface Kind {
  readonly keys: readonly (PropertyValue | null)[];
  readonly quantity: { whole: Fraction; part: Fraction }[];
  readonly amount: { whole: Fraction; part: Fraction }[];
}

function fromWeeks(
  timeline: MeterTimeline,
  keys: readonly GroupKey[],
  rows: readonly MeasuredRow[],
  question: ExpectQuestion,
): ExpectedUse[] {
  const { nowMs, period } = question;
  const rest = restOf(nowMs, period.toMs);
  return [...kindsOf(rows, question).values()].flatMap((kind) => {
    const expectedOf = (weeks: readonly PastWeek[], fullWeeks: number, isPart: boolean) =>
      expectFromWeeks(
        weeks.map(({ whole, part }) => ({ whole, part: isPart ? part : zeroFraction })),
        { fullWeeks, partMs: rest.partMs },
      );
    const places = Array.from({ length: rest.fullWeeks + (rest.partMs > 0 ? 1 : 0) }, (_, week) => week);
    return places.map((week): ExpectedUse => {
      const isPart = week === rest.fullWeeks;
      const atMs = nowMs + week * weekMs;
      const use = {
        ...{ atMs, untilMs: atMs + 1, dimension: dimensionAt(timeline, atMs, keys, kind.keys) },
        ...{ quantity: expectedOf(kind.quantity, isPart ? 0 : 1, isPart), events: 1 },
        ...{ amount: expectedOf(kind.amount, isPart ? 0 : 1, isPart), eventsWithAmount: 1 },
      };
      return { use, weeks: week === 0 ? kind.quantity.map(({ whole }) => whole) : [] };
    });
  });
}

function kindsOf(rows: readonly MeasuredRow[], question: ExpectQuestion): Map<string, Kind> {
  const { nowMs, period } = question;
  const { partMs } = restOf(nowMs, period.toMs);
  const kinds = new Map<string, Kind>();
  for (const { keys, fromMs, quantity, amount } of rows) {
    const id = JSON.stringify(keys);
    const empty = () =>
      Array.from({ length: historyWeeks(question) }, () => ({ whole: zeroFraction, part: zeroFraction }));
    const kind = kinds.get(id) ?? { keys, quantity: empty(), amount: empty() };
    kinds.set(id, kind);
    const week = Math.ceil((nowMs - fromMs) / weekMs) - 1;
    const isPart = fromMs < nowMs - (week + 1) * weekMs + partMs;
    for (const [sums, value] of [
      [kind.quantity[week], quantity],
      [kind.amount[week], amount],
    ] as const) {
      if (sums === undefined) continue;
      sums.whole = addFractions(sums.whole, value);
      if (isPart) sums.part = addFractions(sums.part, value);
    }
  }
  return kinds;
}

function dimensionAt(
  timeline: MeterTimeline,
  atMs: number,
  keys: readonly GroupKey[],
  values: readonly (PropertyValue | null)[],
): PropertyValue | null {
  const price = timeline.stretches.findLast(({ fromMs }) => fromMs <= atMs)?.price;
  const name = price?.dimension ?? keys[0]?.slice('properties.'.length);
  return name === undefined ? null : (values[keys.indexOf(`properties.${name}`)] ?? null);
}

/** Less than a week is known: each line goes on as it went since the period, or the customer, began. */
function fromPace({ timeline, groups }: MeterJob, question: ExpectQuestion): ExpectedUse[] {
  if (!timeline.additive) return [];
  const { nowMs, period, firstEventMs } = question;
  const sinceMs = Math.max(period.fromMs, firstEventMs ?? period.fromMs);
  return [...groups.values()]
    .flatMap(({ uses }) => uses)
    .map((use) => ({
      use: {
        ...use,
        ...{ atMs: nowMs, untilMs: nowMs + 1 },
        quantity: expectFromPace(use.quantity, sinceMs, nowMs, period.toMs),
        amount: expectFromPace(use.amount, sinceMs, nowMs, period.toMs),
      },
      weeks: [],
    }));
}
