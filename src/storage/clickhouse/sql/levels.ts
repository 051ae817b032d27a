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
import { beforeCuts } from './price-cuts.ts';
import { gridText, moment } from './time-grid.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

/** Customer, service, start of the stretch (`beforeCuts`: carried in), each key, Σ difference, Σ difference × moment. */
export type LevelRow = readonly (string | number)[];

/**
 * At one instant the greatest (source, id) sets the level; of all that lies before the span only the last event matters.
 * When the next event of a series has other keys, the level leaves the old ones and enters the new ones.
 */
export function levelsStatement(scan: MeasureScan, view: SourceView, rowsMax: number): Statement {
  const values = makePlaceholders();
  const grid = gridText(scan.spans, values);
  const { text, conditions } = meterValueText({ ...scan.meter, aggregation: 'time_weighted' }, values);
  const keys = keyColumns(scan.keys, values);
  const series = seriesColumns(scan.meter.seriesBy, values);
  const counts = scan.where === undefined ? '1' : conditionText(scan.where, values);
  const until = `time < ${values.put('DateTime64(3)', boundedMoment(scan.levelsUntilMs))}`;
  const all = [...placeConditions(scan, values), ...grid.beforeEnd(), until, ...conditions];
  const before = values.put('Int64', beforeCuts);
  const seriesNames = ['customer_id', 'service', ...series.map(({ alias }) => alias)].join(', ');
  const level = `tuple(${[text, counts, ...keys.map((key) => key.text)].join(', ')})`;
  const keyPart = (from: string) => keys.map((_, index) => `tupleElement(${from}, ${index + 3})`);
  const change = (from: string, sign: string) =>
    `tuple(${[`${sign}tupleElement(${from}, 1)`, `tupleElement(${from}, 2)`, ...keyPart(from)].join(', ')})`;
  const columns = keyPart('change').map((key, index) => `${key} AS key_${index},\n  `);
  const groups = ['customer_id', 'service', 'stretch', ...keys.map(({ alias }) => alias)].join(', ');
  return {
    sql: `SELECT customer_id, service, stretch,
  ${columns.join('')}toString(sum(tupleElement(change, 1))),
  toString(sum(tupleElement(change, 1) * if(stretch = ${before}, 0, at)))
FROM (
  SELECT customer_id, service, stretch, at, arrayJoin([${change('level', '')}, ${change('previous', '-')}]) AS change
  FROM (
    SELECT customer_id, service, stretch, at, level, lagInFrame(level) OVER (
      PARTITION BY ${seriesNames} ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS previous
    FROM (
      SELECT ${seriesColumnList(series)}, ${grid.stretch()} AS stretch, if(stretch = ${before}, stretch, ${moment}) AS at,
        argMax(${level}, (time, toString(source), id)) AS level
      FROM ${usageSource(all, view, values)}
      GROUP BY ${seriesNames}, stretch, at
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

function seriesColumnList(series: readonly { alias: string; text: string }[]): string {
  return ['customer_id', 'service', ...series.map(({ alias, text }) => `${text} AS ${alias}`)].join(', ');
}
