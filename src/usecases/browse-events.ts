/** Stored events as they count: a page of them, or all that match, or one as it was first accepted. */
import type { Correction } from '../domain/events/correction.ts';
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import { limits } from '../limits.ts';
import type { EventPage } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type AsOf, resolveAsOf } from './resolve-as-of.ts';

export type { StoredEvent };

export interface EventsQuestion extends Omit<EventPage, 'view'> {
  readonly asOf?: AsOf;
}

export type ListEvents = (question: EventsQuestion) => Promise<StoredEvent[]>;
/** All that match, in pieces; what is stored meanwhile does not come. */
export type StreamEvents = (question: Omit<EventsQuestion, 'limit'>) => AsyncGenerator<StoredEvent[]>;
export type FindEvent = (identity: Identity) => Promise<{
  /** As first accepted. */
  readonly event: StoredEvent;
  /** In the order of their making; the last one says how the event counts. */
  readonly corrections: readonly Correction[];
} | null>;

export function makeListEvents(dependencies: Dependencies): ListEvents {
  const { ingest, usageStore } = dependencies;
  return async ({ asOf, ...page }) => {
    if (asOf === undefined) {
      await ingest.barrier();
      return usageStore.listEvents(page);
    }
    const { sequenceMax } = await resolveAsOf(dependencies, asOf);
    return usageStore.listEvents({ ...page, view: { sequenceMax } });
  };
}

export function makeStreamEvents(dependencies: Dependencies): StreamEvents {
  const { usageStore } = dependencies;
  return async function* ({ asOf, ...question }) {
    const { sequenceMax } = await resolveAsOf(dependencies, asOf ?? null);
    const page = { ...question, view: { sequenceMax }, limit: limits.pageItemsMax };
    let { after } = question;
    for (;;) {
      const events = await usageStore.listEvents({ ...page, after });
      if (events.length > 0) yield events;
      const last = events.at(-1);
      if (last === undefined || events.length < page.limit) return;
      after = { timeMs: last.timeMs, sequence: last.sequence };
    }
  };
}

export function makeFindEvent({ ingest, usageStore }: Dependencies): FindEvent {
  return async (identity) => {
    await ingest.barrier();
    const event = await usageStore.findEvent(identity);
    return event && { event, corrections: await usageStore.findCorrections(identity) };
  };
}
