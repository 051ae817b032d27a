/**
 * Compares what the server answered to each sending with what the oracle says, while they come, and counts by kind. Where
 * a race, a cut connection or an earlier run allows several answers, the set of them is compared. It looks at no totals.
 */
import type { EventResult } from '@countinghouse/client/wire';
import { type Comparison, compare } from './difference.ts';
import type { Verdict } from './oracle/judge.ts';
import { type Sending, type SendingKind, sendingKinds } from './workload/sending.ts';

export interface OutcomeSummary {
  readonly kind: SendingKind;
  readonly sent: number;
  /** Such as "accepted 10" or "rejected quantity_invalid 5". */
  readonly expected: string;
  readonly got: string;
  readonly agrees: boolean;
}

export interface Answered {
  readonly sending: Sending;
  readonly verdict: Verdict;
  readonly result: EventResult;
  /** An earlier try, or an earlier run, may have stored it. */
  readonly mayBeStored: boolean;
}

export interface OutcomeLedger {
  add(answered: Answered): void;
  /** How many were answered `accepted`. */
  accepted(): number;
  summary(): OutcomeSummary[];
}

interface Counts {
  sent: number;
  differences: number;
  readonly expected: Map<string, number>;
  readonly got: Map<string, number>;
}

/** A warning counts only where one is expected: a server may have more to say. */
function describeExpected({ status, code, warnings = [] }: Verdict): string {
  if (status === 'rejected') return `rejected ${code}`;
  return [status, ...warnings].join(' ');
}

function describeGot(result: EventResult, { warnings = [] }: Verdict): string {
  if (result.status === 'rejected') return `rejected ${result.code}`;
  if (result.status !== 'accepted') return result.status;
  const said = warnings.filter((warning) =>
    (result.warnings as readonly string[] | undefined)?.includes(warning),
  );
  return [result.status, ...said].join(' ');
}

const count = (counts: Map<string, number>, text: string) => counts.set(text, (counts.get(text) ?? 0) + 1);
const describe = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .map(([text, number]) => `${text} ${number}`)
    .sort()
    .join(', ');

export function makeOutcomeLedger(comparison: Comparison): OutcomeLedger {
  const kinds = new Map<SendingKind, Counts>();
  const races = new Map<string, Answered>();
  let accepted = 0;

  function countsOf(kind: SendingKind): Counts {
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const counts: Counts = { sent: 0, differences: 0, expected: new Map(), got: new Map() };
    kinds.set(kind, counts);
    return counts;
  }

  function compareOne({ sending, verdict, mayBeStored }: Answered, got: string, counts: Counts): void {
    const allowed = allowedFor(verdict, mayBeStored);
    const expected = allowed.includes(got) ? got : allowed.join(' or ');
    if (expected !== got) counts.differences += 1;
    const text = sending.text.length > 300 ? `${sending.text.slice(0, 300)}…` : sending.text;
    compare(comparison, { where: `answer to ${sending.kind} ${text}`, field: 'status', expected, got });
  }

  /** Two sendings of one event at the same moment: one of them was first, unless it was stored before. */
  function compareRace(one: Answered, other: Answered, counts: Counts): void {
    const got = [one.result.status, other.result.status].sort().join(' and ');
    const allowed = ['accepted and duplicate'];
    if (one.mayBeStored || other.mayBeStored) allowed.push('duplicate and duplicate');
    const expected = allowed.includes(got) ? got : allowed.join(' or ');
    if (expected !== got) counts.differences += 1;
    const where = `event ${one.sending.racing}, twice in flight together`;
    compare(comparison, { where, field: 'answers', expected, got });
  }

  return {
    accepted: () => accepted,
    add(answered) {
      const { sending, verdict, result } = answered;
      const counts = countsOf(sending.kind);
      const got = describeGot(result, verdict);
      counts.sent += 1;
      count(counts.expected, describeExpected(verdict));
      count(counts.got, got);
      if (result.status === 'accepted') accepted += 1;
      if (sending.racing === null) return compareOne(answered, got, counts);
      const other = races.get(sending.racing);
      if (other === undefined) races.set(sending.racing, answered);
      else {
        races.delete(sending.racing);
        compareRace(other, answered, counts);
      }
    },
    summary: () =>
      sendingKinds.flatMap((kind) => {
        const counts = kinds.get(kind);
        if (counts === undefined) return [];
        const { sent, differences } = counts;
        const told = { expected: describe(counts.expected), got: describe(counts.got) };
        return [{ kind, sent, ...told, agrees: differences === 0 }];
      }),
  };
}

/** What may be answered: stored by an earlier try, it is a duplicate, or was accepted with or without a warning. */
function allowedFor(verdict: Verdict, mayBeStored: boolean): string[] {
  const expected = describeExpected(verdict);
  if (verdict.status !== 'accepted' || !mayBeStored) return [expected];
  return [...new Set([expected, 'accepted', 'duplicate'])];
}
