/**
 * Puts the parts together: the only place that picks implementations. From a configuration it makes the application on
 * a data folder (`assemble`), and from that a server that listens (`startServer`).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.ts';
import { keyRandomBytes } from './domain/keys/key-text.ts';
import { makeApp } from './http/app.ts';
import { isLoopbackHost } from './http/loopback.ts';
import { takenInQuarantine } from './ingest/taken-in-quarantine.ts';
import { limits } from './limits.ts';
import { asListenError, closeInTime, keysAreMissing } from './listening.ts';
import { makeLogger } from './logger.ts';
import { makeMetrics } from './metrics.ts';
import { type Stores, startIngest, steadyMs } from './start-ingest.ts';
import { openEmbeddedUsageStore } from './storage/clickhouse/open-embedded-usage-store.ts';
import { type DataFolder, dataFolderFormat, openDataFolder } from './storage/data-folder/open-data-folder.ts';
import { openQuarantineFile } from './storage/data-folder/quarantine-file.ts';
import { type JournalFiles, nodeJournalFiles } from './storage/journal/journal-files.ts';
import { openJournal } from './storage/journal/open-journal.ts';
import { openSqliteRecords } from './storage/records/sqlite/open-sqlite-records.ts';
import type { UsageStore } from './storage/usage-store.ts';
import { systemClock } from './time/clock.ts';
import { repairAudit } from './usecases/audit-corrections.ts';
import { loadCatalog } from './usecases/catalog.ts';
import { keepSettings } from './usecases/keep-settings.ts';
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

export interface AssemblyConfig extends Pick<ServerConfig, 'data' | 'host' | 'strict' | 'dedupeMemoryBytes'> {
  /** null: as they were kept last. A command that opens the folder is not told of them, and changes none. */
  readonly settings: Pick<ServerConfig, 'latePolicy' | 'rounding'> | null;
}

export async function assemble(
  config: AssemblyConfig,
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
    const dependencies = {
      ...stores,
      ...{ catalog, keyRing },
      ingest: pipeline.ingestOver(catalog),
      sequence: pipeline.sequence,
      writeLane: makeWriteLane(),
      clock: systemClock,
      newId: randomUUID,
      newSecret: () => randomBytes(keyRandomBytes),
      sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
      strict: config.strict,
    };
    if (config.settings) await keepSettings(dependencies, config.settings, 'local');
    const repaired = await repairAudit(dependencies);
    if (repaired > 0) logger.warn({ entries: repaired }, 'audit entries of corrections were missing');
    const useCases = makeUseCases(dependencies);
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

export async function startServer(
  config: ServerConfig,
  parts: ServerParts = systemParts,
): Promise<RunningServer> {
  const logger = await makeLogger(config);
  const settings = { latePolicy: config.latePolicy, rounding: config.rounding };
  const { app, folder, localToken, hasKeys, close } = await assemble({ ...config, settings }, logger, parts);
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
