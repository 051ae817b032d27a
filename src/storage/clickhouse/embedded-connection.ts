/**
 * ClickHouse inside this process (npm chdb). Several sessions work on one folder side by side: one stores,
 * one looks identities up, a few answer questions, so that none of the three waits for another.
 * A running statement cannot be cancelled; only its limits end it.
 */
import { type ChdbResult, drainPending, Session } from 'chdb';
import type { Connection, InsertBlock, Lane, QueryOptions, Statement } from './connection.ts';
import { renderStatement } from './literals.ts';
import { parseRows } from './parse-rows.ts';
import { insertError, queryError } from './query-errors.ts';
import { insertSettings, type QuerySettings, querySettings, settingList } from './request-settings.ts';
import { makeSessionPool, type SessionPool } from './session-pool.ts';

export interface EmbeddedConnectionOptions {
  /** One process, one folder; the engine refuses a second one. Made if missing. */
  readonly directory: string;
  readonly querySessions: number;
  /** Statements that may wait for each kind of session. */
  readonly waitingMax: number;
}

/**
 * Two heavy questions keep every core busy, and a core that the JavaScript thread must share is time that everybody waits. So
 * their threads stand behind it, where the process may say so (CAP_SYS_NICE; the engine ignores it otherwise, and puts a
 * thread's priority back when its question is answered). Look-ups stand in ingest's way and do not.
 */
const behind: QuerySettings = { os_threads_nice_value_query: 10 };
const politeness: Readonly<Record<Lane, QuerySettings>> = { lookup: {}, query: behind, background: behind };

/** Large `IN` lists stand in the statement's text; the engine's default limit is 256 KiB. */
const prepareSession = 'SET max_query_size = 268435456';

export function openEmbeddedConnection(options: EmbeddedConnectionOptions): Connection {
  const opened: Session[] = [];
  const pool = (count: number) => {
    const sessions = Array.from({ length: count }, () => openSession(options.directory, opened));
    return makeSessionPool(sessions, options.waitingMax);
  };
  const pools = { append: pool(1), lookup: pool(1), query: pool(options.querySessions), background: pool(1) };

  const close = async () => {
    await Promise.all(Object.values(pools).map((one) => one.close()));
    for (const session of opened) session.close();
    await drainPending();
  };
  const queryInto = async <Row extends readonly unknown[], Read>(
    statement: Statement,
    options: QueryOptions,
    read: (row: Row) => Read,
  ) => parseRows((await ask(pools[options.lane], statement, options, 'JSONCompactEachRow')).bytes(), read);
  return {
    query: <Row extends readonly unknown[]>(statement: Statement, options: QueryOptions) =>
      queryInto(statement, options, (row: Row) => row),
    queryInto,
    queryBytes: async (statement, options, format = 'RowBinary') =>
      (await ask(pools[options.lane], statement, options, format)).bytes(),
    insert: (block) => pools.append.run((session) => insert(session, block)),
    command: (sql) => pools.append.run((session) => execute(session, sql, 'Null')).then(() => undefined),
    close,
  };
}

function openSession(directory: string, opened: Session[]): Session {
  try {
    const session = new Session(directory);
    opened.push(session);
    session.query(prepareSession);
    return session;
  } catch (cause) {
    for (const session of opened) session.close();
    throw new Error(`the usage store in ${directory} cannot be opened`, { cause });
  }
}

async function ask(
  pool: SessionPool<Session>,
  statement: Statement,
  options: QueryOptions,
  format: 'JSONCompactEachRow' | 'RowBinary' | 'Parquet',
): Promise<ChdbResult> {
  const settings = settingList({ ...querySettings(statement, options.limits), ...politeness[options.lane] });
  const sql = `${renderStatement(statement)}\nSETTINGS ${settings}`;
  return pool.run((session) => execute(session, sql, format));
}

async function execute(session: Session, sql: string, format: string): Promise<ChdbResult> {
  try {
    return await session.queryAsync(sql, { format });
  } catch (cause) {
    throw queryError(engineCode(cause), cause);
  }
}

async function insert(session: Session, block: InsertBlock): Promise<void> {
  const { table, columns, tsv: values } = block;
  try {
    await session.insert({ table, columns, values, format: 'TSV', settings: insertSettings });
  } catch (cause) {
    throw insertError(engineCode(cause), cause);
  }
}

function engineCode(error: unknown): number | undefined {
  const code = (error as { clickhouseCode?: unknown }).clickhouseCode;
  return typeof code === 'number' ? code : undefined;
}
