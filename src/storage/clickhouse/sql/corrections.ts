/** Reading corrections as they were made, and what the last one of an event does. */
import { fieldText } from '../../../domain/events/content-text.ts';
import type { Identity } from '../../../domain/events/stored-event.ts';
import type { Statement } from '../connection.ts';
import { correctionsTable } from '../corrections-schema.ts';

/** One that was stored twice is one. */
const columns = `correction_id, action, source, id, reason, actor, customer_id, service, toUnixTimestamp64Milli(time),
  toString(quantity), toString(amount), mapKeys(properties), mapValues(properties), correction_sequence,
  toUnixTimestamp64Milli(corrected_at)`;

export type CorrectionRow = readonly [
  correctionId: string,
  action: 'void' | 'amend',
  source: string,
  eventId: string,
  reason: string,
  actor: string,
  customerId: string,
  service: string,
  timeMs: number,
  quantity: string,
  amount: string | null,
  names: readonly string[],
  values: readonly string[],
  sequence: number,
  correctedAtMs: number,
];

export function findCorrectionStatement(id: string): Statement {
  return {
    sql: `SELECT ${columns} FROM ${correctionsTable} WHERE correction_id = {id:String} LIMIT 1`,
    params: { id },
  };
}

export function correctionsOfStatement({ source, id }: Identity): Statement {
  return {
    sql: `SELECT ${columns} FROM ${correctionsTable} WHERE source = {source:String} AND id = {id:String}
ORDER BY correction_sequence LIMIT 1 BY correction_sequence`,
    params: { source, id },
  };
}

export function listCorrectionsStatement(afterSequence: number, limit: number): Statement {
  return {
    sql: `SELECT ${columns} FROM ${correctionsTable} WHERE correction_sequence > {after:UInt64}
ORDER BY correction_sequence LIMIT 1 BY correction_sequence LIMIT {page_size:UInt64}`,
    params: { after: afterSequence, page_size: limit },
  };
}

export function lastActionsStatement(identities: readonly Identity[]): Statement {
  return {
    sql: `SELECT source, id, argMax(action, correction_sequence) FROM ${correctionsTable}
WHERE (source, id) IN (SELECT source, id FROM format(TSV, 'source String, id String', {identities:String}))
GROUP BY source, id`,
    params: {
      identities: identities.map(({ source, id }) => `${fieldText(source)}\t${fieldText(id)}\n`).join(''),
    },
    settings: { input_format_tsv_detect_header: 0 },
  };
}

export const correctedCustomersStatement: Statement = {
  sql: `SELECT DISTINCT customer FROM (
  SELECT original_customer_id AS customer FROM ${correctionsTable}
  UNION ALL SELECT customer_id FROM ${correctionsTable}
)`,
  params: {},
};
