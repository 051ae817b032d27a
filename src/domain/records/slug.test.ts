import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Acme Corp', 'acme-corp'],
  ['  Acme,  Corp. (EU)  ', 'acme-corp-eu'],
  ['Café São Paulo', 'cafe-sao-paulo'],
  ['Müller & Söhne GmbH', 'muller-sohne-gmbh'],
  ["O'Brien's", 'o-brien-s'],
  ['Ελλάδα Άλφα', 'ελλαδα-αλφα'],
  ['株式会社 日立', '株式会社-日立'],
  ['ガス', 'ガス'],
  ['हिन्दी', 'हिन्दी'],
  ['한국 전력', '한국-전력'],
  ['3M', '3m'],
  ['№5 ℡', 'no5-tel'],
  ['---', ''],
  ['🚀 !', ''],
  ['', ''],
])('%j has the slug %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('a long name is cut at 128 code points, and not behind a hyphen', () => {
  expect(slugOf('𝟘'.repeat(50) + 'a'.repeat(200))).toBe('0'.repeat(50) + 'a'.repeat(78));
  expect([...slugOf('𐐨'.repeat(200))]).toHaveLength(128);
  expect(slugOf(`${'a'.repeat(127)} b`)).toBe('a'.repeat(127));
});
