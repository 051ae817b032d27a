/**
 * Exact sums and counts by window, group keys and price cut. Windows and cuts arrive as instants: this file
 * knows no calendar and no price.
 */
import type { GroupKey, UsageQuery, Windows } from '../../usage-store.ts';
import type { ParameterValue, Statement } from '../connection.ts';
import { usageTable } from '../schema.ts';
import { filterConditions, whereClause } from './event-filter.ts';
import { cutExpression } from './price-cuts.ts';

/** Window start (if any), each key, cut (if any), then quantity and events. */
export type AggregateRow = readonly (string | number)[];

interface Column {
  readonly alias: string;
  readonly text: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

export function aggregateStatement(query: UsageQuery): Statement {
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
  return {
    sql: `WITH toUnixTimestamp64Milli(time) AS t
SELECT ${selected}toString(sum(toDecimal256(quantity, 12))), count()
FROM ${usageTable}
${whereClause(texts)}
${columns.length === 0 ? 'HAVING count() > 0' : `GROUP BY ${aliases} ORDER BY ${aliases}`}
LIMIT {rows_max:UInt64}`,
    params: { ...params, rows_max: query.rowsMax + 1 },
    settings: groupSettings(query.rowsMax),
  };
}

/**
 * The engine stops at the first group too many, so the table of groups stays small. In-order aggregation, which
 * would bound it too, was slower: 40,000 groups of (customer, service) over 3.2 M rows in 27 parts took 0.6 s
 * by hash and 1.4 s in order, with price cuts 0.4 s and 1.6 s.
 */
function groupSettings(rowsMax: number): Record<string, number> {
  return { max_rows_to_group_by: rowsMax, optimize_aggregation_in_order: 0 };
}

function groupColumns(query: UsageQuery): Column[] {
  const columns = query.groupBy.map(keyColumn);
  if (query.windows !== null) columns.unshift(windowColumn(query.windows));
  if (query.cuts !== null) columns.push({ alias: 'cut', ...cutExpression(query.cuts) });
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
