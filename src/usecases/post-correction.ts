/**
 * Corrects a stored event: an entry of its own, journalled like an event (MONEY.md 5.6). The same id with the same content
 * is answered with the stored one. One after another: whether an event was voided must not change in between.
 */
import type { AuditEntry } from '../domain/audit/audit-entry.ts';
import { correctionAudit } from '../domain/audit/correction-audit.ts';
import { type AmendedContent, type Correction, correctedEvent } from '../domain/events/correction.ts';
import {
  amendedContent,
  type CorrectionContext,
  type CorrectionInput,
  checkAmended,
  checkCorrection,
  sameCorrection,
} from '../domain/events/next-correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';
import { makeWriteLane } from './write-lane.ts';

export type PostCorrection = (
  input: CorrectionInput,
  actor: string,
) => Promise<{ readonly ok: true; readonly correction: Correction; readonly created: boolean } | Refusal>;

export function makePostCorrection(dependencies: Dependencies): PostCorrection {
  const { clock, ingest, recordStore } = dependencies;
  const lane = makeWriteLane();
  // The correction is durable before its audit entry: one that could not be written goes with the next.
  const unaudited: AuditEntry[] = [];
  return (input, actor) =>
    lane(async () => {
      const fault = checkCorrection(input);
      if (fault) return fault;
      await ingest.barrier();
      const planned = await planCorrection(dependencies, input);
      if (!planned.ok) return planned;
      if (planned.stored) return { ok: true, correction: planned.stored, created: false };
      const { original, before, content } = planned;
      const { id, action, source, eventId, reason } = input;
      const made = { id, action, source, eventId, reason, actor, event: content };
      const correction = await ingest.correct({ ...made, receivedAtMs: clock.nowMs() }, original);
      unaudited.push(correctionAudit(correction, before));
      await recordStore.addAuditEntries(unaudited);
      unaudited.length = 0;
      return { ok: true, correction, created: true };
    });
}

export interface PlannedCorrection {
  readonly ok: true;
  /** The correction that has this id and content already. */
  readonly stored: Correction | null;
  readonly original: StoredEvent;
  /** The event as it counts before. */
  readonly before: StoredEvent;
  /** null for a void. */
  readonly content: AmendedContent | null;
}

/** What a correction would do, or why it may not. The caller has waited until all that was acknowledged is visible. */
export async function planCorrection(
  dependencies: Pick<Dependencies, 'catalog' | 'clock' | 'strict' | 'usageStore'>,
  input: CorrectionInput,
): Promise<PlannedCorrection | Refusal> {
  const { usageStore } = dependencies;
  const identity = { source: input.source, id: input.eventId };
  const [stored, original] = await Promise.all([
    usageStore.findCorrection(input.id),
    usageStore.findEvent(identity),
  ]);
  const conflict = refuse(
    'conflict',
    `correction ${JSON.stringify(input.id)} exists with other content`,
    'id',
  );
  if (!original) {
    if (stored) return conflict;
    return refuse('not_found', 'no event with this source and event_id is stored', 'event_id');
  }
  const amended = input.event === undefined ? null : amendedContent(original, input.event);
  if (amended?.ok === false) return stored ? conflict : amended;
  const content = amended?.content ?? null;
  if (stored) {
    if (!sameCorrection(stored, input, content)) return conflict;
    return { ok: true, stored, original, before: original, content };
  }
  const before = correctedEvent(original, await usageStore.findCorrections(identity));
  if (before === null) return refuse('already_voided', 'the event was voided: nothing of it counts any more');
  const late = content && checkAmended(content, input.event ?? {}, contextOf(dependencies));
  return late ?? { ok: true, stored: null, original, before, content };
}

function contextOf({
  catalog,
  clock,
  strict,
}: Pick<Dependencies, 'catalog' | 'clock' | 'strict'>): CorrectionContext {
  return {
    nowMs: clock.nowMs(),
    strict,
    isCustomer: (id) => catalog.customer(id) !== undefined,
    service: catalog.service,
  };
}
