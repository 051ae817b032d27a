import { expect, it } from 'vitest';
import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import { correctionAudit } from '../domain/audit/correction-audit.ts';
import type { Correction } from '../domain/events/correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { limits } from '../limits.ts';
import type { RecordStore } from '../storage/record-store.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import { makeAuditCorrections, repairAudit } from './audit-corrections.ts';

const original: StoredEvent = {
  ...{ source: 'gw', id: 'e', customerId: 'c', service: 'S', timeMs: 1_000, quantity: '1', amount: null },
  ...{ properties: [], traceparent: '', fingerprint: '0'.repeat(16), sequence: 1, receivedAtMs: 1_000 },
};

function amendOf(sequence: number): Correction {
  const { customerId, service, timeMs, amount, properties } = original;
  const event = { customerId, service, timeMs, quantity: String(sequence), amount, properties };
  const about = { source: 'gw', eventId: 'e', reason: 'r', actor: 'key' };
  return { id: `k${sequence}`, action: 'amend', ...about, event, sequence, receivedAtMs: sequence };
}

/** The two stores as far as they are asked, over plain lists. */
function storesOf(corrections: readonly Correction[], entries: AuditEntry[]) {
  const recordStore = {
    listAudit: async ({ limit }: { limit: number }) =>
      entries.toSorted((a, b) => b.sequence - a.sequence).slice(0, limit),
    addAuditEntries: async (more: readonly AuditEntry[]) => {
      const known = new Set(entries.map(({ sequence }) => sequence));
      entries.push(...more.filter(({ sequence }) => !known.has(sequence)));
    },
  } as unknown as RecordStore;
  const usageStore = {
    findEvent: async () => original,
    findCorrections: async () => corrections,
    listCorrections: async ({ afterSequence, limit }: { afterSequence: number; limit: number }) =>
      corrections.filter(({ sequence }) => sequence > afterSequence).slice(0, limit),
  } as unknown as UsageStore;
  return { recordStore, usageStore };
}

it('an entry that a crash lost is made again, also before the last one that is there', async () => {
  const corrections = Array.from({ length: limits.correctionsInFlightMax + 300 }, (_, n) => amendOf(n + 10));
  const whole = corrections.map((correction, n) => {
    const before = n === 0 ? original : { ...original, quantity: String(correction.sequence - 1) };
    return correctionAudit(correction, before);
  });
  const lost = new Set([whole.length - 1, whole.length - 2, whole.length - 7]);
  const entries = whole.filter((_, n) => !lost.has(n));
  expect(await repairAudit(storesOf(corrections, entries))).toBe(3);
  expect(entries.toSorted((a, b) => a.sequence - b.sequence)).toEqual(whole);
  expect(await repairAudit(storesOf(corrections, entries))).toBe(0);
});

it('where nothing was audited yet all corrections are', async () => {
  const entries: AuditEntry[] = [];
  expect(await repairAudit(storesOf([amendOf(10), amendOf(11)], entries))).toBe(2);
  expect(entries.map(({ actor, atMs, subjectId }) => [actor, atMs, subjectId])).toEqual([
    ['key', 10, 'k10'],
    ['key', 11, 'k11'],
  ]);
});

it('an entry that could not be written goes with the next', async () => {
  const written: number[][] = [];
  let isBroken = true;
  const recordStore = {
    addAuditEntries: async (entries: readonly AuditEntry[]) => {
      if (isBroken) throw new Error('the disk is full');
      written.push(entries.map(({ sequence }) => sequence));
    },
  } as unknown as RecordStore;
  const audit = makeAuditCorrections({ recordStore });
  await expect(audit(correctionAudit(amendOf(10), original))).rejects.toThrow('full');
  isBroken = false;
  await audit(correctionAudit(amendOf(11), original));
  await audit(correctionAudit(amendOf(12), original));
  expect(written).toEqual([[10, 11], [12]]);
});
