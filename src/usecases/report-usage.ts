/** Takes reported usage in: each event is stored once, or refused with a reason; answered when it is durable. */
import type { PlainBody, PlainReport } from '../ingest/ingest.ts';
import type { Outcome, Submission } from '../ingest/outcome.ts';
import type { Dependencies } from './dependencies.ts';

export { identityOf } from '../ingest/look-up.ts';
export type { Outcome, PlainBody, Submission };

/** On whose behalf events are reported. */
export interface Reporter {
  /** The source of events that name none. */
  readonly defaultSource: string;
  /** Only this customer's events are taken; null: everybody's. */
  readonly customerId: string | null;
}

export interface ReportUsage {
  (submissions: readonly Submission[], reporter: Reporter): Promise<Outcome[]>;
  /** From a body's bytes; null when it has to be parsed. */
  plain(body: PlainBody, reporter: Reporter): PlainReport | null;
}

export function makeReportUsage({ ingest, strict }: Dependencies): ReportUsage {
  const report: ReportUsage = async (submissions, { defaultSource, customerId }) => {
    const options = { defaultSource, strict, onlyCustomerId: customerId };
    const outcomes = await ingest.submit(submissions, options);
    return customerId === null ? outcomes : outcomes.map(withoutStored);
  };
  report.plain = (body, { defaultSource, customerId }) =>
    ingest.submitPlain(body, { defaultSource, strict, onlyCustomerId: customerId });
  return report;
}

/** What is stored under an identity may be another customer's: its fingerprint would let its content be guessed. */
function withoutStored(outcome: Outcome): Outcome {
  return outcome.status === 'conflict' ? { ...outcome, storedFingerprint: null } : outcome;
}
