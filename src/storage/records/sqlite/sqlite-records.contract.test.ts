/** The record store's contract, kept by SQLite in its worker thread; and what is special to SQLite. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Expression, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { latestCustomers, latestOfCustomer } from '../customers.ts';
import { describeKeyStore } from '../key-store.contract.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/list.ts';
import { pricePage } from '../prices.ts';
import { customerOf, describeRecordStore } from '../record-store.contract.ts';
import { openSqliteDatabase, openSqliteRecords } from './open-sqlite-records.ts';
import { attachSqliteWorker, SqliteFailure } from './sqlite-worker.ts';

const makePlace = async () => {
  const directory = await makeFolder();
  return {
    open: () => openSqliteRecords({ file: join(directory, 'records.db') }),
    remove: () => rm(directory, { recursive: true }),
  };
};

describe('the record store on SQLite', () => {
  describeRecordStore(makePlace);
  describeKeyStore(makePlace);
});

describe('the SQLite file', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await makeFolder();
    file = join(directory, 'records.db');
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('every write is synced before it is answered', async () => {
    const db = await openSqliteDatabase(file);
    const settings =
      await sql`SELECT * FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys`.execute(db);
    expect(settings.rows).toEqual([{ journal_mode: 'wal', synchronous: 2, foreign_keys: 1 }]);
    await db.destroy();
  });

  test('a transaction that fails leaves nothing, and others wait until it is over', async () => {
    const db = await openSqliteDatabase(file);
    await sql`CREATE TABLE t (n INTEGER PRIMARY KEY)`.execute(db);
    const failing = db.transaction().execute(async (transaction) => {
      await sql`INSERT INTO t VALUES (1)`.execute(transaction);
      await sql`INSERT INTO t VALUES (1)`.execute(transaction);
    });
    const counted = sql`SELECT count(*) AS n FROM t`.execute(db);
    await expect(failing).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect((await counted).rows).toEqual([{ n: 0 }]);
    await db.destroy();
  });

  test('an error keeps the message, the code and a cause', async () => {
    const db = await openSqliteDatabase(file);
    const error = await sql`SELECT * FROM nowhere`.execute(db).catch((reason) => reason);
    expect(error).toBeInstanceOf(SqliteFailure);
    expect(error).toMatchObject({ message: 'no such table: nowhere', code: 'SQLITE_ERROR' });
    expect(error.cause).toBeInstanceOf(Error);
    await db.destroy();
  });

  test('a file that is no database is refused by name, and so is a folder that is missing', async () => {
    await writeFile(file, 'this is a letter, not a database. '.repeat(100));
    await expect(openSqliteRecords({ file })).rejects.toThrow(/records\.db: file is not a database/);
    await expect(openSqliteRecords({ file: join(directory, 'no', 'x.db') })).rejects.toThrow(/x\.db/);
  });

  test('when the thread dies, what waits and what comes is rejected, and close resolves', async () => {
    const dying = `const { parentPort } = require('node:worker_threads');
      parentPort.postMessage({ request: 0, ok: true, rows: [], changes: 0 });
      parentPort.once('message', () => { throw new Error('struck by lightning'); });`;
    const { opened, worker } = attachSqliteWorker(new Worker(dying, { eval: true }));
    await opened;
    const waiting = await Promise.allSettled([worker.run('SELECT 1', []), worker.run('SELECT 2', [])]);
    for (const result of waiting) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'worker_ended', cause: { message: 'struck by lightning' } },
      });
    }
    await expect(worker.run('SELECT 3', [])).rejects.toMatchObject({ code: 'worker_ended' });
    await worker.close();
  });
});

describe('migrations', () => {
  let directory: string;
  let file: string;
  const number = (migrations.at(-1)?.number ?? 0) + 1;
  const extra = { number, name: 'extra', sqlite: ['CREATE TABLE extra (n INTEGER)'] };
  beforeEach(async () => {
    directory = await makeFolder();
    file = join(directory, 'records.db');
    await (await openSqliteRecords({ file })).close();
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('an older database is brought up to date and keeps its rows', async () => {
    const store = await openSqliteRecords({ file });
    await store.addCustomerVersion(customerOf('c', 1));
    await store.close();
    const db = await openSqliteDatabase(file);
    await migrate(db, [...migrations, extra]);
    await migrate(db, [...migrations, extra]);
    expect((await db.selectFrom('schema_migrations').select('number').execute()).at(-1)?.number).toBe(number);
    expect(await db.selectFrom('customer_versions').select('id').execute()).toEqual([{ id: 'c' }]);
    await db.destroy();
  });

  test('a database of a newer program is refused', async () => {
    const db = await openSqliteDatabase(file);
    await migrate(db, [...migrations, extra]);
    await db.destroy();
    await expect(openSqliteRecords({ file })).rejects.toThrow(
      new RegExp(`migration ${number} \\(extra\\).*newer version`),
    );
  });

  test('a database whose applied migration differs is refused', async () => {
    const db = await openSqliteDatabase(file);
    await db.updateTable('schema_migrations').set({ checksum: 'other' }).where('number', '=', 1).execute();
    await db.destroy();
    await expect(openSqliteRecords({ file })).rejects.toThrow(/migration 1 \(records\).*differs/);
  });

  test('a migration that fails half-way leaves the database as it was', async () => {
    const db = await openSqliteDatabase(file);
    const broken = { ...extra, sqlite: [...extra.sqlite, 'CREATE TABLE extra (n INTEGER)'] };
    await expect(migrate(db, [...migrations, broken])).rejects.toThrow(/already exists/);
    await expect(sql`SELECT * FROM extra`.execute(db)).rejects.toThrow(/no such table/);
    await db.destroy();
    await (await openSqliteRecords({ file })).close();
  });
});

describe('query plans', () => {
  test('the latest version and the pages each walk an index, and nothing is sorted', async () => {
    const directory = await makeFolder();
    const file = join(directory, 'records.db');
    await (await openSqliteRecords({ file })).close();
    const db = await openSqliteDatabase(file);
    const page = latestCustomers(db)
      .where('version.archived', '=', 0)
      .where('version.id', '>', 'x')
      .limit(10);
    const latest = latestOfCustomer(db, 'x');
    const meter = pricePage(db, { after: 'x', limit: 10, meter: 'm' });
    const own = pricePage(db, { after: 'x', limit: 10, customerId: 'c' });

    expect({
      page: await planOf(page),
      latest: await planOf(latest),
      meter: await planOf(meter),
      own: await planOf(own),
    }).toMatchInlineSnapshot(`
      {
        "latest": [
          "SEARCH customer_versions USING PRIMARY KEY (id=?)",
        ],
        "meter": [
          "SEARCH prices USING INDEX prices_by_meter (meter=? AND id>?)",
        ],
        "own": [
          "SEARCH prices USING INDEX prices_by_customer (customer_id=? AND id>?)",
        ],
        "page": [
          "SEARCH version USING PRIMARY KEY (id>?)",
          "CORRELATED SCALAR SUBQUERY 1",
          "SEARCH later USING PRIMARY KEY (id=? AND sequence>?)",
        ],
      }
    `);
    await db.destroy();
    await rm(directory, { recursive: true });
  });
});

interface Explainable {
  explain(format: undefined, options: Expression<unknown>): Promise<Record<string, unknown>[]>;
}

async function planOf(query: Explainable): Promise<unknown[]> {
  return (await query.explain(undefined, sql`QUERY PLAN`)).map((step) => step.detail);
}

function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countinghouse-records-'));
}
