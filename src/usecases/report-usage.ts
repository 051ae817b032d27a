/** Takes reported usage in: each event is stored once, or refused with a reason; answered when it is durable. */
import type { Outcome, Submission } from '../ingest/outcome.ts';
import type { Dependencies } from './dependencies.ts';

export type { Outcome, Submission };

export type ReportUsage = (
  submissions: readonly Submission[],
  options: { defaultSource: string },
) => Promise<Outcome[]>;

export function makeReportUsage({ ingest, strict }: Dependencies): ReportUsage {
  return (submissions, { defaultSource }) => ingest.submit(submissions, { defaultSource, strict });
}
