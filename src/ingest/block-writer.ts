/**
 * Group commit: events that arrive together share one insert. Sequences are given here, in the order in which blocks
 * reach the store. The journal of a later milestone takes this place.
 */
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { limits } from '../limits.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import { gather } from './gather.ts';
import type { Sequence } from './sequence.ts';

export type UnsequencedEvent = Omit<StoredEvent, 'sequence'>;

export interface BlockWriter {
  /** Resolves when all are durable and visible. When it rejects, some may have been stored. */
  write(events: readonly UnsequencedEvent[]): Promise<void>;
}

export function makeBlockWriter(usageStore: Pick<UsageStore, 'append'>, sequence: Sequence): BlockWriter {
  const write = gather<readonly UnsequencedEvent[], void>({
    weigh: (events) => events.length,
    weightMax: limits.blockRowsMax,
    run: (requests) => {
      const block: StoredEvent[] = [];
      for (const events of requests) {
        // Assigned, not spread: the objects are this pipeline's own, and a copy of each costs more than its insert's share.
        for (const event of events) block.push(Object.assign(event, { sequence: sequence.next() }));
      }
      return usageStore.append(block);
    },
  });
  return { write: async (events) => (events.length === 0 ? undefined : write(events)) };
}
