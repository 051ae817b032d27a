/** The usage store's contract on a real ClickHouse server. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClickHouseServer, type TestClickHouseServer } from '../../../test/support/clickhouse-server.ts';
import { startLosingProxy } from '../../../test/support/clickhouse-server-proxy.ts';
import { encodeRows } from '../usage-rows/encode-rows.ts';
import { connectionContract } from './contract/connection.contract.ts';
import { wholeSum } from './contract/exactness.contract.ts';
import { keySlicesContract } from './contract/key-slices.contract.ts';
import { storeUnderTest } from './contract/store-under-test.contract.ts';
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

test('a block whose answer was lost is refused, and what was stored of it is found', async () => {
  const proxy = await startLosingProxy(server.url, 'INSERT', 1);
  const { store, event } = storeUnderTest(await openServerUsageStore({ url: proxy.url }));
  const block = [1, 2, 3].map((n) =>
    event({ customerId: 'lost', id: `lost ${n}`, timeMs: Date.UTC(2021, n) }),
  );
  await expect(store.append([encodeRows(block)])).rejects.toThrow();
  expect(proxy.lost()).toBe(1);
  expect(await store.findSeen(block)).toHaveLength(3);
  const rows = await store.aggregate({ ...wholeSum, filter: { customerId: 'lost' } });
  expect(rows.map((row) => row.events)).toEqual([3]);
  await store.close();
  await proxy.close();
});
keySlicesContract('server', async () => {
  return openServerConnection({ url: server.url, queriesMax: 2, waitingMax: 10, requestTimeoutMs: 30_000 });
});
