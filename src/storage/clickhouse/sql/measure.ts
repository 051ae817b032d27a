/**
 * What a kind of meter says of many customers' spans, stretch by stretch: one scan for all meters that differ only in their
 * service. The aggregation is sql/aggregation.ts; levels are sql/levels.ts.
 */
import type { Meter } from '../../../domain/meters/meter.ts';
import type { GroupKey, MeasureQuery, MeasureSpan } from '../../metered-usage.ts';
import type { Statement } from '../connection.ts';
import { aggregationText } from './aggregation.ts';
import { conditionText, propertyTextOf } from './condition.ts';
import { meterValueText } from './meter-value.ts';
import { makePlaceholders, type Placeholders } from './placeholders.ts';
import { gridText } from './time-grid.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

export interface MeasureScan extends Pick<MeasureQuery, 'keys' | 'where'> {
  readonly meter: Pick<Meter, 'aggregation' | 'value' | 'filter' | 'seriesBy'>;
  readonly services: readonly string[];
  readonly spans: readonly MeasureSpan[];
  /** Whose usage: those of the spans, or, where all have the same span, any; null: everyone's. */
  readonly customerIds: readonly string[] | null;
  readonly levelsUntilMs: number;
  /** Levels of all customers as one, whose id is ''; all have the same span then. */
  readonly isSummed?: boolean;
}

/** Customer, service, start of the stretch, each key (a property as JSON text, '' when missing), then the numbers. */
export type MeasureScanRow = readonly (string | number)[];

/** The numbers behind the keys: value, events, Σ amount, events with an amount. */
export const measureNumbers = 4;

/** Of a time-weighted meter: only its events and their amounts. */
export function measureStatement(scan: MeasureScan, view: SourceView, rowsMax: number): Statement {
  const values = makePlaceholders();
  const grid = gridText(scan.spans, values);
  const { text, conditions } = meterValueText(scan.meter, values);
  const { aggregation } = scan.meter;
  const keys = keyColumns(scan.keys, values);
  const where = scan.where === undefined ? [] : [conditionText(scan.where, values)];
  const all = [...placeConditions(scan, values), ...grid.inside(), ...conditions, ...where];
  const groups = ['customer_id', 'service', 'stretch', ...keys.map(({ alias }) => alias)].join(', ');
  return {
    sql: `SELECT customer_id, service, ${grid.stretch()} AS stretch,
  ${keys.map((key) => `${key.text} AS ${key.alias},\n  `).join('')}${aggregationText(aggregation === 'time_weighted' ? 'count' : aggregation, text)},
  count(), toString(sum(toDecimal256(ifNull(amount, 0), 12))), count(amount)
FROM ${usageSource(all, view, values)}
GROUP BY ${groups}
LIMIT ${values.put('UInt64', rowsMax + 1)}`,
    params: values.params,
    settings: { ...sourceSettings, max_rows_to_group_by: rowsMax },
  };
}

export function placeConditions(
  { customerIds, services }: Pick<MeasureScan, 'customerIds' | 'services'>,
  values: Placeholders,
): string[] {
  const customers = customerIds === null ? [] : [isOneOf('customer_id', customerIds, values)];
  return [...customers, isOneOf('service', services, values)];
}

export function isOneOf(column: string, list: readonly string[], values: Placeholders): string {
  const [only] = list;
  return list.length === 1 && only !== undefined
    ? `${column} = ${values.put('String', only)}`
    : `${column} IN (${values.put('Array(String)', list)})`;
}

export function keyColumns(
  keys: readonly GroupKey[],
  values: Placeholders,
): { alias: string; text: string }[] {
  return keys.map((key, index) => ({
    alias: `key_${index}`,
    text: key.startsWith('properties.') ? propertyTextOf(key, values) : `toString(${key})`,
  }));
}
