import { expect, test } from 'vitest';
import { auditEntryOf } from './audited-write.ts';
import { auditSnapshot } from './snapshot.ts';

test("a record is shown in the wire's words: times, sequences, nested members; null is left out", () => {
  const record = {
    ...{ id: 'p', customerId: null, effectiveFromMs: 1_764_000_000_123, sequence: 1_000_000_000_000_007 },
    definition: { tiers: [{ from: '0', to: null, unitAmount: '0.1' }], includedQuantity: '5' },
    appliesToClosed: false,
  };
  expect(auditSnapshot(record)).toEqual({
    ...{ id: 'p', effective_from: '2025-11-24T16:00:00.123Z', sequence: '1000000000000007' },
    definition: { tiers: [{ from: '0', to: null, unit_amount: '0.1' }], included_quantity: '5' },
    applies_to_closed: false,
  });
});

test("a user's own words are not renamed, and his numbers stay numbers", () => {
  const data = { tags: { costCentreMs: '1', aB: 'x' }, properties: { sizeMs: 5, sequence: 7 } };
  expect(auditSnapshot(data)).toEqual(data);
});

test('the entry of a write stands at the place of the version', () => {
  const before = { name: 'Old', sequence: 3 };
  const after = { name: 'New', sequence: 9 };
  const what = { actor: 'key', action: 'replace', subject: 'customer', subjectId: 'c', atMs: 5 } as const;
  expect(auditEntryOf({ ...what, before, after })).toEqual({
    ...{ ...what, sequence: 9 },
    ...{ before: { name: 'Old', sequence: '3' }, after: { name: 'New', sequence: '9' } },
  });
});
