/**
 * The port for acknowledged events that the usage store refuses for their content: kept whole, with the reason, and
 * named, so that nothing is lost in silence while the rest flows.
 */
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { Seen } from './usage-store.ts';

export interface Quarantine {
  /** Resolves when they are on disk. An event whose identity is kept already is not kept again. */
  keep(events: readonly StoredEvent[], reason: Error): Promise<void>;
  /** How many events are kept, and where; null when there are none. */
  describe(): string | null;
  count(): number;
  /** Those of these identities that are kept: they were acknowledged, so they stay taken. */
  find(identities: readonly Identity[]): Seen[];
  /** Every identity that is kept. */
  identities(): Iterable<Seen>;
  /** The greatest sequence of an event that is kept; 0 when there is none. */
  lastSequence(): number;
}
