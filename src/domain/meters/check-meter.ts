/**
 * A meter as it was asked for, judged and made whole (MONEY.md 5.1). Pure: whether the service exists and the id is free is
 * asked by who calls it.
 */
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { RecordStamp } from '../records/record-stamp.ts';
import { checkId, checkName } from '../records/record-text.ts';
import { isPropertyPath, readCondition } from './check-condition.ts';
import type { EventCondition, PropertyPath } from './condition.ts';
import {
  type Aggregation,
  aggregations,
  type LevelUnit,
  type Meter,
  type MeterDefinition,
  type MeterValue,
  millisecondsPer,
  type SeriesKey,
} from './meter.ts';

/** Members that were not given are absent. */
export interface MeterInput {
  readonly id?: string;
  /** Default: the id, else the aggregation and what it is of. */
  readonly name?: string;
  readonly service: string;
  readonly aggregation: string;
  /** Default: `quantity`. */
  readonly value?: string;
  /** As it was sent. */
  readonly filter?: unknown;
  readonly dimensions?: readonly string[];
  readonly seriesBy?: readonly string[];
  readonly per?: string;
}

/** All of a meter but its id and its place in the order. */
export interface MeterContent extends MeterDefinition {
  readonly name: string;
}

type Read<T> = { readonly ok: true; readonly value: T } | Refusal;

export function readMeter(input: MeterInput): Read<MeterContent> {
  const fault =
    (input.id === undefined ? null : checkId(input.id)) ??
    (input.name === undefined ? null : checkName(input.name));
  if (fault) return fault;
  const aggregation = aggregations.find((known) => known === input.aggregation);
  if (aggregation === undefined) {
    const message = `aggregation must be one of ${aggregations.join(', ')}`;
    return refuse('aggregation_invalid', message, 'aggregation');
  }
  const value = readValue(aggregation, input.value);
  if (!value.ok) return value;
  const filter = readFilter(input.filter);
  if (!filter.ok) return filter;
  const dimensions = readDimensions(input.dimensions ?? []);
  if (!dimensions.ok) return dimensions;
  const levels = readLevels(aggregation, input);
  if (!levels.ok) return levels;
  const name = input.name ?? input.id ?? `${aggregation} of ${value.value}`;
  const what = { name, service: input.service, aggregation, value: value.value, filter: filter.value };
  return { ok: true, value: { ...what, dimensions: dimensions.value, ...levels.value } };
}

export function makeMeter(content: MeterContent, id: string, stamp: RecordStamp): Meter {
  return { id, ...content, sequence: stamp.sequence, createdAtMs: stamp.nowMs };
}

/** Whether an id that is taken was taken by the same content. */
export function sameMeter(stored: Meter, content: MeterContent): boolean {
  return contentText(stored) === contentText(content);
}

/** Filters are compared as they are written; the order in which dimensions are named does not matter. */
function contentText(meter: MeterContent): string {
  const { name, service, aggregation, value, filter, dimensions, seriesBy, per } = meter;
  const lists = [[...dimensions].sort(), [...seriesBy].sort()];
  return JSON.stringify([name, service, aggregation, value, filterText(filter), ...lists, per]);
}

function filterText(filter: EventCondition | null): string {
  return JSON.stringify(filter, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function readValue(aggregation: Aggregation, value = 'quantity'): Read<MeterValue> {
  if (aggregation === 'count' && value !== 'quantity') {
    return refuse('value_invalid', 'count counts events and reads no value', 'value');
  }
  if (value === 'quantity' || isPropertyPath(value)) return { ok: true, value };
  return refuse('value_invalid', 'value must be quantity or properties.NAME', 'value');
}

function readFilter(filter: unknown): Read<EventCondition | null> {
  if (filter === undefined) return { ok: true, value: null };
  const read = readCondition(filter, 'filter');
  return read.ok ? { ok: true, value: read.condition } : read;
}

function readDimensions(dimensions: readonly string[]): Read<readonly PropertyPath[]> {
  const fault = listFault('dimensions', dimensions);
  if (fault !== null) return refuse('dimensions_invalid', fault, 'dimensions');
  const paths = dimensions.filter(isPropertyPath);
  if (paths.length === dimensions.length) return { ok: true, value: paths };
  return refuse('dimensions_invalid', 'each of the dimensions must be properties.NAME', 'dimensions');
}

type Levels = Pick<MeterDefinition, 'seriesBy' | 'per'>;

/** `series_by` and `per` are about levels: time_weighted has them, nothing else does. */
function readLevels(aggregation: Aggregation, { seriesBy, per }: MeterInput): Read<Levels> {
  if (aggregation !== 'time_weighted') {
    if (seriesBy !== undefined) {
      return refuse('series_by_invalid', 'only time_weighted has series_by', 'series_by');
    }
    if (per !== undefined) return refuse('per_invalid', 'only time_weighted has per', 'per');
    return { ok: true, value: { seriesBy: [], per: null } };
  }
  const unit = Object.keys(millisecondsPer).find((known) => known === per) as LevelUnit | undefined;
  if (unit === undefined) {
    return refuse('per_invalid', 'time_weighted needs per: second, hour or day', 'per');
  }
  const asked = seriesBy ?? ['source'];
  const fault = asked.length === 0 ? 'series_by names at least one key' : listFault('series_by', asked);
  if (fault !== null) return refuse('series_by_invalid', fault, 'series_by');
  const keys = asked.filter((key): key is SeriesKey => key === 'source' || isPropertyPath(key));
  if (keys.length === asked.length) return { ok: true, value: { seriesBy: keys, per: unit } };
  return refuse('series_by_invalid', 'series_by takes source and properties.NAME', 'series_by');
}

function listFault(name: string, list: readonly string[]): string | null {
  if (list.length > limits.meterDimensionsMax) {
    return `${name} has at most ${limits.meterDimensionsMax} entries`;
  }
  return new Set(list).size === list.length ? null : `${name} names a property twice`;
}
