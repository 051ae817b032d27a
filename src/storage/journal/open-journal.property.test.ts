/**
 * Random lives of a journal, with faults, deaths in the middle of anything and power cuts, against a plain list. The
 * same lives must go wrong without fsync and without checksums: else they would prove nothing.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { live, type Step } from './testing/journal-life.ts';
import { withoutChecksums, withoutSync } from './testing/without-guards.ts';

const operation = fc.constantFrom('create', 'write', 'sync', 'truncate', 'close', 'remove', 'syncFolder');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('append'), size: fc.integer({ min: 0, max: 300 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('release'), share: fc.integer({ min: 0, max: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault'),
      failing: fc.uniqueArray(operation, { minLength: 1, maxLength: 4 }),
      bytesOfFailedWrite: fc.integer({ min: 0, max: 200 }),
      healthyOperations: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('heal') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('fill'), freeBytes: fc.integer({ min: 0, max: 600 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('die'), operations: fc.integer({ min: 0, max: 8 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('die starting'), operations: fc.integer({ min: 0, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('power cut') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close') }) },
);

const lives = fc.tuple(
  fc.array(step, { maxLength: 40, size: 'max' }),
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
);

test('everything acknowledged and not released is given back, in order and once, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(lives, ([steps, seed]) => live(steps, seed)),
    { numRuns: 1500 },
  );
});

test.each([
  ['fsync', withoutSync],
  ['checksums', withoutChecksums],
])('negative control: without %s it does not hold', async (_, guard) => {
  const result = await fc.check(
    fc.asyncProperty(lives, ([steps, seed]) => live(steps, seed, guard)),
    { numRuns: 600, endOnFailure: true },
  );
  expect(result.failed).toBe(true);
  expect(String(result.errorInstance)).toMatch(/is not what was acknowledged|JournalDamaged/);
});
