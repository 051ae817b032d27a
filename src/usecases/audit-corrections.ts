/**
 * The audit entries of corrections. A correction is durable in the journal before its entry is written beside the records;
 * one that could not be written goes with the next, and where a crash came in between it is made again at start, from the
 * correction itself, which says who made it and when.
 */
import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import { correctionAudit } from '../domain/audit/correction-audit.ts';
import { type Correction, correctedEvent } from '../domain/events/correction.ts';
import { gather } from '../ingest/gather.ts';
import { limits } from '../limits.ts';
import type { Dependencies } from './dependencies.ts';

type Needed = Pick<Dependencies, 'recordStore' | 'usageStore'>;

/** Resolves when the entries, and all that failed before, are durable. Those that are there already stay as they are. */
export function makeAuditCorrections({ recordStore }: Pick<Needed, 'recordStore'>) {
  /** By sequence: a retry brings its entry again. */
  const unwritten = new Map<number, AuditEntry>();
  return gather<AuditEntry, void>({
    weigh: () => 1,
    weightMax: limits.correctionsInFlightMax,
    run: async (entries) => {
      for (const entry of entries) unwritten.set(entry.sequence, entry);
      await recordStore.addAuditEntries([...unwritten.values()]);
      unwritten.clear();
    },
  });
}

/** The entry of a correction that is stored; null when its event is not. */
export async function auditOfStored(
  { usageStore }: Pick<Needed, 'usageStore'>,
  correction: Correction,
): Promise<AuditEntry | null> {
  const identity = { source: correction.source, id: correction.eventId };
  const [original, all] = await Promise.all([
    usageStore.findEvent(identity),
    usageStore.findCorrections(identity),
  ]);
  if (original === null) return null;
  const earlier = all.filter(({ sequence }) => sequence < correction.sequence);
  // Nothing follows a void, so before this one there was an event.
  return correctionAudit(correction, correctedEvent(original, earlier) ?? original);
}

/**
 * At start. Corrections go side by side, so an entry may be missing before the last that is there, but not before as many
 * as may be in flight. Resolves to the number of entries that were missing.
 */
export async function repairAudit(needed: Needed): Promise<number> {
  const page = { before: null, limit: limits.correctionsInFlightMax, subject: 'correction' as const };
  const audited = await needed.recordStore.listAudit(page);
  const known = new Set(audited.map(({ sequence }) => sequence));
  const first = audited.length < page.limit ? 0 : (audited.at(-1)?.sequence ?? 0);
  let repaired = 0;
  for (let afterSequence = first; ; ) {
    const corrections = await needed.usageStore.listCorrections({ afterSequence, limit: page.limit });
    const entries: AuditEntry[] = [];
    for (const correction of corrections) {
      if (known.has(correction.sequence)) continue;
      const entry = await auditOfStored(needed, correction);
      if (entry) entries.push(entry);
    }
    await needed.recordStore.addAuditEntries(entries);
    repaired += entries.length;
    const last = corrections.at(-1);
    if (last === undefined || corrections.length < page.limit) return repaired;
    afterSequence = last.sequence;
  }
}
