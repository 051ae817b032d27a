import type { EventResult } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { newComparison } from './difference.ts';
import type { Verdict } from './oracle/judge.ts';
import { makeOutcomeLedger } from './outcome-ledger.ts';

const sendingOf = (racing: string | null) => ({ kind: 'usage' as const, text: '{}', event: null, racing });
const result = (status: EventResult['status'], more: object = {}): EventResult =>
  ({ index: 0, status, ...more }) as EventResult;

function differences(verdict: Verdict, got: EventResult, mayBeStored = false): number {
  const comparison = newComparison();
  makeOutcomeLedger(comparison).add({ sending: sendingOf(null), verdict, result: got, mayBeStored });
  expect(comparison.compared).toBe(1);
  return comparison.different;
}

test.each<[string, Verdict, EventResult, mayBeStored: boolean, agrees: boolean]>([
  ['accepted as expected', { status: 'accepted' }, result('accepted'), false, true],
  ['a duplicate of nothing', { status: 'accepted' }, result('duplicate'), false, false],
  ['a duplicate of an unanswered try', { status: 'accepted' }, result('duplicate'), true, true],
  ['a conflict with an unanswered try', { status: 'accepted' }, result('conflict'), true, false],
  ['accepted twice', { status: 'duplicate' }, result('accepted'), false, false],
  ['accepted twice, unsure or not', { status: 'duplicate' }, result('accepted'), true, false],
  [
    'the right code',
    { status: 'rejected', code: 'id_missing' },
    result('rejected', { code: 'id_missing' }),
    false,
    true,
  ],
  [
    'another code',
    { status: 'rejected', code: 'id_missing' },
    result('rejected', { code: 'id_invalid' }),
    false,
    false,
  ],
  [
    'an expected warning that is missing',
    { status: 'accepted', warnings: ['customer_unknown'] },
    result('accepted'),
    false,
    false,
  ],
  [
    'a warning more',
    { status: 'accepted' },
    result('accepted', { warnings: ['customer_archived'] }),
    false,
    true,
  ],
])('%s', (_, verdict, got, mayBeStored, agrees) => {
  expect(differences(verdict, got, mayBeStored)).toBe(agrees ? 0 : 1);
});

/** Two sendings of one event in flight together: the oracle says which comes first, the server may say otherwise. */
function race(statuses: readonly EventResult['status'][], mayBeStored = false): number {
  const comparison = newComparison();
  const ledger = makeOutcomeLedger(comparison);
  const verdicts: Verdict[] = [{ status: 'accepted' }, { status: 'duplicate' }];
  statuses.forEach((status, at) => {
    ledger.add({
      sending: sendingOf('e'),
      verdict: verdicts[at] as Verdict,
      result: result(status),
      mayBeStored,
    });
  });
  return comparison.different;
}

test('of two in flight together either is first, but not both and not none', () => {
  expect(race(['accepted', 'duplicate'])).toBe(0);
  expect(race(['duplicate', 'accepted'])).toBe(0);
  expect(race(['accepted', 'accepted'])).toBe(1);
  expect(race(['duplicate', 'duplicate'])).toBe(1);
  expect(race(['duplicate', 'duplicate'], true)).toBe(0);
  expect(race(['accepted', 'conflict'], true)).toBe(1);
});

test('the summary counts by kind what was expected and what came', () => {
  const ledger = makeOutcomeLedger(newComparison());
  const add = (verdict: Verdict, got: EventResult) =>
    ledger.add({ sending: sendingOf(null), verdict, result: got, mayBeStored: false });
  add({ status: 'accepted' }, result('accepted'));
  add({ status: 'accepted' }, result('duplicate'));
  expect(ledger.summary()).toEqual([
    { kind: 'usage', sent: 2, expected: 'accepted 2', got: 'accepted 1, duplicate 1', agrees: false },
  ]);
  expect(ledger.accepted()).toBe(1);
});
