/** What usage cost: exact and unrounded, split by currency; what has no price is listed beside it (DESIGN.md 3.4). */
import type { PropertyValue } from '@countinghouse/client/wire';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import { addToTally, emptyTally, type Tally } from '../domain/pricing/price-usage.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { formatDecimal } from '../money/decimal.ts';
import type { GroupKey } from '../storage/usage-store.ts';
import type { WindowGrid } from '../time/window.ts';
import { clippedWindow, filterOf, gridOver, type UsageQuestion, zoneOf } from './ask-usage.ts';
import type { Dependencies } from './dependencies.ts';
import { askPricedUsage, type PricedRow, sumUnpriced, type UnpricedUsage } from './priced-usage.ts';

export interface CostRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  /** Exact, shortest plain decimal. */
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
  const { catalog, clock } = dependencies;
  return async (question) => {
    const timeZone = question.timeZone ?? zoneOf(question.customerId, catalog);
    const asked = resolveSpan(question, timeZone, clock.nowMs());
    if (!asked.ok) return asked;
    const { span } = asked;
    const grid = gridOver(question.window, timeZone, span, clock.nowMs());
    if (grid === 'empty') return { ok: true, span, timeZone, rows: [], unpriced: [] };
    const filter = filterOf(question, span);
    const moreKeys = question.groupBy.filter((key) => key !== 'customer_id' && key !== 'service');
    const priced = await askPricedUsage(dependencies, { span, filter, windows: grid, moreKeys });
    const rows = costRows(priced, question.groupBy, grid, span);
    const unpriced = sumUnpriced(priced);
    if (rows.length + unpriced.length > limits.rowsMax) {
      return refuse(
        'result_too_large',
        `the answer has more than ${limits.rowsMax} rows: ask for less at a time`,
      );
    }
    return { ok: true, span, timeZone, rows, unpriced };
  };
}

interface Group {
  readonly windowStartMs: number | null;
  readonly keys: readonly (PropertyValue | null)[];
  readonly currency: string;
  tally: Tally;
}

function costRows(
  rows: readonly PricedRow[],
  groupBy: readonly GroupKey[],
  grid: WindowGrid | null,
  span: Span,
): CostRow[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    if (row.priced.cost === null) continue;
    const keys = keysOf(row, groupBy);
    const { currency, cost } = row.priced;
    const id = JSON.stringify([row.windowStartMs, keys, currency]);
    const group = groups.get(id) ?? { windowStartMs: row.windowStartMs, keys, currency, tally: emptyTally };
    group.tally = addToTally(group.tally, row.slice, cost);
    groups.set(id, group);
  }
  return [...groups.values()].sort(byWindowThenKeys).map(({ windowStartMs, keys, currency, tally }) => ({
    ...clippedWindow(grid, windowStartMs, span),
    keys,
    cost: formatDecimal(tally.cost),
    currency,
    events: tally.events,
  }));
}

/** A row's keys in the order in which they were asked for. */
function keysOf({ slice, moreKeys }: PricedRow, groupBy: readonly GroupKey[]): (PropertyValue | null)[] {
  let next = 0;
  return groupBy.map((key) => {
    if (key === 'customer_id') return slice.customerId;
    if (key === 'service') return slice.service;
    next += 1;
    return moreKeys[next - 1] ?? null;
  });
}

function byWindowThenKeys(a: Group, b: Group): number {
  const windows = (a.windowStartMs ?? 0) - (b.windowStartMs ?? 0);
  if (windows !== 0) return windows;
  const [left, right] = [JSON.stringify([a.keys, a.currency]), JSON.stringify([b.keys, b.currency])];
  return left < right ? -1 : left > right ? 1 : 0;
}
