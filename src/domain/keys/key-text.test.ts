import { expect, it } from 'vitest';
import { hashOfKey, isKeyText, isSameHash, keyRandomBytes, makeKeyText, prefixOfKey } from './key-text.ts';

const bytes = (fill: number) => new Uint8Array(keyRandomBytes).fill(fill);

it('the form of a key never changes: keys that were given out stay valid', () => {
  expect([0, 1, 255].map((fill) => makeKeyText(bytes(fill)))).toMatchInlineSnapshot(`
    [
      "chk_0000000000000000000000000000000000v82Yh",
      "chk_00fdQWfEmi1CsDnkmh2kgfFBdcOWBGwvR2I0UtZ",
      "chk_2lFA6LboL2xx0ldQH2K1TdSrwuqMMiME30PsdJi",
    ]
  `);
});

it('it takes 192 random bits, no more and no less', () => {
  expect(keyRandomBytes * 8).toBeGreaterThanOrEqual(128);
  for (const length of [0, 16, 23, 25]) expect(() => makeKeyText(new Uint8Array(length))).toThrow(RangeError);
});

it('what is shown of a key leaves more than 128 bits secret', () => {
  const key = makeKeyText(bytes(171));
  expect(prefixOfKey(key)).toBe(key.slice(0, 12));
  const hiddenDigits = key.length - 12 - 6;
  expect(62n ** BigInt(hiddenDigits) > 2n ** 128n).toBe(true);
});

it.each([
  ['nothing', ''],
  ['another beginning', `chx_${makeKeyText(bytes(7)).slice(4)}`],
  ['a sign that is no digit', `${makeKeyText(bytes(7)).slice(0, -1)}-`],
  ['a space behind it', `${makeKeyText(bytes(7))} `],
  ['a line behind it', `${makeKeyText(bytes(7))}\n`],
  ['lower case', makeKeyText(bytes(7)).toLowerCase()],
])('%s is no key', (_, text) => {
  expect(isKeyText(text)).toBe(false);
});

it('the hash is SHA-256 and compares by its whole length', () => {
  expect(hashOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(isSameHash(hashOfKey('abc'), hashOfKey('abc'))).toBe(true);
  expect(isSameHash(hashOfKey('abc'), hashOfKey('abd'))).toBe(false);
  expect(isSameHash(hashOfKey('abc'), hashOfKey('abc').slice(0, 63))).toBe(false);
  expect(isSameHash('', '')).toBe(true);
});
