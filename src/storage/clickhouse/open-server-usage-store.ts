/** Opens the usage store on a ClickHouse server. */
import type { UsageStore } from '../usage-store.ts';
import { openUsageStore } from './clickhouse-usage-store.ts';
import type { QueryLimits } from './connection.ts';
import { openServerConnection } from './server-connection.ts';

export interface ServerUsageStoreOptions {
  /** Such as `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Has to exist. */
  readonly database?: string;
  readonly limits?: QueryLimits;
  readonly queriesMax?: number;
  readonly waitingMax?: number;
  readonly requestTimeoutMs?: number;
}

export async function openServerUsageStore(options: ServerUsageStoreOptions): Promise<UsageStore> {
  const { limits, queriesMax = 8, waitingMax = 256, requestTimeoutMs = 60_000, ...server } = options;
  return openUsageStore(
    openServerConnection({ ...server, queriesMax, waitingMax, requestTimeoutMs }),
    limits,
  );
}
