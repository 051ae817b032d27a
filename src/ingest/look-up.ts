/**
 * Asks the store which identities it has. All requests that wait share one query. It is exact.
 * A filter that spares look-ups for what was surely never seen belongs in front of this.
 */
import type { Correction } from '../domain/events/correction.ts';
import type { Identity } from '../domain/events/stored-event.ts';
import { limits } from '../limits.ts';
import type { Seen, UsageStore } from '../storage/usage-store.ts';
import { gather } from './gather.ts';
import type { IngestObserver } from './observer.ts';

export interface LookUp {
  /** What is stored of these identities, by key. A look-up that begins now sees all that was stored before. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, SeenEvent>>;
}

/** A stored identity, and what its last correction did, if it had any. */
export interface SeenEvent extends Seen {
  readonly corrected?: Correction['action'];
}

/** Control characters are refused in sources and ids, so the separator is in neither. A row begins with the same text. */
export function keyOf(identity: Identity): string {
  return `${identity.source}\t${identity.id}`;
}

export function identityOf(key: string): Identity {
  const at = key.indexOf('\t');
  return { source: key.slice(0, at), id: key.slice(at + 1) };
}

export function makeLookUp(
  usageStore: Pick<UsageStore, 'findSeen' | 'lastActions'>,
  observer?: Pick<IngestObserver, 'lookedUp'>,
): LookUp {
  const find = gather<readonly string[], ReadonlyMap<string, SeenEvent>>({
    weigh: (keys) => keys.length,
    weightMax: limits.lookUpKeysMax,
    run: async (requests) => {
      const identities = requests.flat().map(identityOf);
      observer?.lookedUp(identities.length);
      const found = await usageStore.findSeen(identities);
      const actions = await usageStore.lastActions(found);
      const entries = found.map((seen): [string, SeenEvent] => [keyOf(seen), seen]);
      for (const [index, [key, seen]] of entries.entries()) {
        const corrected = actions.get(key);
        if (corrected !== undefined) entries[index] = [key, { ...seen, corrected }];
      }
      return new Map(entries);
    },
  });
  return { find: async (keys) => (keys.length === 0 ? new Map() : find(keys)) };
}
