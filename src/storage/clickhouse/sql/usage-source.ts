/**
 * Usage as it counts in a view: stored events, less those that a correction of the view took away, and the amended ones as
 * amended. Whoever has no corrections pays nothing: the caller says whether any can matter (corrected-customers.ts).
 */
import type { UsageView } from '../../usage-store.ts';
import { correctionStructure, correctionsTable } from '../corrections-schema.ts';
import { usageTable } from '../schema.ts';
import { whereClause } from './event-filter.ts';
import type { Placeholders } from './placeholders.ts';

/** A view as a statement needs it. */
export interface SourceView extends Pick<UsageView, 'sequenceMax'> {
  /** False where no correction touches the customers that are asked for. */
  readonly hasCorrections: boolean;
  /** Rows of corrections that are not stored (usage-rows/encode-corrections.ts, without marks); '' when there are none. */
  readonly plusRows: string;
}

export const sourceSettings: Readonly<Record<string, number>> = {
  // Else a row of corrections whose texts are the names of columns would be taken for a header.
  input_format_tsv_detect_header: 0,
  // The projection serves look-ups, which name it; to weigh it up for every other question takes a millisecond.
  optimize_use_projections: 0,
  // Nor the index by sequence, which a view asks of every granule: half of what a question about nobody took.
  use_skip_indexes: 0,
};

const eventColumnNames = [
  ...['customer_id', 'service', 'time', 'source', 'id', 'quantity', 'amount', 'properties'],
  ...['traceparent', 'fingerprint', 'sequence', 'received_at'],
];

/** What follows FROM, the conditions included: they are over the columns of usage_events and hold for both parts. */
export function usageSource(conditions: readonly string[], view: SourceView, values: Placeholders): string {
  const { sequenceMax, hasCorrections } = view;
  const known = sequenceMax === null ? [] : [`sequence <= ${values.put('UInt64', sequenceMax)}`];
  if (!hasCorrections) return `${usageTable}\n${narrowed([...conditions, ...known])}`;
  const names = eventColumnNames.join(', ');
  const kept = `sequence NOT IN (SELECT event_sequence FROM ${correctionRows(view, values)})`;
  return `(
  SELECT ${names} FROM ${usageTable}
  ${narrowed([...conditions, ...known, kept])}
  UNION ALL
  SELECT ${names} FROM ${lastCorrections(view, values)}
  ${whereClause([...conditions, `action = 'amend'`])}
)`;
}

/**
 * Conditions on properties are looked at only where the others hold. Left to itself the engine took them along with the
 * others, for whole granules in every part: of one customer's hundred events among a million in 20 parts a percentile of a
 * property took 200 ms of CPU, and 60 so.
 */
function narrowed(conditions: readonly string[]): string {
  const isCostly = (condition: string) => condition.includes('properties[');
  const first = conditions.filter((condition) => !isCostly(condition));
  const last = conditions.filter(isCostly);
  if (first.length === 0 || last.length === 0) return whereClause(conditions);
  return `PREWHERE ${first.join('\n  AND ')}\n${whereClause(last)}`;
}

/** Each corrected event once, as its last correction leaves it; `action` says whether it counts. */
function lastCorrections(view: SourceView, values: Placeholders): string {
  return `(
    SELECT customer_id, service, time, source, id, quantity, amount, properties, traceparent, fingerprint,
      event_sequence AS sequence, received_at, action
    FROM ${correctionRows(view, values)}
    ORDER BY correction_sequence DESC LIMIT 1 BY event_sequence
  )`;
}

function correctionRows({ sequenceMax, plusRows }: SourceView, values: Placeholders): string {
  const known =
    sequenceMax === null ? '' : ` WHERE correction_sequence <= ${values.put('UInt64', sequenceMax)}`;
  const stored = `SELECT * FROM ${correctionsTable}${known}`;
  if (plusRows === '') return `(${stored})`;
  const structure = values.put('String', correctionStructure);
  return `(${stored} UNION ALL SELECT * FROM format(TSV, ${structure}, ${values.put('String', plusRows)}))`;
}
