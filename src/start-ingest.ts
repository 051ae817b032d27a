/**
 * Starts the ingest pipeline on opened stores: what the journal still holds goes into the usage store first, then the
 * sequence is continued, the filter fills in the background, and the metrics watch. It opens and picks no store.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import xxhash from 'xxhash-wasm';
import type { KnownRecords } from './ingest/admit.ts';
import { fillFilter } from './ingest/fill-filter.ts';
import { flushRulesOf } from './ingest/flush-rules.ts';
import { Flusher } from './ingest/flusher.ts';
import { type Ingest, makeIngest } from './ingest/ingest.ts';
import { makeJournalWriter } from './ingest/journal-writer.ts';
import { keyOf } from './ingest/look-up.ts';
import { replay } from './ingest/replay.ts';
import { makeSeenFilter, type SeenFilter } from './ingest/seen-filter.ts';
import { makeSequence, type Sequence } from './ingest/sequence.ts';
import type { limits } from './limits.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Journal, RecoveredEntry } from './storage/journal.ts';
import type { Quarantine } from './storage/quarantine.ts';
import type { RecordStore } from './storage/record-store.ts';
import type { UsageStore } from './storage/usage-store.ts';
import { systemClock } from './time/clock.ts';

export interface Stores {
  readonly recordStore: RecordStore;
  readonly usageStore: UsageStore;
  readonly journal: Journal;
  readonly recovered: AsyncIterable<RecoveredEntry>;
  readonly quarantine: Quarantine;
}

export interface IngestPipeline {
  readonly sequence: Sequence;
  ingestOver(known: KnownRecords): Ingest;
  troubles(): string[];
}

interface Surroundings {
  readonly limits: typeof limits;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly closers: (() => unknown)[];
}

/** The journal's leftovers go into the store first; then the filter fills in the background. */
export async function startIngest(
  stores: Stores,
  dedupeMemoryBytes: number,
  surroundings: Surroundings,
): Promise<IngestPipeline> {
  const { usageStore, recordStore, journal, recovered, quarantine } = stores;
  const { limits, logger, metrics, closers } = surroundings;
  const flusher = makeFlusher(stores, surroundings);
  closers.push(() => flusher.close());
  const waitingBytesMax = limits.replayWaitingBytesMax;
  const replayed = await replay(recovered, { flusher, waitingBytesMax });
  if (replayed > 0) logger.info({ events: replayed }, 'replayed the journal');
  const stored = await Promise.all([recordStore.lastSequence(), usageStore.lastSequence()]);
  const sequence = makeSequence(Math.max(...stored, quarantine.lastSequence()));
  const { h64, h64Raw } = await xxhash();
  const secret = randomBytes(16).toString('hex');
  const expectedCount = await usageStore.countEvents();
  const seen = makeSeenFilter({ hash64: h64, secret, bytesMax: dedupeMemoryBytes, expectedCount });
  for (const identity of quarantine.identities()) seen.add(keyOf(identity));
  closers.push(startFilling(usageStore, seen, secret, logger));
  const { entryEventsMax, journalWaitingBytesMax, waitingEventsMax } = limits;
  const writer = makeJournalWriter({
    ...{ journal, flusher, sequence, entryEventsMax },
    waitingBytesMax: journalWaitingBytesMax,
    observer: metrics.ingest,
  });
  let ingest: Ingest | null = null;
  const troubles = () =>
    [ingest?.trouble() ?? null, quarantine.describe()].filter((reason) => reason !== null);
  return {
    sequence,
    ingestOver(known) {
      ingest = makeIngest({
        ...{ usageStore, known, seen, writer, flusher, waitingEventsMax },
        clock: systemClock,
        hash64: { ofText: h64, ofBytes: h64Raw },
        observer: metrics.ingest,
      });
      const parts = { flusher, seen, sequence, ingest, dedupeMemoryBytes, troubles };
      watchIngest(surroundings, stores, parts);
      return ingest;
    },
    troubles,
  };
}

/** For ages and durations: unlike the time of day, it never goes back. */
export const steadyMs = () => performance.now();

function makeFlusher(stores: Stores, { limits, logger, metrics }: Surroundings): Flusher {
  const { usageStore, journal, quarantine } = stores;
  return new Flusher({
    ...{ usageStore, journal, quarantine },
    clock: { nowMs: steadyMs },
    rules: flushRulesOf(limits),
    onFlush: metrics.flushed,
    onError: (err) => {
      metrics.storeFailed();
      logger.error({ err }, 'the usage store failed; events wait in the journal');
    },
    onReleaseError: (err) =>
      logger.warn({ err }, 'stored segments of the journal cannot be removed; it is tried again'),
  });
}

/** Fills the filter in the background; returns what ends that. */
function startFilling(usageStore: UsageStore, seen: SeenFilter, secret: string, logger: Logger) {
  const filling = new AbortController();
  const onError = (err: unknown) =>
    logger.error(
      { err },
      'the filter of what was seen could not be filled; every event is looked up meanwhile',
    );
  const filled = fillFilter({ usageStore, seen, secret, onError, retryMs: 10_000, signal: filling.signal });
  return () => {
    filling.abort();
    return filled;
  };
}

interface IngestParts {
  readonly flusher: Flusher;
  readonly seen: SeenFilter;
  readonly sequence: Sequence;
  readonly ingest: Ingest;
  readonly dedupeMemoryBytes: number;
  troubles(): string[];
}

function watchIngest({ limits, metrics }: Surroundings, stores: Stores, parts: IngestParts): void {
  const { journal, quarantine, usageStore } = stores;
  metrics.watch({
    journalBytes: () => journal.bytes(),
    waiting: () => parts.flusher.waiting(),
    waitingBytesMax: limits.journalWaitingBytesMax,
    undecided: () => parts.ingest.waiting(),
    filter: parts.seen,
    filterBytesMax: parts.dedupeMemoryBytes,
    quarantinedEvents: () => quarantine.count(),
    lastSequence: () => parts.sequence.last(),
    isReady: () => parts.troubles().length === 0,
    countParts: () => usageStore.countParts(),
  });
}
