/** What use cases are given. Each takes the part it needs. */
import type { Ingest } from '../ingest/ingest.ts';
import type { Sequence } from '../ingest/sequence.ts';
import type { RecordStore } from '../storage/record-store.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import type { Clock } from '../time/clock.ts';
import type { Catalog } from './catalog.ts';
import type { KeyRing } from './key-ring.ts';
import type { WriteLane } from './write-lane.ts';

export interface Dependencies {
  readonly ingest: Ingest;
  readonly usageStore: UsageStore;
  readonly recordStore: RecordStore;
  readonly catalog: Catalog;
  readonly sequence: Sequence;
  readonly writeLane: WriteLane;
  readonly clock: Clock;
  /** A fresh id for a record that was given none. */
  readonly newId: () => string;
  readonly keyRing: KeyRing;
  /** The random bytes of a new API key. */
  readonly newSecret: () => Uint8Array;
  /** Lower-case hex SHA-256 of a text's UTF-8. */
  readonly sha256: (text: string) => string;
  /** Refuse events of unknown customers and services. */
  readonly strict: boolean;
}
