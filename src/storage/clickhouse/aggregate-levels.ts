/**
 * Usage of a time-weighted meter by window and keys. The levels of all customers are added by the engine and integrated
 * together; events are counted apart, because a window may hold a level without any event.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { EventCondition } from '../../domain/meters/condition.ts';
import { type Meter, millisecondsPer } from '../../domain/meters/meter.ts';
import { type Fraction, formatFraction, makeFraction } from '../../money/fraction.ts';
import { mapInTurns } from '../../turns.ts';
import { type MeasureSpan, ResultTooLarge, type UsageQuery, type UsageRow } from '../usage-store.ts';
import type { AggregateContext } from './aggregate.ts';
import { type MeasureContext, scanLevels } from './measure.ts';

/** `counted` has the events of each row, and no levels. */
export async function aggregateLevels(
  query: UsageQuery,
  counted: readonly UsageRow[],
  context: AggregateContext,
): Promise<UsageRow[]> {
  const meter = query.meter as Meter;
  const perMs = BigInt(millisecondsPer[meter.per ?? 'hour']);
  const levels = await mapInTurns(await levelsIn(query, meter, context), ({ windowStartMs, keys, level }) => {
    const { numerator, denominator } = level;
    const quantity = formatFraction(makeFraction(numerator, denominator * perMs));
    return { windowStartMs, keys, quantity, events: 0 };
  });
  const rows = new Map(counted.map((row) => [nameOf(row), { ...row, quantity: '0' }]));
  for (const row of levels) {
    const name = nameOf(row);
    const events = rows.get(name)?.events ?? 0;
    if (events > 0 || row.quantity !== '0') rows.set(name, { ...row, events });
  }
  if (rows.size > query.rowsMax) throw new ResultTooLarge(query.rowsMax);
  return [...rows.values()].sort(byWindowAndKeys);
}

function nameOf({ windowStartMs, keys }: Pick<UsageRow, 'windowStartMs' | 'keys'>): string {
  return JSON.stringify([windowStartMs, keys]);
}

interface WindowLevel {
  readonly windowStartMs: number | null;
  readonly keys: readonly (PropertyValue | null)[];
  readonly level: Fraction;
}

/** Each window and combination of keys at most once. */
async function levelsIn(
  query: UsageQuery,
  meter: Meter,
  { ask, view }: AggregateContext,
): Promise<WindowLevel[]> {
  const windows = windowStarts(query);
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
    ...{ levelsUntilMs: toMs, where: whereOf(query), queries: [], isSummed: true },
  };
  const pieces = await scanLevels(scan, context, () => span);
  let at = 0;
  return mapInTurns(pieces, ({ piece, keys }) => {
    if ((windows[at] ?? 0) > piece.startMs) at = 0;
    while (at + 1 < windows.length && (windows[at + 1] as number) <= piece.startMs) at += 1;
    return { windowStartMs: windows[at] ?? null, keys, level: piece.value };
  });
}

/** What leaves a row's keys at its very start, or was carried in, is read apart from it. */
const levelRowsPerRow = 3;

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
