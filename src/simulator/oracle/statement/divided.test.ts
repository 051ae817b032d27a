import { expect, test } from 'vitest';
import type { Slice } from '../tally.ts';
import { linesOfMeter, termsFor } from './divided.ts';
import type { Version } from './line.ts';

const day = 86_400_000;
const slice = (onDay: number, properties: string, quantity: bigint): Slice => ({
  ...{ day: onDay, atMs: onDay * day, properties, quantity, amount: 0n, events: 1 },
});
const version = (terms: Partial<Version>): Version => ({
  ...{ id: 'p1', model: 'per_unit', isOwn: false, effectiveFromMs: null },
  ...terms,
});
const byRegion: Partial<Version> = {
  ...{ dimension: 'properties.region', minimum_amount: '1', maximum_amount: '9' },
  rates: [{ value: 'eu', unit_amount: '2', maximum_amount: '5' }],
};
const slices = [
  slice(1, 'region="eu"', 10n),
  slice(12, 'region="eu"', 20n),
  slice(13, 'region="us"', 40n),
  slice(14, 'size=7', 80n),
];

function told(versions: readonly Version[]) {
  return linesOfMeter(versions, slices).map(({ value, slices: own }) => [
    value,
    own.map(({ quantity }) => Number(quantity)),
  ]);
}

test('without a dimension there is one line', () => {
  expect(told([version({})])).toEqual([[undefined, [10, 20, 40, 80]]]);
});

test('each value counts for a line of its own, and under an undivided version for the undivided line', () => {
  const later = version({ ...byRegion, id: 'p2', effectiveFromMs: 10 * day });
  expect(told([version({}), later])).toEqual([
    [undefined, [10]],
    ['"eu"', [20]],
    ['"us"', [40]],
    ['null', [80]],
  ]);
});

test('what has no price yet counts on in all lines that it may be of', () => {
  expect(told([version({ ...byRegion, effectiveFromMs: 10 * day })])).toEqual([
    [undefined, [10]],
    ['"eu"', [10, 20]],
    ['"us"', [40]],
    ['null', [80]],
  ]);
});

test('an entry has its own terms, then the limits beside it; without an entry there are none', () => {
  const own = version(byRegion);
  const limits = { model: 'per_unit', minimum_amount: '1' };
  expect(termsFor(own, '"eu"')).toMatchObject({ ...limits, unit_amount: '2', maximum_amount: '5' });
  expect([termsFor(own, '"us"'), termsFor(own, 'null'), termsFor(own, undefined)]).toEqual([
    null,
    null,
    null,
  ]);
  const others = version({ ...byRegion, fallback: { unit_amount: '3' } });
  expect(termsFor(others, '"us"')).toMatchObject({ ...limits, unit_amount: '3', maximum_amount: '9' });
  expect(termsFor(others, 'null')).toMatchObject({ unit_amount: '3' });
  expect(termsFor(version({}), '"eu"')).toBeNull();
});
