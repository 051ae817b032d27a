/**
 * Puts the parts together: the only place that picks implementations. From a configuration it makes the application on
 * a data folder (`assemble`), and from that a server that listens (`startServer`).
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import xxhash from 'xxhash-wasm';
import { ConfigError, type ServerConfig } from './config.ts';
import { makeApp } from './http/app.ts';
import { makeIngest } from './ingest/ingest.ts';
import { makeSequence } from './ingest/sequence.ts';
import { limits } from './limits.ts';
import { makeLogger } from './logger.ts';
import { openEmbeddedUsageStore } from './storage/clickhouse/open-embedded-usage-store.ts';
import { type DataFolder, dataFolderFormat, openDataFolder } from './storage/data-folder/open-data-folder.ts';
import type { RecordStore } from './storage/record-store.ts';
import { openSqliteRecords } from './storage/records/sqlite/open-sqlite-records.ts';
import type { UsageStore } from './storage/usage-store.ts';
import { systemClock } from './time/clock.ts';
import { loadCatalog } from './usecases/catalog.ts';
import { makeUseCases } from './usecases/use-cases.ts';
import { makeWriteLane } from './usecases/write-lane.ts';

export interface Assembly {
  readonly app: FastifyInstance;
  readonly folder: DataFolder;
  readonly localToken: string;
  /** Finishes what is in flight, then closes everything and lets the folder go. */
  close(): Promise<void>;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function assemble(
  config: Pick<ServerConfig, 'data' | 'strict'>,
  logger: Logger,
): Promise<Assembly> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const folder = await openDataFolder(config.data, { format: dataFolderFormat });
    closers.push(() => folder.close());
    const recordStore = await openSqliteRecords({ file: folder.recordsFile });
    closers.push(() => recordStore.close());
    const usageStore = await openEmbeddedUsageStore({
      directory: folder.usageDirectory,
      limits: queryLimits,
    });
    closers.push(() => usageStore.close());
    const localToken = randomBytes(24).toString('base64url');
    const { useCases, ingest } = await assembleUseCases(config.strict, recordStore, usageStore);
    const health = { reasonsNotReady: () => [ingest.trouble()].filter((reason) => reason !== null) };
    const app = await makeApp({ useCases, health, logger, newRequestId: randomUUID, localToken });
    closers.push(() => closeInTime(app));
    return { app, folder, localToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function startServer(config: ServerConfig): Promise<RunningServer> {
  refuseOpenHost(config.host);
  const logger = await makeLogger(config);
  const { app, folder, localToken, close } = await assemble(config, logger);
  try {
    const url = await app.listen({ host: config.host, port: config.port });
    await folder.announce({ url, token: localToken, pid: process.pid });
    logger.info({ url, data: folder.directory }, 'listening');
    const stop = async () => {
      logger.info('stopping: finishing what is in flight');
      await close();
      logger.info('stopped');
    };
    return { url, close: stop };
  } catch (error) {
    await close();
    throw asListenError(error, config);
  }
}

const queryLimits = {
  executionMsMax: limits.querySecondsMax * 1000,
  memoryBytesMax: limits.queryMemoryBytesMax,
};

async function assembleUseCases(strict: boolean, recordStore: RecordStore, usageStore: UsageStore) {
  const [catalog, lastRecord, lastEvent, { h64ToString }] = await Promise.all([
    loadCatalog(recordStore),
    recordStore.lastSequence(),
    usageStore.lastSequence(),
    xxhash(),
  ]);
  const sequence = makeSequence(Math.max(lastRecord, lastEvent));
  const ingest = makeIngest({
    usageStore,
    known: catalog,
    sequence,
    clock: systemClock,
    hash64: h64ToString,
    waitingEventsMax: limits.waitingEventsMax,
  });
  const writeLane = makeWriteLane();
  const shared = { ingest, usageStore, recordStore, catalog, sequence, writeLane, clock: systemClock };
  return { ingest, useCases: makeUseCases({ ...shared, newId: randomUUID, strict }) };
}

/** Waits for requests in flight, but not for ever: a client that never finishes must not keep the server. */
async function closeInTime(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), limits.stopTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Without keys, whoever reaches the port may do anything: only this machine may reach it. */
function refuseOpenHost(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return;
  throw new ConfigError(
    `--host ${host} would let other machines in, and there are no API keys yet to tell them apart: use 127.0.0.1, with a proxy in front that checks who calls`,
  );
}

function asListenError(error: unknown, { host, port }: ServerConfig): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new ConfigError(
    `port ${port} on ${host} is taken: stop what listens there, or choose another with --port`,
  );
}
