/**
 * What a meter's lines cost between instants of one billing period: the difference of the cumulative cost, so a window may
 * be negative, and windows that tile the period add up to its exact lines (MONEY.md 5.8). Flat amounts, minimum and
 * maximum fall at the period's end. It knows no calendar: windows are instants here.
 */
import { type Fraction, subtractFractions, zeroFraction } from '../../money/fraction.ts';
import { addUse, type LineCounter, type MeasuredUse, orderKey } from './line-counter.ts';
import { type LineSoFar, lineSoFar, priceCounters } from './price-line.ts';
import type { DimensionValue } from './price-terms.ts';
import type { MeterTimeline, Stretch } from './price-timeline.ts';

/**
 * Use of a meter whose numbers add up: of a stretch that no edge cuts. Of another meter: what it says of the span from the
 * period's start to `untilMs`.
 */
export interface TimedUse extends MeasuredUse {
  readonly untilMs: number;
}

export interface WindowCost {
  /** 0 for the window from the first edge to the second, and so on. */
  readonly window: number;
  readonly cost: Fraction;
  readonly events: number;
}

export interface LineWindows {
  readonly dimension: DimensionValue;
  /** In order; windows in which neither cost nor events changed are left out. */
  readonly windows: readonly WindowCost[];
}

/** `edges`: at least two, ascending, inside the period or on its ends. */
export function costsBetween(
  timeline: MeterTimeline,
  period: Stretch,
  uses: readonly TimedUse[],
  edges: readonly number[],
): LineWindows[] {
  const lines = new Map<string, { dimension: DimensionValue; windows: WindowCost[] }>();
  let before: ReadonlyMap<string, LineAt> = new Map();
  const cumulative = timeline.additive ? addingUp(timeline, period, uses) : asOfEach(timeline, period, uses);
  for (const [index, edge] of edges.entries()) {
    const now = cumulative(edge);
    if (index > 0) {
      for (const [key, at] of now) {
        const cost = subtractFractions(at.cost, before.get(key)?.cost ?? zeroFraction);
        const events = at.events - (before.get(key)?.events ?? 0);
        if (cost.numerator === 0n && events === 0) continue;
        const line = lines.get(key) ?? { dimension: at.dimension, windows: [] };
        line.windows.push({ window: index - 1, cost, events });
        lines.set(key, line);
      }
    }
    before = now;
  }
  return [...lines.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

interface LineAt extends LineSoFar {
  readonly dimension: DimensionValue;
}

type Cumulative = (edge: number) => ReadonlyMap<string, LineAt>;

/** Asked for ascending edges: each use is counted once, and only lines that changed are priced again. */
function addingUp(timeline: MeterTimeline, period: Stretch, uses: readonly TimedUse[]): Cumulative {
  const inOrder = [...uses].sort((a, b) => a.atMs - b.atMs);
  const counters = new Map<string, LineCounter>();
  let next = 0;
  let known: ReadonlyMap<string, LineAt> = new Map();
  return (edge) => {
    const changed = new Set<string>();
    for (let use = inOrder[next]; use !== undefined && use.atMs < edge; use = inOrder[next]) {
      for (const key of addUse(counters, timeline, use)) changed.add(key);
      next += 1;
    }
    if (edge === period.toMs) return atEnd(counters, timeline, period);
    if (changed.size === 0) return known;
    const now = new Map(known);
    for (const key of changed) now.set(key, soFar(counters.get(key) as LineCounter, timeline, period));
    known = now;
    return now;
  };
}

/** Numbers that do not add up come as they stood: the latest of each line that is not after the edge. */
function asOfEach(timeline: MeterTimeline, period: Stretch, uses: readonly TimedUse[]): Cumulative {
  const inOrder = [...uses].sort((a, b) => a.untilMs - b.untilMs);
  return (edge) => {
    const latest = new Map<string, TimedUse>();
    for (const use of inOrder) if (use.untilMs <= edge) latest.set(orderKey(use.dimension), use);
    const counters = new Map<string, LineCounter>();
    for (const use of latest.values()) addUse(counters, timeline, use);
    if (edge === period.toMs) return atEnd(counters, timeline, period);
    return new Map([...counters].map(([key, counter]) => [key, soFar(counter, timeline, period)]));
  };
}

function soFar(counter: LineCounter, timeline: MeterTimeline, period: Stretch): LineAt {
  return { dimension: counter.dimension, ...lineSoFar(counter, timeline, period) };
}

function atEnd(
  counters: Map<string, LineCounter>,
  timeline: MeterTimeline,
  period: Stretch,
): Map<string, LineAt> {
  return new Map(
    priceCounters(counters, timeline, period).map(({ dimension, exactAmount, events }) => [
      orderKey(dimension),
      { dimension, cost: exactAmount, events },
    ]),
  );
}
