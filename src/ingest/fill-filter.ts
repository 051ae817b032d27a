/**
 * Fills the filter of what was seen from the store, in the background after start. Until it is done every look-up is
 * exact. What is accepted meanwhile adds itself. When the store fails it is tried again: it is work saved, not work owed.
 */
import type { UsageStore } from '../storage/usage-store.ts';
import type { SeenFilter } from './seen-filter.ts';

export interface FillDependencies {
  readonly usageStore: Pick<UsageStore, 'scanKeyHashes'>;
  readonly seen: SeenFilter;
  readonly secret: string;
  readonly onError: (error: unknown) => void;
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

/** Resolves when the filter is complete, or when `signal` aborts. */
export async function fillFilter(dependencies: FillDependencies): Promise<void> {
  const { usageStore, seen, secret, onError, retryMs, signal } = dependencies;
  while (!signal.aborted) {
    try {
      await usageStore.scanKeyHashes(secret, (hashes) => seen.addHashes(hashes), signal);
      if (!signal.aborted) seen.markComplete();
      return;
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await pause(retryMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
