/**
 * The proof over customers' spans (MONEY.md 5.7): an event's hash, the hash of each service and UTC day over the sorted
 * hashes of its events, and the hash of the ordered list of those. Covers the events whose time lies in the span, and those
 * that set levels which hold into it. What was used in the span is summed in the same scan: a statement needs both, and a scan
 * of its own cost a draft a third more CPU.
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

export type DigestRow = readonly [
  customerId: string,
  digest: string,
  events: number,
  used: readonly (readonly [service: string, quantity: string, events: number])[],
];
export type DayHashRow = readonly [service: string, day: string, hash: string];

export function digestStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  const entry = `concat('[', ${quotedText('service')}, ',"', tupleElement(day, 1), '","', tupleElement(day, 2), '"]')`;
  const entries = `arrayStringConcat(arrayMap(day -> ${entry}, ${days}), ',')`;
  const list = `arrayStringConcat(arrayMap(one -> tupleElement(one, 2), arraySort(groupArray((toString(service), entries)))), ',')`;
  return {
    sql: `SELECT customer_id, lower(hex(SHA256(concat('[', ${list}, ']')))), sum(covered), ${used}
FROM (
  SELECT customer_id, service, ${entries} AS entries, length(hashes) AS covered, quantities, own
  FROM ${serviceHashes(parts, view, values)}
)
GROUP BY customer_id`,
    params: values.params,
    settings: sourceSettings,
  };
}

/** The list of one customer. */
export function digestDaysStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  return {
    sql: `SELECT toString(service) AS name, tupleElement(day, 1), tupleElement(day, 2)
FROM (SELECT service, arrayJoin(${days}) AS day FROM ${serviceHashes(parts, view, values)})
ORDER BY name, tupleElement(day, 1)`,
    params: values.params,
    settings: sourceSettings,
  };
}

/**
 * The hashes of a customer's service with their days, sorted. Cut into days afterwards: to group by day as well, which makes
 * a group of some three events, took a sixth more CPU (500,000 events, 500 customers, 10 services, 31 days: 0.86 s and
 * 0.75 s). Half of it is the events' texts and their hashes.
 */
function serviceHashes(parts: DigestParts, view: SourceView, values: Placeholders): string {
  return `(
  SELECT customer_id, service, arraySort(groupArray((${eventDay}, SHA256(${eventBytes})))) AS hashes,
    sumIf(toDecimal256(quantity, 12), is_own) AS quantities, countIf(is_own) AS own
  FROM ${coveredEvents(parts, view, values)}
  GROUP BY customer_id, service
)`;
}

/** Over `hashes`: (day, hash of the day). Joined with '' a hash is a text: else zeros at its end would be cut. */
const days = `arrayMap(
  day -> (
    toString(tupleElement(day[1], 1)),
    lower(hex(SHA256(arrayStringConcat(arrayMap(one -> concat(tupleElement(one, 2), ''), day)))))
  ),
  arraySplit(
    (one, last) -> tupleElement(one, 1) != tupleElement(last, 1),
    hashes, arrayPopBack(arrayPushFront(hashes, hashes[1]))
  )
)`;

/** By service: what was used in the span itself. */
const used = `arraySort(groupArrayIf((toString(service), toString(quantities), own), own > 0))`;

const covered = 'customer_id, service, time, source, id, quantity, amount, properties, sequence';

function coveredEvents(parts: DigestParts, view: SourceView, values: Placeholders): string {
  const grid = gridText(parts.spans, values);
  const customers = customersOf(parts, values);
  const own = usageSource([customers, ...grid.inside()], view, values);
  const inSpan = `SELECT ${covered}, true AS is_own FROM ${own}`;
  if (parts.levelMeters.length === 0) return `(${inSpan})`;
  const carried = carriedTexts({ parts, grid, view }, values);
  return `(
  ${inSpan}
  UNION ALL
  SELECT ${covered}, false AS is_own FROM (${carried.join('\n  UNION ALL\n  ')}) LIMIT 1 BY sequence
)`;
}

/** The events that set levels before a customer's span which hold into it, in full. */
export function carriedLevelsStatement(parts: DigestParts, view: SourceView): Statement {
  const values = makePlaceholders();
  const grid = gridText(parts.spans, values);
  const carried = carriedTexts({ parts, grid, view }, values);
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

/**
 * Meters that differ only in their service share a scan: every level meter of the catalog takes part in every proof, and
 * each scan of its own costs some 10 ms, however little it finds.
 */
function carriedTexts(carried: CarriedParts, values: Placeholders): string[] {
  const kinds = new Map<string, Meter[]>();
  for (const meter of carried.parts.levelMeters) {
    const kind = JSON.stringify([meter.value, meter.filter, meter.seriesBy]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), meter]);
  }
  return [...kinds.values()].map((meters) => carriedText(meters as [Meter, ...Meter[]], carried, values));
}

/** Of each series the last event before the span, by (time, source, id), unless it set the level to 0. */
function carriedText(
  meters: readonly [Meter, ...Meter[]],
  { parts, grid, view }: CarriedParts,
  values: Placeholders,
): string {
  const [meter] = meters;
  const { text, conditions } = meterValueText(meter, values);
  const series = seriesColumns(meter.seriesBy, values);
  const all = [
    customersOf(parts, values),
    isOneOf('service', [...new Set(meters.map(({ service }) => service))], values),
    ...grid.beforeStart(),
    ...conditions,
  ];
  const names = ['customer_id', 'service', ...series.map((one) => one.text)].join(', ');
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
