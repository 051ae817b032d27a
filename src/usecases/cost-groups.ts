/**
 * Adds the costs of pieces up to the rows of an answer: by window, keys and currency. What is kept is as large as the answer.
 * It prices nothing.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { Span } from '../domain/analysis/span.ts';
import { addFractions, type Fraction, formatFraction } from '../money/fraction.ts';
import type { GroupKey } from '../storage/usage-store.ts';
import { type WindowGrid, windowStart } from '../time/window.ts';
import { eachInTurns, makeTurns, sortInTurns, type Turns } from '../turns.ts';
import { makeClipper } from './clipped-window.ts';
import type { CostPiece } from './cost-plan.ts';
import type { PieceCost } from './price-pieces.ts';

export interface CostRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  /** Exact: shortest plain decimal, or a reduced "n/d" where none ends. */
  readonly cost: string;
  readonly currency: string;
  readonly events: number;
}

export interface CostGroups {
  add(cost: PieceCost): void;
  /** By window, then by keys, then by currency. To be asked for once, when all is added. */
  rows(): Promise<CostRow[]>;
}

export interface RowSurroundings {
  readonly pieces: readonly CostPiece[];
  readonly groupBy: readonly GroupKey[];
  readonly grid: WindowGrid | null;
  readonly span: Span;
}

interface Group {
  /** Keys and currency as one text: what the groups of a window are found and ordered by. */
  readonly order: string;
  readonly keys: readonly (PropertyValue | null)[];
  readonly currency: string;
  cost: Fraction;
  events: number;
}

export function makeCostGroups({ pieces, groupBy, grid, span }: RowSurroundings): CostGroups {
  const windows = new Map<number | null, Map<string, Group>>();
  return {
    add({ pieceIndex, window, service, split, cost, events }) {
      const { customer, edges } = pieces[pieceIndex] as CostPiece;
      const groups = ofWindow(windows, grid && windowStart(grid, edges[window] as number));
      const keys = keysOf(service, split, customer.id, groupBy);
      const order = orderText(keys, groupBy, customer.currency);
      const group = groups.get(order);
      if (group === undefined) groups.set(order, { order, keys, currency: customer.currency, cost, events });
      else {
        group.cost = addFractions(group.cost, cost);
        group.events += events;
      }
    },
    async rows() {
      const turns = makeTurns();
      const clip = makeClipper(grid, span);
      const rows: CostRow[] = [];
      const byTime = await sortInTurns([...windows], ([a], [b]) => (a ?? 0) - (b ?? 0), turns);
      for (const [startMs, groups] of byTime) {
        const { windowStartMs, windowEndMs } = clip(startMs);
        const toRow = ({ keys, cost, currency, events }: Group) => {
          rows.push({ windowStartMs, windowEndMs, keys, cost: formatFraction(cost), currency, events });
        };
        await eachInTurns(await sortInTurns(await owed(groups, turns), byOrder, turns), toRow, turns);
      }
      return rows;
    },
  };
}

function ofWindow(
  windows: Map<number | null, Map<string, Group>>,
  startMs: number | null,
): Map<string, Group> {
  const groups = windows.get(startMs) ?? new Map<string, Group>();
  windows.set(startMs, groups);
  return groups;
}

/** What is nothing is left out. */
async function owed(groups: ReadonlyMap<string, Group>, turns: Turns): Promise<Group[]> {
  const found: Group[] = [];
  const keep = (group: Group) => {
    if (group.events !== 0 || group.cost.numerator !== 0n) found.push(group);
  };
  await eachInTurns(groups.values(), keep, turns);
  return found;
}

/** A row's keys in the order in which they were asked for. */
function keysOf(
  service: string,
  split: readonly (PropertyValue | null)[],
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

/**
 * Neither ids nor JSON texts hold control characters, so a tab tells them apart and comes before everything else. A
 * property is JSON, because a number and a text may look alike; a missing one is empty and comes first.
 */
function orderText(
  keys: readonly (PropertyValue | null)[],
  groupBy: readonly GroupKey[],
  currency: string,
): string {
  let text = '';
  for (const [index, key] of keys.entries()) {
    const isProperty = groupBy[index]?.startsWith('properties.') === true;
    text += `${key === null ? '' : isProperty ? JSON.stringify(key) : key}\t`;
  }
  return text + currency;
}

function byOrder(a: Group, b: Group): number {
  return a.order < b.order ? -1 : 1;
}
