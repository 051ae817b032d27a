/** The usage store's contract on a real ClickHouse server. */
import { afterAll, beforeAll } from 'vitest';
import { startClickHouseServer, type TestClickHouseServer } from '../../../test/support/clickhouse-server.ts';
import { connectionContract } from './contract/connection.contract.ts';
import { openServerUsageStore } from './open-server-usage-store.ts';
import { openServerConnection } from './server-connection.ts';
import { usageStoreContract } from './usage-store.contract.ts';

let server: TestClickHouseServer;
beforeAll(async () => {
  server = await startClickHouseServer();
});
afterAll(() => server.stop());

usageStoreContract({ name: 'server', open: () => openServerUsageStore({ url: server.url }) });
connectionContract('server', async () => {
  return openServerConnection({ url: server.url, queriesMax: 2, waitingMax: 10, requestTimeoutMs: 30_000 });
});
