/**
 * Corrects a stored event: an entry of its own, journalled like an event (MONEY.md 5.6). The same id with the same content
 * is answered with the stored one. Those of one event, or with one id, go one after another: what is decided about them must
 * not change in between.
 */
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
import { Busy, type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { auditOfStored, makeAuditCorrections } from './audit-corrections.ts';
import type { Dependencies } from './dependencies.ts';
import { makeKeyedLane } from './keyed-lane.ts';

export type PostCorrection = (
  input: CorrectionInput,
  actor: string,
) => Promise<{ readonly ok: true; readonly correction: Correction; readonly created: boolean } | Refusal>;

export function makePostCorrection(dependencies: Dependencies): PostCorrection {
  const { clock, ingest } = dependencies;
  const lane = makeKeyedLane();
  const audit = makeAuditCorrections(dependencies);
  let inFlight = 0;

  async function post(input: CorrectionInput, actor: string) {
    await ingest.barrier();
    const planned = await planCorrection(dependencies, input);
    if (!planned.ok) return planned;
    if (planned.stored) {
      // A retry after a failure: the correction may have been kept without its audit entry.
      const entry = await auditOfStored(dependencies, planned.stored);
      if (entry) await audit(entry);
      return { ok: true, correction: planned.stored, created: false } as const;
    }
    const { original, before, content } = planned;
    const { id, action, source, eventId, reason } = input;
    const made = { id, action, source, eventId, reason, actor, event: content };
    const correction = await ingest.correct({ ...made, receivedAtMs: clock.nowMs() }, original);
    // Before it is visible: a store that fails now must not leave a correction without its entry, which nobody would miss
    // until long after the start that looks for such.
    await audit(correctionAudit(correction, before));
    await ingest.barrier();
    return { ok: true, correction, created: true } as const;
  }

  return async (input, actor) => {
    const fault = checkCorrection(input);
    if (fault) return fault;
    if (inFlight >= limits.correctionsInFlightMax) throw new Busy('too many corrections are being made', 1);
    inFlight += 1;
    const keys = [JSON.stringify([input.source, input.eventId]), input.id];
    try {
      return await lane(keys, () => post(input, actor));
    } finally {
      inFlight -= 1;
    }
  };
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
