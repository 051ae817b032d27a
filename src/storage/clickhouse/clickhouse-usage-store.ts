/**
 * The usage store over a ClickHouse connection: turns the port's questions into statements and rows into
 * answers. It does not know whether the engine is in this process.
 */
import type { Identity } from '../../domain/events/stored-event.ts';
import { mapInTurns } from '../../turns.ts';
import {
  ResultTooLarge,
  type Seen,
  type SuspenseRow,
  type UsageQuery,
  type UsageRow,
  type UsageStore,
} from '../usage-store.ts';
import type { Connection, Lane, QueryLimits, QueryOptions, Statement } from './connection.ts';
import { makeKeyHealer } from './heal-keys.ts';
import { type EventRow, readEvent, readFingerprint, readProperty } from './mapping.ts';
import { TooManyGroups } from './query-errors.ts';
import { repairKeys } from './repair-keys.ts';
import { countEvents, scanKeyHashes } from './scan-key-hashes.ts';
import { ensureSchema, insertedColumns, usageTable } from './schema.ts';
import { type AggregateRow, aggregateStatement } from './sql/aggregate.ts';
import { countPartsStatement } from './sql/count-parts.ts';
import { findEventStatement } from './sql/find-event.ts';
import { findSeenStatement, type SeenRow } from './sql/find-seen.ts';
import { hasAmountStatement } from './sql/has-amount.ts';
import { lastSequenceStatement } from './sql/last-sequence.ts';
import { listEventsStatement } from './sql/list-events.ts';
import { listSuspenseStatement, type SuspenseRowText } from './sql/list-suspense.ts';
import { beforeCuts } from './sql/price-cuts.ts';

export const defaultQueryLimits: QueryLimits = { executionMsMax: 30_000, memoryBytesMax: 1_073_741_824 };

/** Makes or checks the table. When that fails the connection is closed. */
export async function openUsageStore(
  connection: Connection,
  limits: QueryLimits = defaultQueryLimits,
): Promise<UsageStore> {
  const options = (lane: Lane): QueryOptions => ({ lane, limits });
  try {
    await ensureSchema(connection, options('query'));
    await repairKeys(connection, options('query'));
  } catch (cause) {
    await connection.close();
    throw new Error('the usage store cannot be opened', { cause });
  }
  const ask = <Row extends readonly unknown[]>(statement: Statement) =>
    connection.query<Row>(statement, options('query'));
  const healer = makeKeyHealer(connection, { limits });
  return {
    append: (rows) => append(connection, rows),
    findSeen: (identities) => healer.watch(() => findSeen(connection, identities, options('lookup'))),
    findEvent: async (identity) =>
      (await healer.watch(() => ask<EventRow>(findEventStatement(identity)))).map(readEvent)[0] ?? null,
    listEvents: async (page) => (await ask<EventRow>(listEventsStatement(page))).map(readEvent),
    aggregate: (query) => aggregate(query, ask),
    listSuspense: async (query) =>
      (await ask<SuspenseRowText>(listSuspenseStatement(query))).map(readSuspense),
    hasAmount: async (customerId) => (await ask(hasAmountStatement(customerId))).length > 0,
    lastSequence: async () => (await ask<[last: number]>(lastSequenceStatement))[0]?.[0] ?? 0,
    countEvents: () => countEvents(connection, options('query')),
    // Not behind questions, which may take a minute: it is asked when the store is watched. It takes some milliseconds.
    countParts: async () =>
      (await connection.query<[parts: number]>(countPartsStatement, options('lookup')))[0]?.[0] ?? 0,
    scanKeyHashes: (secret, onHashes, signal) =>
      healer.watch(() => scanKeyHashes(connection, { secret, onHashes, signal }, options('background'))),
    close: () => connection.close(),
  };
}

async function append(connection: Connection, rows: readonly Buffer[]): Promise<void> {
  const tsv = rows.length === 1 ? (rows[0] as Buffer) : Buffer.concat(rows as Buffer[]);
  if (tsv.length > 0) await connection.insert({ table: usageTable, columns: insertedColumns, tsv });
}

async function findSeen(
  connection: Connection,
  identities: readonly Identity[],
  options: QueryOptions,
): Promise<Seen[]> {
  if (identities.length === 0) return [];
  const rows = await connection.query<SeenRow>(findSeenStatement(identities), options);
  return mapInTurns(rows, ([source, id, fingerprint]) => {
    return { source, id, fingerprint: readFingerprint(fingerprint) };
  });
}

async function aggregate(
  query: UsageQuery,
  ask: (statement: Statement) => Promise<AggregateRow[]>,
): Promise<UsageRow[]> {
  if (query.windows?.starts.length === 0 || query.customerIds?.length === 0) return [];
  const rows = await ask(aggregateStatement(query)).catch((error: unknown) => {
    if (error instanceof TooManyGroups) throw new ResultTooLarge(query.rowsMax);
    throw error;
  });
  if (rows.length > query.rowsMax) throw new ResultTooLarge(query.rowsMax);
  return mapInTurns(rows, (row) => readUsage(row, query));
}

/** Columns as aggregateStatement lays them out. */
function readUsage(row: AggregateRow, query: UsageQuery): UsageRow {
  const keysAt = query.windows === null ? 0 : 1;
  const cutAt = keysAt + query.groupBy.length;
  const keys = query.groupBy.map((key, index) => {
    const value = row[keysAt + index] as string;
    if (!key.startsWith('properties.')) return value;
    return value === '' ? null : readProperty(value);
  });
  const cut = query.cuts === null ? beforeCuts : (row[cutAt] as number);
  return {
    windowStartMs: query.windows === null ? null : (row[0] as number),
    keys,
    cutMs: cut === beforeCuts ? null : cut,
    quantity: row.at(-2) as string,
    events: row.at(-1) as number,
  };
}

function readSuspense(row: SuspenseRowText): SuspenseRow {
  const [customerId, service, quantity, events, firstTimeMs, lastTimeMs] = row;
  return { customerId, service, quantity, events, firstTimeMs, lastTimeMs };
}
