/** The contract of the key store, over the record store that it is part of. It speaks only through the port. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keyAudit } from '../../../domain/audit/key-audit.ts';
import type { ApiKey } from '../../../domain/keys/api-key.ts';
import type { RecordStore } from '../../record-store.ts';
import type { RecordPlace } from './record-samples.ts';

export function keyOf(name: string, more: Partial<ApiKey> = {}): ApiKey {
  return {
    name,
    scopes: ['read', 'events:write'],
    source: `source of ${name}`,
    customerId: null,
    createdAtMs: 1_764_000_000_000,
    createdBy: 'local',
    revokedAtMs: null,
    revokedBy: null,
    secrets: [secretOf(`${name} 1`)],
    ...more,
  };
}

const secretOf = (hash: string, endsAtMs: number | null = null) => ({
  ...{ prefix: `chk_${hash}`, hash, createdAtMs: 1_764_000_000_001, createdBy: 'rotator' },
  endsAtMs,
});

export function describeKeyStore(makePlace: () => Promise<RecordPlace>): void {
  let place: RecordPlace;
  let store: RecordStore;
  let sequence = 0;
  const audited = (action: 'create' | 'rotate', after: ApiKey) => {
    sequence += 1;
    return keyAudit({ ...{ action, actor: 'ops', atMs: 1_764_000_000_002, sequence }, before: null, after });
  };
  const addKey = (key: ApiKey) => store.apiKeys.addKey(key, audited('create', key));
  const changeKey = (key: ApiKey) => store.apiKeys.changeKey(key, audited('rotate', key));
  const auditedNames = async () =>
    (await store.listAudit({ before: null, limit: 10 })).map((entry) => `${entry.action} ${entry.subjectId}`);
  const reopen = async () => {
    await store.close();
    store = await place.open();
    return store.apiKeys.allKeys();
  };
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
    sequence = 0;
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  describe('API keys', () => {
    test('every member comes back, also from a store that was opened again, by name in bytewise order', async () => {
      expect(await store.apiKeys.allKeys()).toEqual([]);
      const keys = ['"; DROP TABLE api_keys', 'a', 'Z', '株', '🚀'].map((name) => keyOf(name));
      const one = keyOf('one', { scopes: ['admin'], revokedAtMs: 7, revokedBy: 'x', secrets: [] });
      const own = keyOf('own', { customerId: 'c', createdBy: 'root' });
      for (const key of [...keys, one, own]) await addKey(key);
      const names = ['"; DROP TABLE api_keys', 'Z', 'a', 'one', 'own', '株', '🚀'];
      const expected = names.map((name) => [...keys, one, own].find((key) => key.name === name));
      expect(await store.apiKeys.allKeys()).toEqual(expected);
      expect(await reopen()).toEqual(expected);
    });

    test('a taken name is rejected, and nothing of the second key is kept', async () => {
      await addKey(keyOf('a'));
      await expect(addKey(keyOf('a', { secrets: [secretOf('other')] }))).rejects.toThrow(/name/);
      expect(await reopen()).toEqual([keyOf('a')]);
    });

    test('a taken hash is rejected, and nothing of the second key is kept', async () => {
      await addKey(keyOf('a'));
      await expect(addKey(keyOf('b', { secrets: [secretOf('a 1')] }))).rejects.toThrow(/hash/);
      expect(await reopen()).toEqual([keyOf('a')]);
    });

    test('a change replaces the key and its secrets, in their order, and no other key', async () => {
      await addKey(keyOf('a'));
      await addKey(keyOf('b'));
      const rotated = keyOf('a', { secrets: [secretOf('a 1', 99), secretOf('0 later'), secretOf('z')] });
      await changeKey(rotated);
      expect(await reopen()).toEqual([rotated, keyOf('b')]);
      const revoked = keyOf('a', { secrets: [secretOf('z')], revokedAtMs: 5, revokedBy: 'ops' });
      await changeKey(revoked);
      expect(await reopen()).toEqual([revoked, keyOf('b')]);
    });

    test('a change of a key that is not there is rejected, and one that fails half-way changes nothing', async () => {
      await expect(changeKey(keyOf('a'))).rejects.toThrow(/no API key "a"/);
      await addKey(keyOf('a'));
      await addKey(keyOf('b'));
      const clash = keyOf('a', { source: 'changed', secrets: [secretOf('new'), secretOf('b 1')] });
      await expect(changeKey(clash)).rejects.toThrow(/hash/);
      expect(await reopen()).toEqual([keyOf('a'), keyOf('b')]);
      expect(await auditedNames()).toEqual(['create b', 'create a']);
    });

    test('a write and its audit entry are both kept or neither, and the sequence goes on behind it', async () => {
      await addKey(keyOf('a'));
      await changeKey(keyOf('a', { secrets: [] }));
      expect(await auditedNames()).toEqual(['rotate a', 'create a']);
      expect(await store.lastSequence()).toBe(sequence);
      sequence -= 1;
      await expect(addKey(keyOf('b'))).rejects.toThrow(/sequence/);
      sequence -= 1;
      await expect(changeKey(keyOf('a', { source: 'changed' }))).rejects.toThrow(/sequence/);
      expect(await reopen()).toEqual([keyOf('a', { secrets: [] })]);
    });
  });
}
