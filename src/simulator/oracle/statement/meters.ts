/**
 * How a meter makes one number of events, as MONEY.md 5.1 says it, for events that are all at hand: filters and prices are
 * not its business. Averages and time-weighted levels stay exact fractions.
 */
import { add, divide, isLess, multiply, type Ratio, ratio, sumOf, zero } from './ratio.ts';

export type Aggregation =
  | 'count'
  | 'sum'
  | 'max'
  | 'min'
  | 'average'
  | 'latest'
  | 'unique'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'time_weighted';

export interface MeteredEvent {
  readonly source: string;
  readonly id: string;
  readonly timeMs: number;
  readonly value: Ratio;
  /** With its type, such as `1` or `"1"`: for `unique` only. */
  readonly property?: string;
}

export interface MeterSpan {
  /** Half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  /** For `time_weighted`: what one unit is held for. A day has 86,400 s. */
  readonly per?: 'second' | 'hour' | 'day';
}

const perMs = { second: 1_000n, hour: 3_600_000n, day: 86_400_000n };

/** Bytewise by UTF-8, which is by code points and not by UTF-16 units. */
export function compareBytes(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** By time; of the same moment the greater source, then id, is later, whatever came first. */
function inOrder(events: readonly MeteredEvent[]): MeteredEvent[] {
  return [...events].sort(
    (one, other) =>
      one.timeMs - other.timeMs || compareBytes(one.source, other.source) || compareBytes(one.id, other.id),
  );
}

/** Null where there is nothing to tell: the greatest of no events, for one. A carried level needs no event in the span. */
export function meterValue(
  aggregation: Aggregation,
  events: readonly MeteredEvent[],
  span: MeterSpan,
): Ratio | null {
  if (aggregation === 'time_weighted') return timeWeighted(events, span);
  const own = inOrder(events.filter(({ timeMs }) => timeMs >= span.fromMs && timeMs < span.toMs));
  const values = own.map(({ value }) => value);
  if (aggregation === 'count') return ratio(BigInt(own.length));
  if (aggregation === 'sum') return sumOf(values);
  if (aggregation === 'unique') return ratio(BigInt(new Set(own.map(({ property }) => property)).size));
  if (values.length === 0) return null;
  if (aggregation === 'latest') return values.at(-1) ?? null;
  if (aggregation === 'average') return divide(sumOf(values), ratio(BigInt(values.length)));
  const sorted = [...values].sort((one, other) => (isLess(one, other) ? -1 : isLess(other, one) ? 1 : 0));
  if (aggregation === 'max') return sorted.at(-1) ?? null;
  if (aggregation === 'min') return sorted[0] ?? null;
  // The nearest rank: the smallest value that so many of a hundred do not exceed.
  const percent = Number.parseInt(aggregation.slice(1), 10);
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null;
}

/** One level for each source, held until its next event; the span's levels are added up over time. */
function timeWeighted(events: readonly MeteredEvent[], { fromMs, toMs, per = 'second' }: MeterSpan): Ratio {
  const series = new Map<string, MeteredEvent[]>();
  for (const event of inOrder(events)) series.set(event.source, [...(series.get(event.source) ?? []), event]);
  let sum = zero;
  for (const levels of series.values()) {
    for (const [at, { timeMs, value }] of levels.entries()) {
      const startMs = Math.max(timeMs, fromMs);
      const endMs = Math.min(levels[at + 1]?.timeMs ?? toMs, toMs);
      if (endMs > startMs) sum = add(sum, multiply(value, ratio(BigInt(endMs - startMs))));
    }
  }
  return divide(sum, ratio(perMs[per]));
}
