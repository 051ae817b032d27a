/**
 * Kysely's SQLite dialect over the worker thread: the same SQL as its own, another way to the connection.
 * There is one connection; a mutex hands it to one query, or one transaction, after the other.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteWorker } from './sqlite-worker.ts';

export function makeSqliteDialect(worker: SqliteWorker): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => makeDriver(worker),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function makeDriver(worker: SqliteWorker): Driver {
  const connection = makeConnection(worker);
  const mutex = makeMutex();
  const say = (sql: string) => async () => {
    await connection.executeQuery(CompiledQuery.raw(sql));
  };
  return {
    init: async () => {},
    acquireConnection: async () => {
      await mutex.lock();
      return connection;
    },
    releaseConnection: async () => mutex.unlock(),
    // IMMEDIATE: a transaction that will write takes the write lock at once instead of failing half-way.
    beginTransaction: say('BEGIN IMMEDIATE'),
    commitTransaction: say('COMMIT'),
    rollbackTransaction: say('ROLLBACK'),
    destroy: async () => {
      await mutex.lock();
      await worker.close();
    },
  };
}

function makeConnection(worker: SqliteWorker): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes } = await worker.run(sql, parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    },
    // biome-ignore lint/correctness/useYield: the interface asks for a generator, and this one only refuses.
    async *streamQuery() {
      throw new Error('the record store does not stream: ask for pages');
    },
  };
}

/** First come, first served. */
function makeMutex() {
  const queue: (() => void)[] = [];
  let locked = false;
  return {
    lock: () =>
      new Promise<void>((resolve) => {
        if (locked) queue.push(resolve);
        else resolve();
        locked = true;
      }),
    unlock: () => {
      const next = queue.shift();
      if (next === undefined) locked = false;
      else next();
    },
  };
}
