/** What every connection must do with a statement: values arrive as they are, and limits hold. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QueryTooExpensive } from '../../../errors.ts';
import type { Connection, QueryOptions } from '../connection.ts';
import { UsageStoreFailed } from '../query-errors.ts';
import { hostileTexts } from './store-under-test.contract.ts';

const generous: QueryOptions = { lane: 'query', limits: { executionMsMax: 30_000, memoryBytesMax: 2 ** 30 } };
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom<string[]>(...hostileTexts, '\0', '\t\n\r\x7f'),
);

export function connectionContract(name: string, open: () => Promise<Connection>): void {
  describe(`a ${name} connection`, () => {
    let connection: Connection;
    beforeAll(async () => {
      connection = await open();
    });
    afterAll(() => connection.close());

    test('texts and lists of texts reach the engine byte for byte', async () => {
      await fc.assert(
        fc.asyncProperty(text, fc.array(text, { maxLength: 5 }), async (one, list) => {
          const sql = 'SELECT {one:String}, hex({one:String}), {list:Array(String)}';
          const rows = await connection.query({ sql, params: { one, list } }, generous);
          expect(rows).toEqual([[one, Buffer.from(one).toString('hex').toUpperCase(), list]]);
        }),
        { numRuns: 100 },
      );
    });

    test('numbers reach the engine digit for digit', async () => {
      const params = {
        a: -(2n ** 63n),
        b: 2n ** 64n - 1n,
        c: 2n ** 128n - 1n,
        d: '-0.000000000001',
        e: [[1, -2], []],
      };
      const sql = `SELECT toString({a:Int64}), toString({b:UInt64}), toString({c:UInt128}), toString({d:Decimal(38, 12)}),
        {e:Array(Array(Int64))}, toUnixTimestamp64Milli({f:DateTime64(3)})`;
      const rows = await connection.query({ sql, params: { ...params, f: 1_764_000_000_123 } }, generous);
      expect(rows).toEqual([
        [`${params.a}`, `${params.b}`, `${params.c}`, params.d, params.e, 1_764_000_000_123],
      ]);
    });

    test('a query beyond its time or memory is ended', async () => {
      const endless = {
        sql: 'SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1',
        params: {},
      };
      const huge = { sql: 'SELECT length(groupArray(number)) FROM numbers(100000000)', params: {} };
      const short = { ...generous, limits: { ...generous.limits, executionMsMax: 200 } };
      const small = { ...generous, limits: { ...generous.limits, memoryBytesMax: 2 ** 24 } };
      await expect(connection.query(endless, short)).rejects.toThrow(QueryTooExpensive);
      await expect(connection.query(huge, small)).rejects.toThrow(QueryTooExpensive);
    });

    test('any other failure names its cause', async () => {
      const failing = connection.query({ sql: 'SELECT nothing_of_that_name', params: {} }, generous);
      await expect(failing).rejects.toThrow(UsageStoreFailed);
      await expect(failing).rejects.toHaveProperty('cause');
      await expect(connection.command('MAKE ME A TABLE')).rejects.toThrow(UsageStoreFailed);
    });
  });
}
