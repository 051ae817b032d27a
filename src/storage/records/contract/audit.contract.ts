/** What every record store keeps of who wrote what: with the write or not at all, never changed. Only through the port. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../domain/audit/audit-entry.ts';
import type { AuditPage, RecordStore } from '../../record-store.ts';
import {
  addCustomer,
  addPrice,
  addService,
  customerOf,
  priceOf,
  type RecordPlace,
  serviceOf,
} from './record-samples.ts';

export function describeAudit(makePlace: () => Promise<RecordPlace>): void {
  let place: RecordPlace;
  let store: RecordStore;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });
  const listed = async (more: Partial<AuditPage> = {}) =>
    (await store.listAudit({ before: null, limit: 10, ...more })).map(({ sequence }) => sequence);

  describe('the audit log', () => {
    test('an entry comes back whole, the newest first, and pages give each once', async () => {
      const entry = auditEntry(5, {
        ...{
          action: 'replace',
          before: { name: 'old', tags: { a: '1' } },
          after: { name: '🚀', n: [1, null] },
        },
      });
      await store.addAuditEntries([auditEntry(1), entry, auditEntry(9)]);
      await store.close();
      store = await place.open();
      expect((await store.listAudit({ before: 9, limit: 1 }))[0]).toEqual(entry);
      expect(await listed()).toEqual([9, 5, 1]);
      expect(await listed({ before: 5 })).toEqual([1]);
      expect(await listed({ limit: 2 })).toEqual([9, 5]);
    });

    test('a write and its entry are one: when either fails there is neither', async () => {
      await addCustomer(store, customerOf('a', 1));
      await expect(addService(store, serviceOf('s', 1))).rejects.toThrow();
      expect(await store.findService('s')).toBeNull();
      await addPrice(store, priceOf('p', 2));
      await expect(addPrice(store, priceOf('p', 3))).rejects.toThrow();
      expect(await listed()).toEqual([2, 1]);
    });

    test('lists narrow to who, what and when, and to all of them', async () => {
      await store.addAuditEntries([
        auditEntry(1, { actor: 'key_a', atMs: 100 }),
        auditEntry(2, { actor: 'key_b', atMs: 200, subject: 'price', subjectId: 'c' }),
        auditEntry(3, { actor: 'key_a', atMs: 300, action: 'archive' }),
        auditEntry(4, { actor: 'key_a', atMs: 400, subjectId: 'd' }),
      ]);
      expect(await listed({ actor: 'key_a' })).toEqual([4, 3, 1]);
      expect(await listed({ action: 'create' })).toEqual([4, 2, 1]);
      expect(await listed({ subject: 'price' })).toEqual([2]);
      expect(await listed({ subjectId: 'c' })).toEqual([3, 2, 1]);
      expect(await listed({ subject: 'customer', subjectId: 'c' })).toEqual([3, 1]);
      expect(await listed({ fromMs: 200, toMs: 400 })).toEqual([3, 2]);
      const all = { actor: 'key_a', action: 'archive', subject: 'customer', subjectId: 'c' } as const;
      expect(await listed({ ...all, fromMs: 300, toMs: 301 })).toEqual([3]);
      expect(await listed({ ...all, fromMs: 301 })).toEqual([]);
    });

    test('an entry told of again stays as it was', async () => {
      await store.addAuditEntries([auditEntry(3, { subject: 'correction', actor: 'first' })]);
      await store.addAuditEntries([
        auditEntry(3, { subject: 'correction', actor: 'second' }),
        auditEntry(4, { subject: 'correction' }),
      ]);
      expect((await store.listAudit({ before: null, limit: 10 })).map(({ actor }) => actor)).toEqual([
        'local',
        'first',
      ]);
    });

    test('the sequence at a moment is that of the last write by then, old ones without an entry too', async () => {
      expect(await store.sequenceAt(1e15)).toBe(0);
      await addCustomer(store, customerOf('a', 1, { updatedAtMs: 500 }));
      await store.addAuditEntries([auditEntry(7, { atMs: 1_000 }), auditEntry(9, { atMs: 2_000 })]);
      expect(await store.sequenceAt(499)).toBe(0);
      expect(await store.sequenceAt(500)).toBe(1);
      expect(await store.sequenceAt(1_999)).toBe(7);
      expect(await store.sequenceAt(2_000)).toBe(9);
    });
  });
}

function auditEntry(sequence: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    ...{ sequence, atMs: sequence, actor: 'local', action: 'create', subject: 'customer', subjectId: 'c' },
    ...{ before: null, after: { id: 'c' } },
    ...more,
  };
}
