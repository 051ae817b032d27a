/**
 * Compares what the server answered to every sending with what the oracle says. Sendings of one event that were
 * in flight together are compared as a set. It does not look at totals.
 */
import { type Comparison, compare } from './difference.ts';
import type { Expectation } from './oracle/expect.ts';
import type { Observed } from './run-plan.ts';
import {
  allSendings,
  type Outcome,
  type Plan,
  type Sending,
  type SendingKind,
  sendingKinds,
} from './workload/plan.ts';

export interface OutcomeSummary {
  readonly kind: SendingKind;
  readonly sent: number;
  /** Such as "accepted 10" or "rejected quantity_invalid 5". */
  readonly expected: string;
  readonly got: string;
  readonly agrees: boolean;
}

function write({ status, code, warning }: Outcome): string {
  const reason = status === 'rejected' ? code : warning;
  return reason === undefined ? status : `${status} ${reason}`;
}

/** A warning counts only where one is expected: a server may have more to say. */
function writeObserved(observed: Observed | undefined, expected: Outcome): string {
  if (observed === undefined) return 'no answer';
  const { warning } = expected;
  const warned = warning !== undefined && observed.warnings.includes(warning);
  return write(warned ? { ...observed, warning } : { status: observed.status, ...codeOf(observed) });
}

function codeOf({ code }: Observed): { code?: string } {
  return code === undefined ? {} : { code };
}

/** What the server had of the plan's acceptable events before the run: none, all, or some, not known which. */
type Before = 'none' | 'some' | 'all';

/** Whatever was accepted before is a duplicate now. */
function expectedAfter(before: Before, text: string): string {
  if (before === 'none' || !/^(accepted|duplicate)/.test(text)) return text;
  return before === 'all' ? 'duplicate' : 'accepted or duplicate';
}

/** In the words of what is expected, so that the two can be compared. */
function inWordsOf(expected: string, got: string): string {
  const either = expected === 'accepted or duplicate' && /^(accepted|duplicate)/.test(got);
  return either ? expected : got;
}

function count(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const parts = [...counts].map(([text, number]) => `${text} ${number}`);
  return parts.sort().join(', ');
}

interface Answered {
  readonly sending: Sending;
  readonly expected: string;
  /** As it was answered. */
  readonly got: string;
  /** In the words of `expected`. */
  readonly comparable: string;
}

function compareRaces(comparison: Comparison, answered: readonly Answered[]): void {
  const races = new Map<string, Answered[]>();
  for (const answer of answered) {
    const { racing } = answer.sending;
    if (racing !== null) races.set(racing, [...(races.get(racing) ?? []), answer]);
  }
  for (const [id, answers] of races) {
    const expected = count(answers.map((answer) => answer.expected));
    const got = count(answers.map((answer) => answer.comparable));
    compare(comparison, { where: `event ${id}, in flight together`, field: 'answers', expected, got });
  }
}

export interface OutcomeCheck {
  readonly plan: Plan;
  readonly expectation: Expectation;
  readonly observed: readonly Observed[];
  /** How many of the plan's events the server had before the run. */
  readonly storedBefore: number;
}

/** Adds to the comparison, and sums up by kind for people. */
export function checkOutcomes(comparison: Comparison, check: OutcomeCheck): OutcomeSummary[] {
  const { plan, expectation, observed, storedBefore } = check;
  const { accepted } = expectation.counts;
  const before = storedBefore === 0 ? 'none' : storedBefore === accepted ? 'all' : 'some';
  const answered = allSendings(plan).map((sending): Answered => {
    const verdict = expectation.verdicts[sending.index] as Outcome;
    const expected = expectedAfter(before, write(verdict));
    const got = writeObserved(observed[sending.index], verdict);
    return { sending, expected, got, comparable: inWordsOf(expected, got) };
  });
  for (const { sending, expected, comparable: got } of answered) {
    if (sending.racing !== null) continue;
    compare(comparison, {
      where: `sending ${sending.index} (${sending.kind})`,
      field: 'answer',
      expected,
      got,
    });
  }
  compareRaces(comparison, answered);
  const counts = {
    expected: `${accepted - storedBefore}`,
    got: `${observed.filter(({ status }) => status === 'accepted').length}`,
  };
  compare(comparison, { where: 'all sendings', field: 'accepted', ...counts });
  return summarize(answered);
}

function summarize(answered: readonly Answered[]): OutcomeSummary[] {
  return sendingKinds
    .map((kind) => ({ kind, of: answered.filter(({ sending }) => sending.kind === kind) }))
    .filter(({ of }) => of.length > 0)
    .map(({ kind, of }) => {
      const expected = count(of.map((answer) => answer.expected));
      const got = count(of.map((answer) => answer.got));
      const agrees = count(of.map((answer) => answer.comparable)) === expected;
      return { kind, sent: of.length, expected, got, agrees };
    });
}
