import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isKeyText, keyRandomBytes, makeKeyText, prefixOfKey } from './key-text.ts';

const random = fc.uint8Array({ minLength: keyRandomBytes, maxLength: keyRandomBytes });
const digit = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** Reads the number back by another way than it was written. */
function numberIn(key: string): bigint {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return [...key.slice(4, -6)].reduce((sum, one) => sum * 62n + BigInt(digits.indexOf(one)), 0n);
}

it('every key holds all of its random bits and passes its own check', () => {
  fc.assert(
    fc.property(random, (bytes) => {
      const key = makeKeyText(bytes);
      expect(key).toMatch(/^chk_[0-9A-Za-z]{39}$/);
      expect(isKeyText(key)).toBe(true);
      expect(numberIn(key)).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
    }),
  );
});

it('no beginning, end or middle of a key is one, and none with more behind it', () => {
  fc.assert(
    fc.property(random, fc.nat(43), fc.nat(43), fc.string({ minLength: 1 }), (bytes, from, to, more) => {
      const key = makeKeyText(bytes);
      const part = key.slice(Math.min(from, to), Math.max(from, to));
      fc.pre(part !== key);
      for (const text of [part, prefixOfKey(key), `${key}${more}`, `${more}${key}`]) {
        expect(isKeyText(text)).toBe(false);
      }
    }),
  );
});

it('a key with one digit changed, or two neighbours swapped, fails its checksum', () => {
  fc.assert(
    fc.property(random, fc.integer({ min: 4, max: 42 }), digit, (bytes, at, other) => {
      const key = makeKeyText(bytes);
      const changed = `${key.slice(0, at)}${other}${key.slice(at + 1)}`;
      const swapped = `${key.slice(0, at)}${key[at + 1] ?? ''}${key[at]}${key.slice(at + 2)}`;
      for (const text of [changed, swapped]) if (text !== key) expect(isKeyText(text)).toBe(false);
    }),
  );
});
