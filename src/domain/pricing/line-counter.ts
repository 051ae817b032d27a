/**
 * Counts a meter's measured numbers by line: for each dimension value a sum in each stretch of the timeline, whatever the
 * order in which they come. Prices come later (`price-line.ts`).
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { addFractions, type Fraction, sumFractions, zeroFraction } from '../../money/fraction.ts';
import type { DimensionValue } from './price-terms.ts';
import type { MeterTimeline, Stretch } from './price-timeline.ts';

/**
 * What a meter measured of one customer in one stretch (or a part of it: additive numbers of one stretch are added),
 * by the dimension of the stretch's price.
 */
export interface MeasuredUse {
  /** Any instant of the stretch; for meters that are not additive any instant of the period. */
  readonly atMs: number;
  /** Looked at only where the stretch's price has a dimension; null: the property is missing. */
  readonly dimension: PropertyValue | null;
  readonly quantity: Fraction;
  readonly events: number;
  /** Σ of the amounts that the events carried. */
  readonly amount: Fraction;
  readonly eventsWithAmount: number;
}

/** What one line counts: a sum for each stretch of the timeline. */
export interface LineCounter {
  readonly dimension: DimensionValue;
  readonly sums: UseSum[];
}

export interface UseSum {
  readonly quantity: Fraction;
  readonly events: number;
  readonly amount: Fraction;
  readonly eventsWithAmount: number;
}

export const noUse: UseSum = { quantity: zeroFraction, events: 0, amount: zeroFraction, eventsWithAmount: 0 };

/**
 * Each use counts for the line of its dimension value, or for the undivided line, as its stretch's price says. Where
 * no version is in force it counts for both: quantities count on through the period, priced or not (MONEY.md 5.3).
 */
export function countUses(timeline: MeterTimeline, uses: readonly MeasuredUse[]): Map<string, LineCounter> {
  const counters = new Map<string, LineCounter>();
  for (const use of uses) addUse(counters, timeline, use);
  return counters;
}

/** Counts one use more; answers with the keys of the lines that it counts for. */
export function addUse(
  counters: Map<string, LineCounter>,
  timeline: MeterTimeline,
  use: MeasuredUse,
): string[] {
  const index = timeline.additive ? stretchIndex(timeline.stretches, use.atMs) : 0;
  const price = timeline.stretches[index]?.price ?? null;
  const lines: DimensionValue[] = [];
  if (price === null || price.dimension === null) lines.push(undefined);
  if (price === null || price.dimension !== null) lines.push(use.dimension);
  for (const dimension of lines) count(counters, dimension, timeline, index, use);
  return lines.map(orderKey);
}

function count(
  counters: Map<string, LineCounter>,
  dimension: DimensionValue,
  timeline: MeterTimeline,
  index: number,
  use: UseSum,
): void {
  const { sums } = counterFor(counters, dimension, timeline);
  const before = sums[index] ?? noUse;
  sums[index] = {
    quantity: addFractions(before.quantity, use.quantity),
    events: before.events + use.events,
    amount: addFractions(before.amount, use.amount),
    eventsWithAmount: before.eventsWithAmount + use.eventsWithAmount,
  };
}

export function counterFor(
  counters: Map<string, LineCounter>,
  dimension: DimensionValue,
  timeline: MeterTimeline,
): LineCounter {
  const key = orderKey(dimension);
  const known = counters.get(key);
  if (known) return known;
  const counter = { dimension, sums: timeline.stretches.map(() => noUse) };
  counters.set(key, counter);
  return counter;
}

/** What the line counts in the whole period, priced or not. */
export function wholeOf({ sums }: LineCounter): Fraction {
  return sumFractions(sums.map(({ quantity }) => quantity));
}

/** The stretch that holds an instant; the first or the last for an instant outside the period. */
function stretchIndex(stretches: readonly Stretch[], atMs: number): number {
  const index = stretches.findLastIndex(({ fromMs }) => fromMs <= atMs);
  return Math.max(index, 0);
}

/** None, missing, then booleans, numbers and texts: a text that is different for different values. */
export function orderKey(dimension: DimensionValue): string {
  if (dimension === undefined) return '';
  return dimension === null ? '0' : `${typeof dimension}:${dimension}`;
}
