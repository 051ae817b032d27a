/**
 * The proof over customers' spans (MONEY.md 5.7): an event's hash, the hash of each service and UTC day over the sorted
 * hashes of its events, and the hash of the ordered list of those. Covers the events whose time lies in the span, and those
 * that set levels which hold into it.
 */
import type { Meter } from '../../../domain/meters/meter.ts';
import type { MeasureSpan } from '../../metered-usage.ts';
import type { Statement } from '../connection.ts';
import { eventColumns } from '../mapping.ts';
import { eventBytes, eventDay, quotedText } from './event-bytes.ts';
import { seriesColumns } from './levels.ts';
import { isOneOf } from './measure.ts';
import { meterValueText } from './meter-value.ts';
import { makePlaceholders, type Placeholders } from './placeholders.ts';
import { type GridText, gridText } from './time-grid.ts';
import { type SourceView, sourceSettings, usageSource } from './usage-source.ts';

export interface DigestParts {
  readonly spans: readonly MeasureSpan[];
  readonly levelMeters: readonly Meter[];
}

export type DigestRow = readonly [customerId: string, digest: string, events: number];
export type DayHashRow = readonly [service: string, day: string, hash: string];

export function digestStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  const entry = `concat('[', ${quotedText('tupleElement(entry, 1)')}, ',"', tupleElement(entry, 2), '","', tupleElement(entry, 3), '"]')`;
  const list = `arrayStringConcat(arrayMap(entry -> ${entry}, arraySort(groupArray((name, day, hash)))), ',')`;
  return {
    sql: `SELECT customer_id, lower(hex(SHA256(concat('[', ${list}, ']')))), sum(events)
FROM ${dayHashes(parts, view, values)}
GROUP BY customer_id`,
    params: values.params,
    settings: sourceSettings,
  };
}

/** The list of one customer. */
export function digestDaysStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  return {
    sql: `SELECT name, day, hash FROM ${dayHashes(parts, view, values)} ORDER BY name, day`,
    params: values.params,
    settings: sourceSettings,
  };
}

/**
 * Hashes are sorted and joined as hex digits, which have the order of their bytes: joined as they are, the engine would cut
 * zeros at their ends.
 */
function dayHashes(parts: DigestParts, view: SourceView, values: Placeholders): string {
  const hashes = `arrayStringConcat(arraySort(groupArray(hex(SHA256(${eventBytes})))))`;
  return `(
  SELECT customer_id, toString(service) AS name, ${eventDay} AS day, lower(hex(SHA256(unhex(${hashes})))) AS hash,
    count() AS events
  FROM ${coveredEvents(parts, view, values)}
  GROUP BY customer_id, name, day
)`;
}

const covered = 'customer_id, service, time, source, id, quantity, amount, properties, sequence';

function coveredEvents(parts: DigestParts, view: SourceView, values: Placeholders): string {
  const grid = gridText(parts.spans, values);
  const customers = customersOf(parts, values);
  const own = usageSource([customers, ...grid.inside()], view, values);
  if (parts.levelMeters.length === 0) return own;
  const carried = parts.levelMeters.map((meter) => carriedText(meter, { parts, grid, view }, values));
  return `(
  SELECT ${covered} FROM ${own}
  UNION ALL
  SELECT ${covered} FROM (${carried.join('\n  UNION ALL\n  ')}) LIMIT 1 BY sequence
)`;
}

/** The events that set levels before a customer's span which hold into it, in full. */
export function carriedLevelsStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  const grid = gridText(parts.spans, values);
  const carried = parts.levelMeters.map((meter) => carriedText(meter, { parts, grid, view }, values));
  return {
    sql: `SELECT ${eventColumns} FROM (SELECT * FROM (
  ${carried.join('\n  UNION ALL\n  ')}
) LIMIT 1 BY sequence) ORDER BY time, sequence`,
    params: values.params,
    settings: sourceSettings,
  };
}

interface CarriedParts {
  readonly parts: DigestParts;
  readonly grid: GridText;
  readonly view: SourceView;
}

const carriedColumns = `${covered}, traceparent, fingerprint, received_at`;

/** Of each series the last event before the span, by (time, source, id), unless it set the level to 0. */
function carriedText(meter: Meter, { parts, grid, view }: CarriedParts, values: Placeholders): string {
  const { text, conditions } = meterValueText(meter, values);
  const series = seriesColumns(meter.seriesBy, values);
  const all = [
    customersOf(parts, values),
    isOneOf('service', [meter.service], values),
    ...grid.beforeStart(),
    ...conditions,
  ];
  const names = ['customer_id', ...series.map((one) => one.text)].join(', ');
  return `SELECT ${carriedColumns} FROM (
    SELECT ${carriedColumns}, ${text} AS level FROM ${usageSource(all, view, values)}
    ORDER BY time DESC, toString(source) DESC, id DESC LIMIT 1 BY ${names}
  ) WHERE level != 0`;
}

function customersOf({ spans }: DigestParts, values: Placeholders): string {
  return isOneOf(
    'customer_id',
    spans.map(({ customerId }) => customerId),
    values,
  );
}
