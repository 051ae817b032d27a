import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keySlices, sliceRows } from './scan-key-hashes.ts';

test('slices cover the whole key space without a gap or an overlap', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2_000 * sliceRows }), (events) => {
      const slices = keySlices(events);
      expect(slices.length).toBe(Math.max(1, Math.ceil(events / sliceRows)));
      expect([slices[0]?.first, slices.at(-1)?.last]).toEqual([0n, 2n ** 32n - 1n]);
      for (const [index, slice] of slices.slice(1).entries()) {
        expect(slice.first).toBe((slices[index]?.last ?? 0n) + 1n);
        expect(slice.last > slice.first).toBe(true);
      }
    }),
  );
});
