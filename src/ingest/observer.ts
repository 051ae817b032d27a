/**
 * What the pipeline tells whoever watches it, so that it can be counted and timed. Nothing depends on it, and it knows
 * nothing of metrics.
 */
import type { Outcome } from './outcome.ts';

export interface IngestObserver {
  /** A request was decided: what became of each of its events. */
  decided(outcomes: readonly Outcome[]): void;
  /** The store was asked for this many identities in one query. */
  lookedUp(identities: number): void;
  /** Of so many identities the filter, complete, said maybe, and the store did not have them. */
  falseMaybes(identities: number): void;
  /** An entry is on its way to the journal; what is returned is called when it is on disk, or failed. */
  appending(bytes: number): (ok: boolean) => void;
}
