/**
 * Usage of a time-weighted meter by window and keys. The levels of all customers are integrated customer by customer and
 * added; events are counted apart, because a window may hold a level without any event.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { EventCondition } from '../../domain/meters/condition.ts';
import { type Meter, millisecondsPer } from '../../domain/meters/meter.ts';
import {
  addFractions,
  type Fraction,
  formatFraction,
  makeFraction,
  zeroFraction,
} from '../../money/fraction.ts';
import { type MeasureSpan, ResultTooLarge, type UsageQuery, type UsageRow } from '../usage-store.ts';
import type { AggregateContext } from './aggregate.ts';
import { type MeasureContext, scanLevels } from './measure.ts';

interface LevelTotal {
  readonly windowStartMs: number | null;
  readonly keys: readonly (PropertyValue | null)[];
  level: Fraction;
}

/** `counted` has the events of each row, and no levels. */
export async function aggregateLevels(
  query: UsageQuery,
  counted: readonly UsageRow[],
  context: AggregateContext,
): Promise<UsageRow[]> {
  const meter = query.meter as Meter;
  const windows = windowStarts(query);
  const totals = new Map<string, LevelTotal>();
  for (const piece of await levelsIn(query, meter, windows, context)) {
    const windowStartMs = query.windows === null ? null : piece.windowStartMs;
    const name = JSON.stringify([windowStartMs, piece.keys]);
    const total = totals.get(name) ?? { windowStartMs, keys: piece.keys, level: zeroFraction };
    total.level = addFractions(total.level, piece.level);
    totals.set(name, total);
  }
  const events = new Map(counted.map((row) => [JSON.stringify([row.windowStartMs, row.keys]), row]));
  for (const [name, { windowStartMs, keys }] of events) {
    if (!totals.has(name)) totals.set(name, { windowStartMs, keys, level: zeroFraction });
  }
  const perMs = BigInt(millisecondsPer[meter.per ?? 'hour']);
  const rows = [...totals].map(([name, { windowStartMs, keys, level }]) => ({
    ...{ windowStartMs, keys, cutMs: null, events: events.get(name)?.events ?? 0 },
    quantity: formatFraction(makeFraction(level.numerator, level.denominator * perMs)),
  }));
  return rows.filter((row) => row.events > 0 || row.quantity !== '0').sort(byWindowAndKeys);
}

interface WindowLevel {
  readonly windowStartMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  readonly level: Fraction;
}

async function levelsIn(
  query: UsageQuery,
  meter: Meter,
  windows: readonly number[],
  { ask, view }: AggregateContext,
): Promise<WindowLevel[]> {
  const { filter, groupBy, rowsMax, customerIds } = query;
  const fromMs = Math.max(filter.fromMs ?? 0, windows[0] ?? 0);
  const toMs = Math.min(
    filter.toMs ?? Number.MAX_SAFE_INTEGER,
    query.levelsUntilMs ?? Number.MAX_SAFE_INTEGER,
  );
  if (toMs <= fromMs || !servesService(query, meter)) return [];
  const cutsMs = windows.filter((start) => start > fromMs && start < toMs);
  const span: MeasureSpan = { customerId: '', fromMs, toMs, cutsMs };
  const customers = customerIds ?? (filter.customerId === undefined ? null : [filter.customerId]);
  const context: MeasureContext = { ask, view, rowsMax: rowsMax * levelRowsPerRow };
  const scan = {
    ...{ meter, services: [meter.service], spans: [span], customerIds: customers, keys: groupBy },
    ...{ levelsUntilMs: toMs, where: whereOf(query), queries: [] },
  };
  const pieces = await scanLevels(scan, context, () => span);
  let at = 0;
  return pieces.map(({ piece, keys }) => {
    if ((windows[at] ?? 0) > piece.startMs) at = 0;
    while (at + 1 < windows.length && (windows[at + 1] as number) <= piece.startMs) at += 1;
    return { windowStartMs: windows[at] ?? fromMs, keys, level: piece.value };
  });
}

/** Levels are read customer by customer, and summed up here. */
const levelRowsPerRow = 10;

/** A customer filter narrows whose levels are read; the others say which of them count. */
function whereOf({ filter }: UsageQuery): EventCondition {
  const source: EventCondition[] =
    filter.source === undefined ? [] : [{ field: 'source', op: 'eq', value: filter.source }];
  return { all: [...source, ...(filter.where === undefined ? [] : [filter.where])] };
}

function servesService({ filter, customerIds }: UsageQuery, meter: Meter): boolean {
  if (filter.service !== undefined && filter.service !== meter.service) return false;
  return filter.customerId === undefined || customerIds?.includes(filter.customerId) !== false;
}

/** Every window's start, those of a step included. */
function windowStarts({ windows, filter, rowsMax }: UsageQuery): number[] {
  if (windows === null) return [];
  const { starts, stepMs } = windows;
  if (stepMs === null) return [...starts];
  const toMs = filter.toMs ?? starts.at(-1) ?? 0;
  const all: number[] = [];
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? Math.max(toMs, start + 1);
    for (let at = start; at < end; at += stepMs) {
      if (all.length >= rowsMax) throw new ResultTooLarge(rowsMax);
      all.push(at);
    }
  }
  return all;
}

function byWindowAndKeys(a: UsageRow, b: UsageRow): number {
  return (a.windowStartMs ?? 0) - (b.windowStartMs ?? 0) || Buffer.compare(keyBytes(a), keyBytes(b));
}

function keyBytes({ keys }: UsageRow): Buffer {
  return Buffer.from(keys.map((key) => (key === null ? '' : JSON.stringify(key))).join('\0'));
}
