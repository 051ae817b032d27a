/**
 * Levels over time (`time_weighted`) without walking through it: every event changes the level by a difference, and the
 * integral up to any moment b is Σ difference × (b − its moment). So one row a stretch, with Σ difference and
 * Σ difference × moment, holds all that is needed (measure-levels.ts); nothing is rounded.
 */
import type { Statement } from '../connection.ts';
import { conditionText, propertyTextOf } from './condition.ts';
import { boundedMoment } from './event-filter.ts';
import { keyColumns, type MeasureScan, placeConditions } from './measure.ts';
import { meterValueText } from './meter-value.ts';
import { makePlaceholders, type Placeholders } from './placeholders.ts';
import { beforeCuts, gridText, moment } from './time-grid.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

/**
 * Rows: customer, service, start of the stretch (`beforeCuts`: carried in), each key, Σ difference, Σ difference × moment.
 *
 * At one instant the greatest (source, id) sets the level: it is the last one there, and those before it hold for no time.
 * Of all that lies before the span only the last event of a series matters. When the next event of a series has other keys,
 * the level leaves the old ones and enters the new ones. A million levels of one series took 1.8 s of CPU; grouped by
 * instant first, 5 s.
 */
export function levelsStatement(scan: MeasureScan, view: SourceView, rowsMax: number): Statement {
  const values = makePlaceholders();
  const keys = scan.keys.map((_, index) => index + 3);
  const change = (from: string, sign: string) =>
    `tuple(${[`${sign}tupleElement(${from}, 1)`, ...[2, ...keys].map((at) => `tupleElement(${from}, ${at})`)].join(', ')})`;
  const columns = keys.map((at, index) => `tupleElement(change, ${at}) AS key_${index},\n  `);
  const customer = scan.isSummed ? "''" : 'customer_id';
  const groups = [
    ...(scan.isSummed ? [] : [customer]),
    ...['service', 'stretch', ...keys.map((_, index) => `key_${index}`)],
  ].join(', ');
  const series = ['customer_id', 'service', ...scan.meter.seriesBy.map((_, index) => `series_${index}`)].join(
    ', ',
  );
  const before = values.put('Int64', beforeCuts);
  return {
    sql: `SELECT ${customer}, service, stretch,
  ${columns.join('')}toString(sum(tupleElement(change, 1))),
  toString(sum(tupleElement(change, 1) * if(stretch = ${before}, 0, at)))
FROM (
  SELECT customer_id, service, stretch, at, arrayJoin([${change('level', '')}, ${change('previous', '-')}]) AS change
  FROM (
    SELECT customer_id, service, stretch, at, level, lagInFrame(level) OVER (
      PARTITION BY ${series} ORDER BY at, by_source, by_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
    ) AS previous
    FROM (
      ${carriedLevels(scan, view, values)}
      UNION ALL
      ${ownLevels(scan, view, values)}
    )
  )
)
WHERE tupleElement(change, 1) != 0 AND tupleElement(change, 2) != 0
GROUP BY ${groups}
LIMIT ${values.put('UInt64', rowsMax + 1)}`,
    params: values.params,
    settings: { ...sourceSettings },
  };
}

function ownLevels(scan: MeasureScan, view: SourceView, values: Placeholders): string {
  const grid = gridText(scan.spans, values);
  const { level, conditions, series } = levelText(scan, values);
  const until = `time < ${values.put('DateTime64(3)', boundedMoment(scan.levelsUntilMs))}`;
  const all = [...placeConditions(scan, values), ...grid.inside(), until, ...conditions];
  return `SELECT customer_id, service, ${series}${grid.stretch()} AS stretch, ${moment} AS at,
        toString(source) AS by_source, id AS by_id, ${level} AS level
      FROM ${usageSource(all, view, values)}`;
}

function carriedLevels(scan: MeasureScan, view: SourceView, values: Placeholders): string {
  const grid = gridText(scan.spans, values);
  const { level, conditions, series } = levelText(scan, values);
  const all = [...placeConditions(scan, values), ...grid.beforeStart(), ...conditions];
  const before = values.put('Int64', beforeCuts);
  const names = ['customer_id', 'service', ...scan.meter.seriesBy.map((_, index) => `series_${index}`)];
  return `SELECT customer_id, service, ${series}${before} AS stretch, ${before} AS at,
        '' AS by_source, '' AS by_id, argMax(${level}, (time, toString(source), id)) AS level
      FROM ${usageSource(all, view, values)}
      GROUP BY ${names.join(', ')}`;
}

/** The level as (value, whether it counts, keys …), and the series it is of. */
function levelText(scan: MeasureScan, values: Placeholders) {
  const { text, conditions } = meterValueText({ ...scan.meter, aggregation: 'time_weighted' }, values);
  const counts = scan.where === undefined ? '1' : conditionText(scan.where, values);
  const keys = keyColumns(scan.keys, values).map((key) => key.text);
  const series = seriesColumns(scan.meter.seriesBy, values).map((one) => `${one.text} AS ${one.alias}, `);
  return { level: `tuple(${[text, counts, ...keys].join(', ')})`, conditions, series: series.join('') };
}

/** What keeps levels apart: a missing property ('' in the table) is a series of its own. */
export function seriesColumns(
  seriesBy: MeasureScan['meter']['seriesBy'],
  values: Placeholders,
): { alias: string; text: string }[] {
  return seriesBy.map((key, index) => ({
    alias: `series_${index}`,
    text: key === 'source' ? 'toString(source)' : propertyTextOf(key, values),
  }));
}
