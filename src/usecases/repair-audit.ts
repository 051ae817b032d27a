/**
 * Corrections are durable in the journal before their audit entry is written beside the records. Where a crash came in
 * between, the entry is made again at start, from the correction itself, which says who made it and when.
 */
import { correctionAudit } from '../domain/audit/correction-audit.ts';
import { type Correction, correctedEvent } from '../domain/events/correction.ts';
import type { Dependencies } from './dependencies.ts';

const pageItems = 1_000;

/** Resolves to the number of entries that were missing. */
export async function repairAudit({
  recordStore,
  usageStore,
}: Pick<Dependencies, 'recordStore' | 'usageStore'>): Promise<number> {
  let repaired = 0;
  for (let afterSequence = await recordStore.lastAudited('correction'); ; ) {
    const page = await usageStore.listCorrections({ afterSequence, limit: pageItems });
    const entries = [];
    for (const correction of page) {
      const before = await eventBefore(correction);
      if (before) entries.push(correctionAudit(correction, before));
    }
    await recordStore.addAuditEntries(entries);
    repaired += entries.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageItems) return repaired;
    afterSequence = last.sequence;
  }

  async function eventBefore({ source, eventId, sequence }: Correction) {
    const identity = { source, id: eventId };
    const original = await usageStore.findEvent(identity);
    const earlier = await usageStore.findCorrections(identity);
    const known = earlier.filter((correction) => correction.sequence < sequence);
    return original && correctedEvent(original, known);
  }
}
