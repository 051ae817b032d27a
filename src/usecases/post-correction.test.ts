/** A correction that is durable has its audit entry, whatever fails behind it. */
import { expect, it } from 'vitest';
import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import type { Correction, NewCorrection } from '../domain/events/correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { Busy } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';
import { makePostCorrection } from './post-correction.ts';

const original: StoredEvent = {
  ...{ source: 'gw', id: 'e', customerId: 'c', service: 'S', timeMs: 1_000, quantity: '1', amount: null },
  ...{ properties: [], traceparent: '', fingerprint: '0'.repeat(16), sequence: 1, receivedAtMs: 1_000 },
};

/** Corrections that are durable become visible at a barrier, unless the store fails. */
function pretendedServer() {
  const state = { isFailing: false, durable: [] as Correction[], visible: [] as Correction[] };
  const entries: AuditEntry[] = [];
  const dependencies = {
    clock: { nowMs: () => 5_000 },
    strict: false,
    catalog: { customer: () => undefined, service: () => undefined },
    ingest: {
      barrier: async () => {
        if (state.isFailing) throw new Busy('the store fails', 2);
        state.visible = [...state.durable];
      },
      correct: async (correction: NewCorrection) => {
        const stored = { ...correction, sequence: state.durable.length + 2 };
        state.durable.push(stored);
        state.isFailing = true;
        return stored;
      },
    },
    usageStore: {
      findEvent: async () => original,
      findCorrection: async (id: string) => state.visible.find((one) => one.id === id) ?? null,
      findCorrections: async () => state.visible,
    },
    recordStore: { addAuditEntries: async (more: readonly AuditEntry[]) => void entries.push(...more) },
  };
  return { state, entries, post: makePostCorrection(dependencies as unknown as Dependencies) };
}

const wrong = { id: 'k', action: 'void', source: 'gw', eventId: 'e', reason: 'wrong' } as const;

it('is answered as busy and is in the audit log when the store fails after it became durable', async () => {
  const { state, entries, post } = pretendedServer();
  await expect(post(wrong, 'key')).rejects.toThrow(Busy);
  expect(state.durable).toHaveLength(1);
  expect(entries.map(({ sequence, subjectId }) => [sequence, subjectId])).toEqual([[2, 'k']]);

  state.isFailing = false;
  expect(await post(wrong, 'key')).toMatchObject({ ok: true, created: false, correction: { sequence: 2 } });
});
