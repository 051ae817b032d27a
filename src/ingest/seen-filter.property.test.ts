import fc from 'fast-check';
import { expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import { makeSeenFilter } from './seen-filter.ts';

const { h64 } = await xxhash();
const key = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()).map(([source, id]) => `${source}\t${id}`);

test('however small the bound and whatever is added, no key is forgotten and the bound is kept', () => {
  fc.assert(
    fc.property(
      fc.array(key, { maxLength: 200 }),
      fc.string(),
      fc.integer({ min: 256, max: 4096 }),
      fc.nat(),
      (keys, secret, bytesMax, expectedCount) => {
        const filter = makeSeenFilter({ hash64: h64, secret, bytesMax, expectedCount });
        filter.markComplete();
        keys.forEach((one, index) => {
          const hash = h64(secret + one);
          if (index % 3 === 0) filter.add(one);
          else if (index % 3 === 1) filter.addHash(hash);
          else filter.addHashes(BigUint64Array.of(hash));
        });
        expect(keys.filter((one) => !filter.mayContain(one))).toEqual([]);
        expect(filter.count()).toBe(keys.length);
        expect(filter.bytes()).toBeLessThanOrEqual(bytesMax);
      },
    ),
  );
});
