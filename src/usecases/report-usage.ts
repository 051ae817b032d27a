/** Takes reported usage in: each event is stored once, or refused with a reason; answered when it is durable. */
import type { PlainBody, PlainReport } from '../ingest/ingest.ts';
import type { Outcome, Submission } from '../ingest/outcome.ts';
import type { Dependencies } from './dependencies.ts';

export { identityOf } from '../ingest/look-up.ts';
export type { Outcome, PlainBody, Submission };

export interface ReportUsage {
  (submissions: readonly Submission[], options: { defaultSource: string }): Promise<Outcome[]>;
  /** From a body's bytes; null when it has to be parsed. */
  plain(body: PlainBody, options: { defaultSource: string }): PlainReport | null;
}

export function makeReportUsage({ ingest, strict }: Dependencies): ReportUsage {
  const report: ReportUsage = (submissions, { defaultSource }) =>
    ingest.submit(submissions, { defaultSource, strict });
  report.plain = (body, { defaultSource }) => ingest.submitPlain(body, { defaultSource, strict });
  return report;
}
