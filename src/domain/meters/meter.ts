/**
 * A meter: how a service's events become a number (MONEY.md 5.1). Immutable; shapes and names only. What a caller may
 * write is judged in check-meter.ts, what one event means to a meter in read-event.ts; the numbers come from the usage store.
 */
import type { EventCondition, PropertyPath } from './condition.ts';

export const aggregations = [
  'count',
  'sum',
  'max',
  'min',
  'average',
  'latest',
  'unique',
  'p50',
  'p95',
  'p99',
  'time_weighted',
] as const;

export type Aggregation = (typeof aggregations)[number];

/** What is aggregated. `unique` counts the different values of any type; the others take numbers only. */
export type MeterValue = 'quantity' | PropertyPath;

/** What keeps levels apart. */
export type SeriesKey = 'source' | PropertyPath;

/** The unit of time of a level: bytes × hours. A day has 86,400 seconds. */
export type LevelUnit = 'second' | 'hour' | 'day';

export const millisecondsPer: Readonly<Record<LevelUnit, number>> = {
  second: 1_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** All that decides which number a meter gives. */
export interface MeterDefinition {
  readonly service: string;
  readonly aggregation: Aggregation;
  /** `quantity` for `count`, which reads no value. */
  readonly value: MeterValue;
  /** Events that do not match are not in the meter; null: all of the service are. */
  readonly filter: EventCondition | null;
  /** The properties that a price may tell apart; empty: any. */
  readonly dimensions: readonly PropertyPath[];
  /** time_weighted: one level for each different combination of these; others: empty. */
  readonly seriesBy: readonly SeriesKey[];
  /** time_weighted: always given; others: null. */
  readonly per: LevelUnit | null;
}

export interface Meter extends MeterDefinition {
  readonly id: string;
  readonly name: string;
  /** 0 for a default meter: it is there since its service is. */
  readonly sequence: number;
  readonly createdAtMs: number;
}

/** Every service has one: the sum of `quantity`, under the service's own id. */
export function defaultMeter(service: string): Meter {
  return {
    ...{ id: service, name: service, service, aggregation: 'sum', value: 'quantity', filter: null },
    ...{ dimensions: [], seriesBy: [], per: null, sequence: 0, createdAtMs: 0 },
  };
}

/**
 * Whether the numbers of the parts of a span add up to the number of the span. Only such meters are cut where a price
 * changes (MONEY.md 5.3).
 */
export function isAdditive({ aggregation }: Pick<Meter, 'aggregation'>): boolean {
  return aggregation === 'count' || aggregation === 'sum' || aggregation === 'time_weighted';
}
