/** A scan reads the key space in slices: together they are all of it, and each reads little beyond its own rows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsageStore } from '../../usage-store.ts';
import { openUsageStore } from '../clickhouse-usage-store.ts';
import type { Connection, QueryOptions } from '../connection.ts';
import { keySlices, scanKeyHashesStatement, sliceRows } from '../sql/scan-key-hashes.ts';
import { storeUnderTest } from './store-under-test.contract.ts';

const background: QueryOptions = {
  lane: 'background',
  limits: { executionMsMax: 30_000, memoryBytesMax: 2 ** 30 },
};
const sliceCount = 16;
const months = 2;

export function keySlicesContract(name: string, open: () => Promise<Connection>): void {
  describe(`key slices on a ${name} connection`, () => {
    let connection: Connection;
    let store: UsageStore;
    const statements = keySlices(sliceCount * sliceRows).map((slice) => scanKeyHashesStatement('s', slice));
    beforeAll(async () => {
      connection = await open();
      store = await openUsageStore(connection);
      const { event, append } = storeUnderTest(store);
      const sequence = await store.lastSequence();
      const rows = Array.from({ length: 30_000 }, (_, n) =>
        event({ source: 'sliced', sequence: sequence + n + 1, timeMs: Date.UTC(2031, n % months) }),
      );
      await append(...rows);
    });
    afterAll(() => store.close());

    test('together they give every row once', async () => {
      const sizes: number[] = [];
      const distinct = new Set<bigint>();
      for (const statement of statements) {
        const bytes = (await connection.queryBytes(statement, background)).slice();
        const hashes = new BigUint64Array(bytes.buffer);
        sizes.push(hashes.length);
        for (const hash of hashes) distinct.add(hash);
      }
      const stored = await store.countEvents();
      expect([sizes.length, sizes.reduce((sum, size) => sum + size), distinct.size]).toEqual([
        sliceCount,
        stored,
        stored,
      ]);
      expect(Math.max(...sizes)).toBeLessThan((stored / sliceCount) * 1.2);
    });

    test('each is found by the order of keys, not by reading them all', async () => {
      for (const { sql, params } of statements) {
        const plan = await connection.query<[string]>(
          { sql: `EXPLAIN indexes = 1 ${sql}`, params },
          background,
        );
        const granules = plan.flatMap(([line]) => /Granules: (\d+)\/(\d+)/.exec(line)?.slice(1) ?? []);
        const [read = 0, all = 0] = granules.slice(-2).map((text) => Number.parseInt(text, 10));
        expect(all).toBeGreaterThan(100);
        expect(read).toBeLessThan(all / 4);
      }
    });
  });
}
