import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApiKey } from '../domain/keys/api-key.ts';
import { hashOfKey, keyRandomBytes, makeKeyText, prefixOfKey } from '../domain/keys/key-text.ts';
import { loadKeyRing } from './key-ring.ts';

const bytes = fc.uint8Array({ minLength: keyRandomBytes, maxLength: keyRandomBytes });

const secretOf = (text: string, endsAtMs: number | null = null) => ({
  ...{ prefix: prefixOfKey(text), hash: hashOfKey(text) },
  ...{ createdAtMs: 0, createdBy: 'local', endsAtMs },
});

const keyOf = (name: string, texts: readonly string[]): ApiKey => ({
  ...{ name, scopes: ['read'], source: name, customerId: null, createdAtMs: 0, createdBy: 'local' },
  ...{ revokedAtMs: null, revokedBy: null, secrets: texts.map((text) => secretOf(text)) },
});

const ringOf = (keys: readonly ApiKey[]) => loadKeyRing({ allKeys: async () => [...keys] });

it('each key is found by its whole text alone: by no part of it, no hash, no prefix, no change of case', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(bytes, { minLength: 1, maxLength: 8 }),
      fc.nat(43),
      fc.nat(43),
      async (all, a, b) => {
        const texts = [...new Set(all.map(makeKeyText))];
        const ring = await ringOf(texts.map((text, at) => keyOf(`key ${at}`, [text])));
        for (const [at, text] of texts.entries()) {
          expect(ring.find(text, 0)?.name).toBe(`key ${at}`);
          const part = text.slice(Math.min(a, b), Math.max(a, b));
          const others = [
            part,
            hashOfKey(text),
            prefixOfKey(text),
            `${text}${text}`,
            ` ${text}`,
            `${text}\0`,
            '',
          ];
          for (const other of others) if (other !== text) expect(ring.find(other, 0)).toBeNull();
        }
      },
    ),
  );
});

it('a key that begins like another, down to the part that is shown, is told from it', async () => {
  const random = new Uint8Array(keyRandomBytes).fill(90);
  const one = makeKeyText(random);
  const other = makeKeyText(random.with(keyRandomBytes - 1, 91));
  const third = makeKeyText(random.with(keyRandomBytes - 1, 92));
  expect(prefixOfKey(one)).toBe(prefixOfKey(other));
  const ring = await ringOf([keyOf('one', [one]), keyOf('other', [other])]);
  expect(ring.find(one, 0)?.name).toBe('one');
  expect(ring.find(other, 0)?.name).toBe('other');
  expect(ring.find(third, 0)).toBeNull();
});

it('what is kept holds from that moment on: a change, a revocation, an end', async () => {
  const [first, second] = [makeKeyText(new Uint8Array(24).fill(1)), makeKeyText(new Uint8Array(24).fill(2))];
  const ring = await ringOf([]);
  expect(ring.hasUsable(0)).toBe(false);
  const key = keyOf('k', [first]);
  ring.keep(key);
  expect([ring.find(first, 0)?.name, ring.hasUsable(0)]).toEqual(['k', true]);
  ring.keep({ ...key, secrets: [secretOf(first, 100), secretOf(second)] });
  expect([ring.find(first, 99)?.name, ring.find(first, 100)]).toEqual(['k', null]);
  expect(ring.find(second, 100)?.name).toBe('k');
  ring.keep({ ...key, secrets: [secretOf(second)], revokedAtMs: 5, revokedBy: 'local' });
  expect([ring.find(second, 0), ring.hasUsable(0)]).toEqual([null, false]);
  expect(ring.all().map(({ name }) => name)).toEqual(['k']);
});
