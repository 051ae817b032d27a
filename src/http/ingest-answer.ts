/** Outcomes → what the wire says: counts, and each result that is not simply `accepted` (DESIGN.md 3.1). */
import type { EventResult, IngestAnswer } from '@countinghouse/client/wire';
import { identityOf, type Outcome } from '../usecases/report-usage.ts';
import { HttpProblem } from './problem.ts';

const countOf = {
  accepted: 'accepted',
  duplicate: 'duplicates',
  conflict: 'conflicts',
  rejected: 'rejected',
} as const;

export function toIngestAnswer(outcomes: readonly Outcome[], listAll: boolean): IngestAnswer {
  const answer: IngestAnswer = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results: [] };
  outcomes.forEach((outcome, index) => {
    answer[countOf[outcome.status]] += 1;
    const simply = outcome.status === 'accepted' && outcome.warnings.length === 0;
    if (listAll || !simply) answer.results.push(toResult(outcome, index));
  });
  return answer;
}

function toResult(outcome: Outcome, index: number): EventResult {
  switch (outcome.status) {
    case 'accepted': {
      const { key, status, warnings } = outcome;
      return { index, ...identityOf(key), status, ...(warnings.length > 0 && { warnings: [...warnings] }) };
    }
    case 'duplicate':
      return {
        ...{ index, ...identityOf(outcome.key), status: 'duplicate' },
        ...(outcome.warnings && { warnings: [...outcome.warnings] }),
      };
    case 'conflict':
      return {
        index,
        ...identityOf(outcome.key),
        status: 'conflict',
        code: 'conflict',
        message: conflictText,
        ...fingerprints(outcome),
      };
    case 'rejected': {
      const { status, code, message, field, source, id } = outcome;
      const identity = { ...(source !== undefined && { source }), ...(id !== undefined && { id }) };
      return { index, ...identity, status, code, ...(field !== undefined && { field }), message };
    }
  }
}

/** A lone event that was not taken is an answer of its own: 409, 422, or 403 for another customer's. */
export function throwIfRefused(outcome: Outcome): void {
  if (outcome.status === 'conflict') {
    throw new HttpProblem('conflict', conflictText, {
      ...identityOf(outcome.key),
      ...fingerprints(outcome),
    });
  }
  if (outcome.status === 'rejected') {
    const { code, message, field, source, id } = outcome;
    throw new HttpProblem(code, message, {
      ...(field !== undefined && { field }),
      ...(source !== undefined && { source }),
      ...(id !== undefined && { id }),
    });
  }
}

const conflictText =
  'this source and id were accepted with other content before; that one counts, this changes nothing';

function fingerprints(outcome: Outcome & { status: 'conflict' }) {
  const { storedFingerprint, sentFingerprint } = outcome;
  return {
    ...(storedFingerprint !== null && { stored_fingerprint: storedFingerprint }),
    sent_fingerprint: sentFingerprint,
  };
}
