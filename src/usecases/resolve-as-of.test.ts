import { expect, test } from 'vitest';
import { makeCatalog } from './catalog.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { makeWriteLane } from './write-lane.ts';

const empty = { customers: [], services: [], meters: [], prices: [], settings: [], closes: [] };

test('a close that is written while the question waits is in neither its records nor its usage', async () => {
  const catalog = makeCatalog(empty);
  const close = { customerId: 'c', period: '2026-09', fromMs: 1, toMs: 2, watermark: 4, sequence: 6 };
  const needed = {
    ...{ catalog, writeLane: makeWriteLane(), sequence: { last: () => 5 } },
    ingest: { settle: async () => catalog.keepCloses([close]) },
  } as unknown as Parameters<typeof resolveAsOf>[0];
  const { view, sequenceMax } = await resolveAsOf(needed, null);
  expect(sequenceMax).toBe(5);
  expect(view.closesOf('c')).toEqual([]);
  expect(catalog.closesOf('c')).toEqual([close]);
});
