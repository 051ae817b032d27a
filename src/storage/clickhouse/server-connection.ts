/**
 * A ClickHouse server over HTTP (npm @clickhouse/client). A block whose fate is unknown after a network failure
 * is settled before the insert does: nothing of it may arrive later, when the caller believes it lost.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Connection, InsertBlock, QueryOptions, Statement } from './connection.ts';
import { renderStatement } from './literals.ts';
import { parseRows } from './parse-rows.ts';
import { insertError, queryError, UsageStoreFailed } from './query-errors.ts';
import { insertSettings, querySettings } from './request-settings.ts';
import { makeSessionPool } from './session-pool.ts';

type Client = ReturnType<typeof createClient>;

export interface ServerConnectionOptions {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Has to exist. */
  readonly database?: string;
  readonly queriesMax: number;
  readonly waitingMax: number;
  readonly requestTimeoutMs: number;
}

export function openServerConnection(options: ServerConnectionOptions): Connection {
  const { url, username = 'default', password = '', database = 'default' } = options;
  const client = createClient({
    ...{ url, username, password, database },
    request_timeout: options.requestTimeoutMs,
    // One for inserts, one for look-ups, one for background work, the rest for questions.
    max_open_connections: options.queriesMax + 3,
    clickhouse_settings: { max_query_size: '268435456' },
    // Failures are thrown with their cause; what to log is the caller's to say.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const pool = (count: number) => makeSessionPool(new Array<Client>(count).fill(client), options.waitingMax);
  const pools = { append: pool(1), lookup: pool(1), query: pool(options.queriesMax), background: pool(1) };

  const close = async () => {
    await Promise.all(Object.values(pools).map((one) => one.close()));
    await client.close();
  };
  const queryInto = <Row extends readonly unknown[], Read>(
    statement: Statement,
    options: QueryOptions,
    read: (row: Row) => Read,
  ) => pools[options.lane].run((free) => ask(free, statement, options, read));
  return {
    query: <Row extends readonly unknown[]>(statement: Statement, options: QueryOptions) =>
      queryInto(statement, options, (row: Row) => row),
    queryInto,
    queryBytes: (statement, options, format = 'RowBinary') =>
      pools[options.lane].run((free) => askBytes(free, statement, options, format)),
    insert: (block) => pools.append.run((free) => insert(free, block, options.requestTimeoutMs)),
    command: (query) => pools.append.run((free) => command(free, query)),
    close,
  };
}

async function ask<Row extends readonly unknown[], Read>(
  client: Client,
  statement: Statement,
  options: QueryOptions,
  read: (row: Row) => Read,
): Promise<Read[]> {
  return parseRows(await askBytes(client, statement, options, 'JSONCompactEachRow'), read);
}

async function askBytes(
  client: Client,
  statement: Statement,
  options: QueryOptions,
  format: 'JSONCompactEachRow' | 'RowBinary' | 'Parquet',
): Promise<Uint8Array> {
  try {
    const answer = await client.exec({
      query: `${renderStatement(statement)}\nFORMAT ${format}`,
      // The answer waits for its end, so that a query that fails halfway is an error, not a short list.
      clickhouse_settings: { ...querySettings(statement, options.limits), wait_end_of_query: 1 },
    });
    return await buffer(answer.stream);
  } catch (cause) {
    throw queryError(engineCode(cause), cause);
  }
}

async function command(client: Client, query: string): Promise<void> {
  try {
    await client.command({ query });
  } catch (cause) {
    throw queryError(engineCode(cause), cause);
  }
}

/**
 * Sent once. When the way fails, the insert is waited for before this rejects; the caller then asks what was stored
 * before it tries again, which no token of the engine's could tell it as surely.
 */
async function insert(client: Client, block: InsertBlock, timeoutMs: number): Promise<void> {
  const queryId = `${block.table}-${randomUUID()}`;
  try {
    await client.insert({
      table: block.table,
      columns: [...block.columns] as [string, ...string[]],
      values: Readable.from([block.tsv], { objectMode: false }),
      format: 'TabSeparated',
      query_id: queryId,
      clickhouse_settings: insertSettings,
    });
  } catch (cause) {
    if (engineCode(cause) === undefined) await untilGone(client, queryId, timeoutMs);
    throw insertError(engineCode(cause), cause);
  }
}

/** Waits until the server no longer works on a query. Rejects when it cannot be known. */
async function untilGone(client: Client, queryId: string, timeoutMs: number): Promise<void> {
  const query = 'SELECT toUInt32(count()) FROM system.processes WHERE query_id = {id:String}';
  const deadline = AbortSignal.timeout(timeoutMs);
  while (!deadline.aborted) {
    const answer = await client
      .query({ query, query_params: { id: queryId }, format: 'JSONCompactEachRow', abort_signal: deadline })
      .then((result) => result.text())
      .catch(() => null);
    if (answer !== null && JSON.parse(answer)[0] === 0) return;
    await pause(100);
  }
  throw new UsageStoreFailed(`whether the insert ${queryId} still runs cannot be known`);
}

function engineCode(error: unknown): number | undefined {
  return error instanceof ClickHouseError ? Number.parseInt(error.code, 10) : undefined;
}
