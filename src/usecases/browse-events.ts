/** Stored events: a page of them, or one by its identity. */
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { EventPage } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';

export type { StoredEvent };

export type ListEvents = (page: EventPage) => Promise<StoredEvent[]>;
export type FindEvent = (identity: Identity) => Promise<StoredEvent | null>;

export function makeListEvents({ ingest, usageStore }: Dependencies): ListEvents {
  return async (page) => {
    await ingest.barrier();
    return usageStore.listEvents(page);
  };
}

export function makeFindEvent({ ingest, usageStore }: Dependencies): FindEvent {
  return async (identity) => {
    await ingest.barrier();
    return usageStore.findEvent(identity);
  };
}
