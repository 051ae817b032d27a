import { describe, expect, it, test } from 'vitest';
import { type ApiKey, isUsable, type KeySecret, revokeKey, rotateKey } from './api-key.ts';
import { checkKey, type KeyInput, newKey } from './new-key.ts';
import { allows, scopes } from './scopes.ts';

const secretOf = (prefix: string, createdAtMs = 0): KeySecret => ({
  ...{ prefix, hash: `hash of ${prefix}`, createdAtMs, createdBy: 'local' },
  endsAtMs: null,
});
const input: KeyInput = { name: 'gateway', scopes: ['events:write'] };
const key: ApiKey = newKey(input, secretOf('first'), { nowMs: 5, actor: 'local' });
const usable = (of: ApiKey, nowMs: number) =>
  of.secrets.filter((secret) => isUsable(of, secret, nowMs)).map(({ prefix }) => prefix);

describe('a new key', () => {
  it("has its name as its source, everybody's data, and its scopes in order, each once", () => {
    const wanted = { name: 'n', scopes: ['admin', 'read', 'admin'] };
    expect(newKey(wanted, secretOf('s'), { nowMs: 7, actor: 'root' })).toEqual({
      name: 'n',
      scopes: ['read', 'admin'],
      source: 'n',
      customerId: null,
      createdAtMs: 7,
      createdBy: 'root',
      revokedAtMs: null,
      revokedBy: null,
      secrets: [secretOf('s')],
    });
    expect(newKey({ ...input, source: 'edge', customerId: 'c' }, secretOf('s'), { nowMs: 0, actor: 'a' }))
      // what was given is kept
      .toMatchObject({ source: 'edge', customerId: 'c' });
  });

  test.each<[Partial<KeyInput>, string | undefined]>([
    [{}, undefined],
    [{ source: 'a/b', customerId: 'c' }, undefined],
    [{ name: '' }, 'name_invalid'],
    [{ name: 'x'.repeat(129) }, 'name_too_long'],
    [{ name: 'a\nb' }, 'name_invalid'],
    [{ name: 'local' }, 'name_invalid'],
    [{ name: 'chk_abc' }, 'name_invalid'],
    [{ scopes: [] }, 'scopes_missing'],
    [{ scopes: ['write'] }, 'scopes_invalid'],
    [{ scopes: ['read', 'toString'] }, 'scopes_invalid'],
    [{ scopes: ['admin'], customerId: 'c' }, 'scopes_invalid'],
    [{ source: '' }, 'source_invalid'],
    [{ source: 'x'.repeat(129) }, 'source_too_long'],
    [{ customerId: '' }, 'customer_id_invalid'],
    [{ customerId: '🚀'.repeat(129) }, 'customer_id_too_long'],
    [{ customerId: '🚀'.repeat(128) }, undefined],
  ])('%j is refused with %s', (change, code) => {
    expect(checkKey({ ...input, ...change })?.code).toBe(code);
  });
});

describe('rotation', () => {
  it('the old secret goes on for the overlap, the new one without end', () => {
    const rotated = rotateKey(key, secretOf('second', 100), 100, 50);
    expect(usable(rotated, 149)).toEqual(['first', 'second']);
    expect(usable(rotated, 150)).toEqual(['second']);
    expect({ ...rotated, secrets: [] }).toEqual({ ...key, secrets: [] });
  });

  it('without an overlap the old secret ends at once', () => {
    expect(usable(rotateKey(key, secretOf('second'), 100, 0), 100)).toEqual(['second']);
  });

  it('an end that was set is never put off, and what has ended is not kept', () => {
    const twice = rotateKey(rotateKey(key, secretOf('b'), 100, 50), secretOf('c'), 120, 1_000);
    expect(usable(twice, 149)).toEqual(['first', 'b', 'c']);
    expect(usable(twice, 150)).toEqual(['b', 'c']);
    const later = rotateKey(twice, secretOf('d'), 200, 10);
    expect(later.secrets.map(({ prefix }) => prefix)).toEqual(['b', 'c', 'd']);
  });
});

describe('revocation', () => {
  it('ends every secret at once and for good, and says who did it', () => {
    const revoked = revokeKey(rotateKey(key, secretOf('b'), 100, 50), { nowMs: 110, actor: 'ops' });
    expect(usable(revoked, 110)).toEqual([]);
    expect(usable(revoked, 0)).toEqual([]);
    expect(revoked).toMatchObject({ revokedAtMs: 110, revokedBy: 'ops' });
    expect(revokeKey(revoked, { nowMs: 120, actor: 'other' })).toEqual(revoked);
  });
});

describe('scopes', () => {
  it('admin allows everything, every other scope itself alone', () => {
    for (const held of scopes) {
      const allowed = scopes.filter((needed) => allows([held], needed));
      expect(allowed).toEqual(held === 'admin' ? [...scopes] : [held]);
    }
    expect(scopes.some((needed) => allows([], needed))).toBe(false);
  });
});
