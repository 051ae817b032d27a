/** One answer of usage by window and keys (sql/aggregate.ts), for the sum of quantities or for any meter. */
import { parseDecimal } from '../../money/decimal.ts';
import { formatFraction, fractionFromDecimal, makeFraction } from '../../money/fraction.ts';
import { ResultTooLarge, type UsageQuery, type UsageRow } from '../usage-store.ts';
import { aggregateLevels } from './aggregate-levels.ts';
import { type MeasureContext, readKey } from './measure.ts';
import { TooManyGroups } from './query-errors.ts';
import { type AggregateRow, aggregateStatement } from './sql/aggregate.ts';

export type AggregateContext = Pick<MeasureContext, 'ask' | 'view'>;

export async function aggregate(query: UsageQuery, context: AggregateContext): Promise<UsageRow[]> {
  if (query.windows?.starts.length === 0 || query.customerIds?.length === 0) return [];
  const rows = await askRows(query, context);
  if (rows.length > query.rowsMax) throw new ResultTooLarge(query.rowsMax);
  return query.meter?.aggregation === 'time_weighted' ? aggregateLevels(query, rows, context) : rows;
}

function askRows(query: UsageQuery, { ask, view }: AggregateContext): Promise<UsageRow[]> {
  return ask(aggregateStatement(query, view), (row) => readUsage(row, query)).catch((error: unknown) => {
    if (error instanceof TooManyGroups) throw new ResultTooLarge(query.rowsMax);
    throw error;
  });
}

/** Columns as aggregateStatement lays them out. */
function readUsage(row: AggregateRow, query: UsageQuery): UsageRow {
  const keysAt = query.windows === null ? 0 : 1;
  const events = row.at(-1) as number;
  const isAverage = query.meter?.aggregation === 'average';
  return {
    windowStartMs: query.windows === null ? null : (row[0] as number),
    keys: query.groupBy.map((key, index) => readKey(key, row[keysAt + index] as string)),
    quantity: isAverage ? average(row.at(-2) as string, events) : (row.at(-2) as string),
    events,
  };
}

/** Exact: a plain decimal, or "n/d" where none ends. */
function average(sum: string, events: number): string {
  const { numerator, denominator } = fractionFromDecimal(parseDecimal(sum));
  return formatFraction(makeFraction(numerator, denominator * BigInt(events)));
}
