/**
 * What meters say, computed in plain loops over whole numbers: the oracle of the contract. It shares no code with what it
 * checks: no fractions, no conditions, no decimals of ours, only the shapes of events and questions.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { Correction } from '../../../domain/events/correction.ts';
import type { StoredEvent } from '../../../domain/events/stored-event.ts';
import type { EventCondition } from '../../../domain/meters/condition.ts';
import type { Meter } from '../../../domain/meters/meter.ts';
import type { MeasureQuery, MeasureSpan } from '../../usage-store.ts';

/** A row as text, so that equal numbers are equal whatever made them. */
export interface PlainRow {
  readonly customerId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly keys: readonly (PropertyValue | null)[];
  readonly quantity: string;
  readonly events: number;
  readonly amount: string;
  readonly eventsWithAmount: number;
}

/** Digits behind the point that every number here is held with: more than any input has. */
const digits = 60;

/** The events as they count with the corrections up to a sequence. */
export function plainView(
  stored: readonly StoredEvent[],
  corrections: readonly Correction[],
  sequenceMax: number | null,
): StoredEvent[] {
  const isKnown = ({ sequence }: { sequence: number }) => sequenceMax === null || sequence <= sequenceMax;
  return stored.filter(isKnown).flatMap((event) => {
    const own = corrections.filter(
      (one) => isKnown(one) && one.source === event.source && one.eventId === event.id,
    );
    const last = own.sort((a, b) => a.sequence - b.sequence).at(-1);
    if (last === undefined) return [event];
    return last.event === null ? [] : [{ ...event, ...last.event }];
  });
}

/** One row for each stretch, or, cumulative, for each prefix; rows that are empty are left out. */
export function plainMeasure(events: readonly StoredEvent[], query: MeasureQuery): PlainRow[] {
  const rows: PlainRow[] = [];
  for (const span of query.spans) {
    const metered = events.filter(
      (event) => event.customerId === span.customerId && reading(query.meter, event) !== null,
    );
    const bounds = [span.fromMs, ...span.cutsMs, span.toMs];
    for (let at = 0; at + 1 < bounds.length; at += 1) {
      const stretch = { fromMs: query.isCumulative ? span.fromMs : bounds[at]!, toMs: bounds[at + 1]! };
      rows.push(...stretchRows(metered, query, span, stretch));
    }
  }
  return rows.sort(compareRows);
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

function stretchRows(
  metered: readonly StoredEvent[],
  query: MeasureQuery,
  { customerId }: MeasureSpan,
  stretch: Stretch,
): PlainRow[] {
  const counts = (event: StoredEvent) => query.where === undefined || meets(event, query.where);
  const inside = metered.filter(
    (event) => event.timeMs >= stretch.fromMs && event.timeMs < stretch.toMs && counts(event),
  );
  const groups = new Map<string, { keys: (PropertyValue | null)[]; events: StoredEvent[]; level: bigint }>();
  const groupOf = (event: StoredEvent) => {
    const keys = query.keys.map((key) => fieldOf(event, key));
    const name = JSON.stringify(keys);
    const group = groups.get(name) ?? { keys, events: [], level: 0n };
    groups.set(name, group);
    return group;
  };
  for (const event of inside) groupOf(event).events.push(event);
  if (query.meter.aggregation === 'time_weighted') {
    for (const { event, milliseconds, value } of levelParts(metered, query, stretch)) {
      if (counts(event)) groupOf(event).level += value * BigInt(milliseconds);
    }
  }
  return [...groups.values()].flatMap(({ keys, events, level }) => {
    if (events.length === 0 && level === 0n) return [];
    const amounts = events.flatMap(({ amount }) => amount ?? []);
    return {
      ...{ customerId, ...stretch, keys, events: events.length, eventsWithAmount: amounts.length },
      quantity: aggregated(query.meter, events, level),
      amount: fractionText(
        amounts.reduce((sum, amount) => sum + units(amount), 0n),
        one,
      ),
    };
  });
}

const one = 10n ** BigInt(digits);

function aggregated(meter: Meter, events: readonly StoredEvent[], level: bigint): string {
  const values = events.map((event) => reading(meter, event) as string);
  const numbers = meter.aggregation === 'unique' ? [] : values.map((value) => units(value));
  const sorted = [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1]!;
  const sum = numbers.reduce((total, value) => total + value, 0n);
  switch (meter.aggregation) {
    case 'count':
      return fractionText(BigInt(events.length), 1n);
    case 'sum':
      return fractionText(sum, one);
    case 'max':
      return fractionText(sorted.at(-1)!, one);
    case 'min':
      return fractionText(sorted[0]!, one);
    case 'average':
      return fractionText(sum, one * BigInt(events.length));
    case 'latest':
      return fractionText(units(reading(meter, [...events].sort(byTimeAndIdentity).at(-1)!)!), one);
    case 'unique':
      return fractionText(BigInt(new Set(values).size), 1n);
    case 'p50':
      return fractionText(rank(50), one);
    case 'p95':
      return fractionText(rank(95), one);
    case 'p99':
      return fractionText(rank(99), one);
    case 'time_weighted': {
      const per = { second: 1000n, hour: 3_600_000n, day: 86_400_000n }[meter.per!];
      return fractionText(level, one * per);
    }
  }
}

/** How long, within the stretch, each event's level was the level of its series. */
function* levelParts(metered: readonly StoredEvent[], query: MeasureQuery, stretch: Stretch) {
  const series = new Map<string, StoredEvent[]>();
  for (const event of [...metered].sort(byTimeAndIdentity)) {
    const name = JSON.stringify(query.meter.seriesBy.map((key) => fieldOf(event, key)));
    series.set(name, [...(series.get(name) ?? []), event]);
  }
  for (const levels of series.values()) {
    for (const [index, event] of levels.entries()) {
      const next = levels[index + 1]?.timeMs ?? Number.MAX_SAFE_INTEGER;
      const end = Math.min(next, stretch.toMs, query.levelsUntilMs);
      const milliseconds = end - Math.max(event.timeMs, stretch.fromMs);
      const value = units(reading(query.meter, event)!);
      if (milliseconds > 0) yield { event, milliseconds, value };
    }
  }
}

/** The value it brings as text, or null where it is not in the meter. */
function reading(meter: Meter, event: StoredEvent): string | null {
  if (event.service !== meter.service) return null;
  if (meter.filter !== null && !meets(event, meter.filter)) return null;
  if (meter.aggregation === 'count') return '1';
  if (meter.value === 'quantity') return event.quantity;
  const value = fieldOf(event, meter.value);
  if (value === null) return null;
  if (meter.aggregation === 'unique') return JSON.stringify(value);
  if (typeof value !== 'number') return null;
  if (value !== 0 && (Math.abs(value) >= 1e26 || Math.abs(value) < 1e-30)) return null;
  return units(String(value)) % 10n ** BigInt(digits - 27) === 0n ? String(value) : null;
}

function fieldOf(event: StoredEvent, field: string): PropertyValue | null {
  if (field === 'source') return event.source;
  if (field === 'customer_id') return event.customerId;
  if (field === 'service') return event.service;
  if (field === 'quantity') return event.quantity;
  if (field === 'amount') return event.amount;
  return (
    Object.fromEntries(event.properties.map(([name, value]) => [`properties.${name}`, value]))[field] ?? null
  );
}

function meets(event: StoredEvent, condition: EventCondition): boolean {
  if ('all' in condition) return !condition.all.some((part) => !meets(event, part));
  if ('any' in condition) return condition.any.some((part) => meets(event, part));
  const value = fieldOf(event, condition.field);
  const isDecimal = condition.field === 'quantity' || condition.field === 'amount';
  const same = (asked: PropertyValue) =>
    isDecimal ? units(String(value)) === units(String(asked)) : value === asked;
  if (value === null) return false;
  if (condition.op === 'exists') return true;
  if (condition.op === 'eq') return same(condition.value);
  if (condition.op === 'in') return condition.value.some(same);
  if (condition.op === 'prefix') return typeof value === 'string' && value.startsWith(condition.value);
  if (!isDecimal && typeof value !== 'number') return false;
  const [a, b] = [orderable(value), orderable(condition.value)];
  return { lt: a < b, lte: a <= b, gt: a > b, gte: a >= b }[condition.op];
}

/** Held with more digits than the greatest exponent of a double. */
function orderable(value: PropertyValue): bigint {
  return units(String(value), 400);
}

/** The number × 10^scale; what lies behind is cut. */
function units(text: string, scale = digits): bigint {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(
    text,
  )!;
  const shift = scale - fraction.length + Number(exponent);
  const all = BigInt(`${whole}${fraction}`);
  const size = shift >= 0 ? all * 10n ** BigInt(shift) : all / 10n ** BigInt(-shift);
  return sign === '-' ? -size : size;
}

export function fractionText(numerator: bigint, denominator: bigint): string {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return `${numerator / a}/${denominator / a}`;
}

export function byTimeAndIdentity(a: StoredEvent, b: StoredEvent): number {
  return a.timeMs - b.timeMs || bytewise(a.source, b.source) || bytewise(a.id, b.id);
}

function bytewise(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** By customer, then by keys as bytes (a missing one first), then by time. */
function compareRows(a: PlainRow, b: PlainRow): number {
  const keys = ({ keys: list }: PlainRow) =>
    list.map((key) => (key === null ? '' : JSON.stringify(key))).join('\0');
  return bytewise(`${a.customerId}\0${keys(a)}`, `${b.customerId}\0${keys(b)}`) || a.toMs - b.toMs;
}
