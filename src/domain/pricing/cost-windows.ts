/**
 * What a meter's lines cost between instants of one billing period: the difference of the cumulative cost, so a window may
 * be negative, and windows that tile the period add up to its exact lines (MONEY.md 5.8). Flat amounts, minimum and
 * maximum fall at the period's end. It knows no calendar: windows are instants here.
 */
import { addFractions, type Fraction, subtractFractions, zeroFraction } from '../../money/fraction.ts';
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

/** `edges`: at least two, ascending, inside the period or on its ends. The work grows with the uses, not the edges. */
export function costsBetween(
  timeline: MeterTimeline,
  period: Stretch,
  uses: readonly TimedUse[],
  edges: readonly number[],
): LineWindows[] {
  const counted = timeline.additive ? addedUp : replaced;
  const counters = new Map<string, LineCounter>();
  const ledger = makeLedger();
  for (const { window, uses: some } of byWindow(timeline, uses, edges)) {
    const changed = counted(counters, timeline, some);
    for (const key of changed) {
      const counter = counters.get(key) as LineCounter;
      ledger.enter(window, key, counter.dimension, lineSoFar(counter, timeline, period));
    }
  }
  if (edges.at(-1) === period.toMs) {
    const last = edges.length - 2;
    for (const { dimension, exactAmount, events } of priceCounters(counters, timeline, period)) {
      ledger.enter(last, orderKey(dimension), dimension, { cost: exactAmount, events });
    }
  }
  return ledger.lines();
}

/** Adds uses to what was counted before; answers with the lines that changed. */
function addedUp(
  counters: Map<string, LineCounter>,
  timeline: MeterTimeline,
  uses: readonly TimedUse[],
): Set<string> {
  return new Set(uses.flatMap((use) => addUse(counters, timeline, use)));
}

/** Numbers that do not add up come as they stand by then: the latest replaces what was counted before. */
function replaced(
  counters: Map<string, LineCounter>,
  timeline: MeterTimeline,
  uses: readonly TimedUse[],
): Set<string> {
  const latest = new Map<string, TimedUse>();
  for (const use of [...uses].sort((a, b) => a.untilMs - b.untilMs)) latest.set(orderKey(use.dimension), use);
  const changed = new Set<string>();
  for (const use of latest.values()) {
    const alone = new Map<string, LineCounter>();
    for (const key of addUse(alone, timeline, use)) changed.add(key);
    for (const [key, counter] of alone) counters.set(key, counter);
  }
  return changed;
}

interface UsesOfWindow {
  /** -1: before the first edge. */
  readonly window: number;
  readonly uses: TimedUse[];
}

/** The windows that have uses, in order; what lies behind the last edge does not count. */
function byWindow(
  { additive }: MeterTimeline,
  uses: readonly TimedUse[],
  edges: readonly number[],
): UsesOfWindow[] {
  const windows = new Map<number, TimedUse[]>();
  for (const use of uses) {
    // A number that stood at an edge was reached in the window before it.
    const window = edgesUpTo(edges, additive ? use.atMs : use.untilMs - 1) - 1;
    if (window >= edges.length - 1) continue;
    const some = windows.get(window);
    if (some) some.push(use);
    else windows.set(window, [use]);
  }
  return [...windows].sort(([a], [b]) => a - b).map(([window, some]) => ({ window, uses: some }));
}

/** How many edges are not after an instant. */
function edgesUpTo(edges: readonly number[], ms: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What each line cost when it was last looked at, and the differences by window. */
function makeLedger() {
  const known = new Map<string, LineSoFar>();
  const lines = new Map<string, { dimension: DimensionValue; windows: WindowCost[] }>();
  return {
    enter(window: number, key: string, dimension: DimensionValue, now: LineSoFar): void {
      const cost = subtractFractions(now.cost, known.get(key)?.cost ?? zeroFraction);
      const events = now.events - (known.get(key)?.events ?? 0);
      known.set(key, now);
      if (window < 0 || (cost.numerator === 0n && events === 0)) return;
      const line = lines.get(key) ?? { dimension, windows: [] };
      const last = line.windows.at(-1);
      if (last?.window === window) {
        line.windows[line.windows.length - 1] = {
          window,
          cost: addFractions(last.cost, cost),
          events: last.events + events,
        };
      } else line.windows.push({ window, cost, events });
      lines.set(key, line);
    },
    lines: (): LineWindows[] => [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line),
  };
}
