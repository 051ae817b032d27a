/** The record store's contract, kept by SQLite in its worker thread; and what is special to SQLite. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Expression, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditPage } from '../audit.ts';
import { describeAudit } from '../contract/audit.contract.ts';
import { describeKeyStore } from '../contract/key-store.contract.ts';
import { addCustomer, customerOf, priceOf, statementOf, writeOf } from '../contract/record-samples.ts';
import { describeRecordStore } from '../contract/record-store.contract.ts';
import { describeStatements } from '../contract/statements.contract.ts';
import { latestCustomers, latestOfCustomer } from '../customers.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/list.ts';
import { pricePage } from '../prices.ts';
import { closes, statementPage } from '../statements.ts';
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
  describeStatements(makePlace);
  describeAudit(makePlace);
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
    await addCustomer(store, customerOf('c', 1));
    await store.close();
    const db = await openSqliteDatabase(file);
    await migrate(db, [...migrations, extra]);
    await migrate(db, [...migrations, extra]);
    expect((await db.selectFrom('schema_migrations').select('number').execute()).at(-1)?.number).toBe(number);
    expect(await db.selectFrom('customer_versions').select('id').execute()).toEqual([{ id: 'c' }]);
    await db.destroy();
  });

  test('prices of the first migration are carried over as they were, and a customer follows the instance', async () => {
    const old = join(directory, 'old.db');
    const db = await openSqliteDatabase(old);
    await migrate(db, migrations.slice(0, 1));
    await sql`INSERT INTO customer_versions VALUES ('c', 1, 'C', 'UTC', 'EUR', '{"a":"1"}', 0, 7, 8)`.execute(
      db,
    );
    await sql`INSERT INTO prices VALUES
      ('p1', 2, 'S', 'S', 'EUR', 'per_unit', '12345678901234567890.000000000001', 'c', 1764000000123, 9),
      ('p2', 3, 'S', 'S', 'EUR', 'per_unit', '0.02', NULL, NULL, 10)`.execute(db);
    await db.destroy();
    const store = await openSqliteRecords({ file: old });
    const both = { meter: 'S', service: 'S', currency: 'EUR' };
    expect(await store.allPrices()).toEqual([
      priceOf('p1', 2, {
        ...{ ...both, definition: { unitAmount: '12345678901234567890.000000000001' }, customerId: 'c' },
        ...{ effectiveFromMs: 1_764_000_000_123, createdAtMs: 9 },
      }),
      priceOf('p2', 3, { ...both, createdAtMs: 10 }),
    ]);
    expect(await store.findCustomer('c')).toEqual({
      ...{ id: 'c', name: 'C', timeZone: 'UTC', currency: 'EUR', tags: { a: '1' }, latePolicy: null },
      ...{ archived: false, sequence: 1, createdAtMs: 7, updatedAtMs: 8 },
    });
    expect(await store.lastSequence()).toBe(3);
    await store.close();
  });

  test('what was written can be neither changed nor removed', async () => {
    const store = await openSqliteRecords({ file });
    await addCustomer(store, customerOf('c', 1));
    await store.addStatements([writeOf(statementOf('c', 2))]);
    await store.close();
    const db = await openSqliteDatabase(file);
    for (const table of ['customer_versions', 'statements', 'audit_entries']) {
      const append = new RegExp(`${table} is append-only`);
      await expect(sql`UPDATE ${sql.table(table)} SET sequence = 9`.execute(db)).rejects.toThrow(append);
      await expect(sql`DELETE FROM ${sql.table(table)}`.execute(db)).rejects.toThrow(append);
    }
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

    const audit = { before: 9, limit: 10 };
    const ofPeriod = statementPage(db, { after: 'x', limit: 10, period: '2026-10' });

    expect({
      closes: await planOf(closes(db)),
      period: await planOf(ofPeriod),
      audit: await planOf(auditPage(db, audit)),
      auditOf: await planOf(auditPage(db, { ...audit, subject: 'price', subjectId: 'p' })),
      auditBy: await planOf(auditPage(db, { ...audit, actor: 'key' })),
      page: await planOf(page),
      latest: await planOf(latest),
      meter: await planOf(meter),
      own: await planOf(own),
    }).toMatchInlineSnapshot(`
      {
        "audit": [
          "SEARCH audit_entries USING INTEGER PRIMARY KEY (rowid<?)",
        ],
        "auditBy": [
          "SEARCH audit_entries USING INDEX audit_entries_by_actor (actor=? AND sequence<?)",
        ],
        "auditOf": [
          "SEARCH audit_entries USING INDEX audit_entries_by_subject (subject=? AND subject_id=? AND sequence<?)",
        ],
        "closes": [
          "SCAN statements USING COVERING INDEX statements_by_customer",
        ],
        "latest": [
          "SEARCH customer_versions USING PRIMARY KEY (id=?)",
        ],
        "meter": [
          "SEARCH price_versions USING INDEX price_versions_by_meter (meter=? AND id>?)",
        ],
        "own": [
          "SEARCH price_versions USING INDEX price_versions_by_customer (customer_id=? AND id>?)",
        ],
        "page": [
          "SEARCH version USING PRIMARY KEY (id>?)",
          "CORRELATED SCALAR SUBQUERY 1",
          "SEARCH later USING PRIMARY KEY (id=? AND sequence>?)",
        ],
        "period": [
          "SEARCH statements USING INDEX statements_by_period (period=? AND id>?)",
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
