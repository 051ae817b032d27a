/** Opens the usage store on a folder, with the engine inside this process. */
import { limits } from '../../limits.ts';
import type { UsageStore } from '../usage-store.ts';
import { openUsageStore } from './clickhouse-usage-store.ts';
import type { QueryLimits } from './connection.ts';
import { openEmbeddedConnection } from './embedded-connection.ts';

export interface EmbeddedUsageStoreOptions {
  /** The engine's own folder; made if missing. One process at a time. */
  readonly directory: string;
  readonly limits?: QueryLimits;
  /** Questions answered at once; each keeps a thread of the process's pool busy. */
  readonly querySessions?: number;
  readonly waitingMax?: number;
}

export function openEmbeddedUsageStore(options: EmbeddedUsageStoreOptions): Promise<UsageStore> {
  const { directory, querySessions = limits.querySessions, waitingMax = 256 } = options;
  const open = async () => openEmbeddedConnection({ directory, querySessions, waitingMax });
  return open().then((connection) => openUsageStore(connection, options.limits));
}
