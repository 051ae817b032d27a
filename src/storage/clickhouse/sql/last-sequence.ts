/** The greatest sequence of all that is stored, or of what was received by a moment; 0 when there is none. */
import type { Statement } from '../connection.ts';
import { correctionsTable } from '../corrections-schema.ts';
import { usageTable } from '../schema.ts';
import { boundedMoment } from './event-filter.ts';

export const lastSequenceStatement: Statement = {
  sql: `SELECT greatest((SELECT max(sequence) FROM ${usageTable}), (SELECT max(correction_sequence) FROM ${correctionsTable}))`,
  params: {},
};

export function sequenceAtStatement(timeMs: number): Statement {
  return {
    sql: `SELECT greatest(
  (SELECT max(sequence) FROM ${usageTable} WHERE received_at <= {at:DateTime64(3)}),
  (SELECT max(correction_sequence) FROM ${correctionsTable} WHERE corrected_at <= {at:DateTime64(3)})
)`,
    params: { at: boundedMoment(timeMs) },
  };
}
