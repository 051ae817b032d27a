/**
 * Exact sums, or what a meter says, and counts by window and group keys. Windows arrive as instants: this file
 * knows no calendar. Levels over time are not here (aggregate-levels.ts).
 */
import type { GroupKey, UsageQuery, Windows } from '../../usage-store.ts';
import type { ParameterValue, Statement } from '../connection.ts';
import { aggregationText } from './aggregation.ts';
import { filterConditions } from './event-filter.ts';
import { meterValueText } from './meter-value.ts';
import { makePlaceholders, type Placeholders } from './placeholders.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

/** Window start (if any), each key, then quantity (of an average the sum; of levels the count) and events. */
export type AggregateRow = readonly (string | number)[];

interface Column {
  readonly alias: string;
  readonly text: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

export function aggregateStatement(query: UsageQuery, view: SourceView): Statement {
  const { texts, params } = filterConditions(query.filter);
  if (query.customerIds !== undefined) {
    texts.push('customer_id IN ({customers:Array(String)})');
    params.customers = query.customerIds;
  }
  if (query.windows !== null) {
    texts.push('time >= {windows_start:DateTime64(3)}');
    params.windows_start = query.windows.starts[0] ?? 0;
  }
  const columns = groupColumns(query);
  for (const column of columns) Object.assign(params, column.params);
  const aliases = columns.map((column) => column.alias).join(', ');
  const selected = columns.map((column) => `${column.text} AS ${column.alias},\n  `).join('');
  const values = makePlaceholders('m');
  const meter = meterParts(query, values);
  const source = usageSource([...texts, ...meter.conditions], view, values);
  return {
    sql: `WITH toUnixTimestamp64Milli(time) AS t
SELECT ${selected}${meter.text}, count()
FROM ${source}
${columns.length === 0 ? 'HAVING count() > 0' : `GROUP BY ${aliases} ORDER BY ${aliases}`}
LIMIT {rows_max:UInt64}`,
    params: { ...params, ...values.params, rows_max: query.rowsMax + 1 },
    settings: { ...sourceSettings, ...groupSettings(query.rowsMax) },
  };
}

function meterParts({ meter }: UsageQuery, values: Placeholders) {
  if (meter === undefined)
    return { text: aggregationText('sum', 'toDecimal256(quantity, 12)'), conditions: [] };
  const { text, conditions } = meterValueText(meter, values);
  const { aggregation } = meter;
  return {
    text: aggregationText(aggregation === 'time_weighted' ? 'count' : aggregation, text),
    conditions: [`service = ${values.put('String', meter.service)}`, ...conditions],
  };
}

/**
 * The engine stops at the first group too many, so the table of groups stays small. In-order aggregation, which
 * would bound it too, was slower: 40,000 groups of (customer, service) over 3.2 M rows in 27 parts took 0.6 s
 * by hash and 1.4 s in order.
 */
function groupSettings(rowsMax: number): Record<string, number> {
  return { max_rows_to_group_by: rowsMax, optimize_aggregation_in_order: 0 };
}

function groupColumns(query: UsageQuery): Column[] {
  const columns = query.groupBy.map(keyColumn);
  if (query.windows !== null) columns.unshift(windowColumn(query.windows));
  return columns;
}

function windowColumn(windows: Windows): Column {
  const start = 'roundDown(t, {window_starts:Array(Int64)})';
  const params = { window_starts: windows.starts };
  if (windows.stepMs === null) return { alias: 'window_start', text: start, params };
  const text = `${start} + intDiv(t - ${start}, {window_step:Int64}) * {window_step:Int64}`;
  return { alias: 'window_start', text, params: { ...params, window_step: windows.stepMs } };
}

function keyColumn(key: GroupKey, index: number): Column {
  const alias = `key_${index}`;
  if (!key.startsWith('properties.')) return { alias, text: key, params: {} };
  const name = `property_${index}`;
  return { alias, text: `properties[{${name}:String}]`, params: { [name]: key.slice('properties.'.length) } };
}
