/**
 * Puts the parts together: the only place that picks implementations. From a configuration it makes the application on
 * a data folder (`assemble`), and from that a server that listens (`startServer`).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import xxhash from 'xxhash-wasm';
import type { ServerConfig } from './config.ts';
import { keyRandomBytes } from './domain/keys/key-text.ts';
import { makeApp } from './http/app.ts';
import { isLoopbackHost } from './http/loopback.ts';
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
import { takenInQuarantine } from './ingest/taken-in-quarantine.ts';
import { limits } from './limits.ts';
import { asListenError, closeInTime, keysAreMissing } from './listening.ts';
import { makeLogger } from './logger.ts';
import { makeMetrics, type ServerMetrics } from './metrics.ts';
import { openEmbeddedUsageStore } from './storage/clickhouse/open-embedded-usage-store.ts';
import { type DataFolder, dataFolderFormat, openDataFolder } from './storage/data-folder/open-data-folder.ts';
import { openQuarantineFile } from './storage/data-folder/quarantine-file.ts';
import { type JournalFiles, nodeJournalFiles } from './storage/journal/journal-files.ts';
import { openJournal } from './storage/journal/open-journal.ts';
import type { Journal, RecoveredEntry } from './storage/journal.ts';
import type { Quarantine } from './storage/quarantine.ts';
import type { RecordStore } from './storage/record-store.ts';
import { openSqliteRecords } from './storage/records/sqlite/open-sqlite-records.ts';
import type { UsageStore } from './storage/usage-store.ts';
import { systemClock } from './time/clock.ts';
import { loadCatalog } from './usecases/catalog.ts';
import { loadKeyRing } from './usecases/key-ring.ts';
import { makeUseCases } from './usecases/use-cases.ts';
import { makeWriteLane } from './usecases/write-lane.ts';

export interface Assembly {
  readonly app: FastifyInstance;
  readonly folder: DataFolder;
  readonly localToken: string;
  /** Whether there is an API key that opens anything. */
  hasKeys(): boolean;
  /** Finishes what is in flight, then closes everything and lets the folder go. */
  close(): Promise<void>;
}

/** What tests replace, so that a disk or a store fails on demand. Nothing else can reach it. */
export interface ServerParts {
  readonly journalFiles: JournalFiles;
  readonly limits: typeof limits;
  wrapUsageStore(store: UsageStore): UsageStore;
}

const systemParts: ServerParts = {
  journalFiles: nodeJournalFiles,
  limits,
  wrapUsageStore: (store) => store,
};

export interface RunningServer {
  readonly url: string;
  /** The token of commands on this machine: it may do everything. */
  readonly localToken: string;
  close(): Promise<void>;
}

export async function assemble(
  config: Pick<ServerConfig, 'data' | 'host' | 'strict' | 'dedupeMemoryBytes'>,
  logger: Logger,
  parts: ServerParts = systemParts,
): Promise<Assembly> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const folder = await openDataFolder(config.data, { format: dataFolderFormat });
    closers.push(() => folder.close());
    const stores = await openStores(folder, parts, closers);
    const metrics = makeMetrics({ nowMs: steadyMs });
    const pipeline = await startIngest(stores, config.dedupeMemoryBytes, {
      logger,
      metrics,
      closers,
      limits: parts.limits,
    });
    const catalog = await loadCatalog(stores.recordStore);
    const keyRing = await loadKeyRing(stores.recordStore.apiKeys);
    const useCases = makeUseCases({
      ...stores,
      ...{ catalog, keyRing },
      ingest: pipeline.ingestOver(catalog),
      sequence: pipeline.sequence,
      writeLane: makeWriteLane(),
      clock: systemClock,
      newId: randomUUID,
      newSecret: () => randomBytes(keyRandomBytes),
      strict: config.strict,
    });
    const localToken = randomBytes(24).toString('base64url');
    const health = { reasonsNotReady: () => pipeline.troubles() };
    const reachable = !isLoopbackHost(config.host);
    const edge = { useCases, health, metrics, logger, localToken, reachable };
    const app = await makeApp({ ...edge, newRequestId: randomUUID });
    closers.push(() => closeInTime(app));
    return { app, folder, localToken, hasKeys: () => keyRing.hasUsable(systemClock.nowMs()), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Stores {
  readonly recordStore: RecordStore;
  readonly usageStore: UsageStore;
  readonly journal: Journal;
  readonly recovered: AsyncIterable<RecoveredEntry>;
  readonly quarantine: Quarantine;
}

async function openStores(
  folder: DataFolder,
  parts: ServerParts,
  closers: (() => unknown)[],
): Promise<Stores> {
  const recordStore = await openSqliteRecords({ file: folder.recordsFile });
  closers.push(() => recordStore.close());
  const { journal, recovered } = await openJournal({
    directory: folder.journalDirectory,
    files: parts.journalFiles,
    segmentBytesMax: parts.limits.journalSegmentBytesMax,
  });
  closers.push(() => journal.close());
  const engine = await openEmbeddedUsageStore({ directory: folder.usageDirectory, limits: queryLimits });
  closers.push(() => engine.close());
  const usageStore = parts.wrapUsageStore(engine);
  const quarantine = await openQuarantineFile(folder.quarantineFile, systemClock.nowMs);
  return {
    recordStore,
    usageStore: takenInQuarantine(usageStore, quarantine),
    journal,
    recovered,
    quarantine,
  };
}

interface IngestPipeline {
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
async function startIngest(
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
const steadyMs = () => performance.now();

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

export async function startServer(
  config: ServerConfig,
  parts: ServerParts = systemParts,
): Promise<RunningServer> {
  const logger = await makeLogger(config);
  const { app, folder, localToken, hasKeys, close } = await assemble(config, logger, parts);
  try {
    if (!isLoopbackHost(config.host) && !hasKeys()) throw keysAreMissing(config);
    const url = await app.listen({ host: config.host, port: config.port });
    await folder.announce({ url, token: localToken, pid: process.pid });
    logger.info({ url, data: folder.directory }, 'listening');
    const stop = async () => {
      logger.info('stopping: finishing what is in flight');
      await close();
      logger.info('stopped');
    };
    return { url, localToken, close: stop };
  } catch (error) {
    await close();
    throw asListenError(error, config);
  }
}

const queryLimits = {
  executionMsMax: limits.querySecondsMax * 1000,
  memoryBytesMax: limits.queryMemoryBytesMax,
};
