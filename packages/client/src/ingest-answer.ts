/**
 * Reads the answer to POST /v1/events and believes it only as a whole: counts that add up to what was sent, and
 * a result for every event that was not simply accepted. Anything else is no answer, and sending again is safe.
 */
import type { EventResult, EventStatus, IngestAnswer } from './wire/answers.ts';

const countOf: Readonly<Record<EventStatus, keyof Omit<IngestAnswer, 'results'>>> = {
  accepted: 'accepted',
  duplicate: 'duplicates',
  conflict: 'conflicts',
  rejected: 'rejected',
};

export function readIngestAnswer(value: unknown, sent: number): IngestAnswer | null {
  if (typeof value !== 'object' || value === null) return null;
  const answer = value as IngestAnswer;
  const counts = [answer.accepted, answer.duplicates, answer.conflicts, answer.rejected];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return null;
  if (counts.reduce((sum, count) => sum + count, 0) !== sent || !Array.isArray(answer.results)) return null;
  return resultsAddUp(answer, sent) ? answer : null;
}

function resultsAddUp(answer: IngestAnswer, sent: number): boolean {
  const listed = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  const indexes = new Set<number>();
  for (const result of answer.results) {
    if (!isResult(result, sent) || indexes.has(result.index)) return false;
    indexes.add(result.index);
    listed[countOf[result.status]] += 1;
  }
  return (
    listed.duplicates === answer.duplicates &&
    listed.conflicts === answer.conflicts &&
    listed.rejected === answer.rejected
  );
}

function isResult(result: EventResult | null, sent: number): result is EventResult {
  if (typeof result !== 'object' || result === null || !Object.hasOwn(countOf, result.status)) return false;
  return Number.isSafeInteger(result.index) && result.index >= 0 && result.index < sent;
}
