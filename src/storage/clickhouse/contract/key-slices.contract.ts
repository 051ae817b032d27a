/**
 * A scan reads the key space in slices: together they are all of it, and each reads little beyond its own rows.
 * A key that two identities share leads to both, and never makes one of them the other.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsageStore } from '../../usage-store.ts';
import { openUsageStore } from '../clickhouse-usage-store.ts';
import type { Connection, QueryOptions } from '../connection.ts';
import { keyExpression } from '../schema.ts';
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

    test('two identities that share a key stay two', async () => {
      const { event, append } = storeUnderTest(store);
      const [first = '', second = ''] = await idsThatShareAKey(connection);
      const stored = event({ id: first, sequence: 1, fingerprint: '0000000000000001' });
      const other = event({
        id: second,
        sequence: 2,
        fingerprint: '0000000000000002',
        timeMs: Date.UTC(2002, 1),
      });
      await append(stored);
      const seen = async () => new Map((await store.findSeen([stored, other])).map((one) => [one.id, one]));
      expect((await seen()).has(second)).toBe(false);
      expect(await store.findSeen([other])).toEqual([]);
      expect(await store.findEvent(other)).toBeNull();
      await append(other);
      const both = await seen();
      expect([both.get(first)?.fingerprint, both.get(second)?.fingerprint]).toEqual([
        stored.fingerprint,
        other.fingerprint,
      ]);
      expect([await store.findEvent(stored), await store.findEvent(other)]).toEqual([stored, other]);
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

/** Of 400,000 ids some twenty pairs share 32 bits. */
async function idsThatShareAKey(connection: Connection): Promise<readonly string[]> {
  const sql = `SELECT groupArray(id) FROM (SELECT {source:String} AS source, toString(number) AS id FROM numbers(400000))
GROUP BY ${keyExpression} HAVING count() > 1 LIMIT 1`;
  const [row] = await connection.query<[string[]]>({ sql, params: { source: 'gateway' } }, background);
  if (row === undefined) throw new Error('no two ids share a key');
  return row[0];
}
