/**
 * The usage store over a ClickHouse connection: turns the port's questions into statements and rows into
 * answers. It does not know whether the engine is in this process.
 */
import type { Identity } from '../../domain/events/stored-event.ts';
import { mapInTurns } from '../../turns.ts';
import type { EventFilter, Seen, SuspenseRow, UsageStore } from '../usage-store.ts';
import { aggregate } from './aggregate.ts';
import type { Connection, Lane, QueryLimits, QueryOptions, Statement } from './connection.ts';
import { makeCorrectionsPart } from './corrections-store.ts';
import { makeKeyHealer } from './heal-keys.ts';
import { type EventRow, readEvent, readFingerprint } from './mapping.ts';
import { makeMeteredPart } from './metered-part.ts';
import { repairKeys } from './repair-keys.ts';
import { countEvents, scanKeyHashes } from './scan-key-hashes.ts';
import { ensureSchema, insertedColumns, usageTable } from './schema.ts';
import { countPartsStatement } from './sql/count-parts.ts';
import { findEventStatement } from './sql/find-event.ts';
import { findSeenStatement, type SeenRow } from './sql/find-seen.ts';
import { hasAmountStatement } from './sql/has-amount.ts';
import { lastSequenceStatement } from './sql/last-sequence.ts';
import { listEventsStatement } from './sql/list-events.ts';
import { listSuspenseStatement, type SuspenseRowText } from './sql/list-suspense.ts';
import { tableStatement } from './sql/table.ts';

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
  const askInto = <Row extends readonly unknown[], Read>(statement: Statement, read: (row: Row) => Read) =>
    connection.queryInto(statement, options('query'), read);
  const lookUp = <Row extends readonly unknown[]>(statement: Statement) =>
    connection.query<Row>(statement, options('lookup'));
  const healer = makeKeyHealer(connection, { limits });
  const findEvent = async (identity: Identity) =>
    (await healer.watch(() => ask<EventRow>(findEventStatement(identity)))).map(readEvent)[0] ?? null;
  const { sourceView, corrected, ...corrections } = await makeCorrectionsPart({
    ...{ connection, ask, lookUp, findEvent },
  });
  return {
    ...corrections,
    ...makeMeteredPart({ ask, askInto, corrections: { sourceView, corrected } }),
    append: (rows) => append(connection, rows),
    findSeen: (identities) => healer.watch(() => findSeen(connection, identities, options('lookup'))),
    findEvent,
    async listEvents(page) {
      const view = await sourceView(page.view, customersOf(page.filter));
      return (await ask<EventRow>(listEventsStatement(page, view))).map(readEvent);
    },
    async aggregate(query) {
      const customerIds = query.customerIds ?? customersOf(query.filter);
      return aggregate(query, { ask: askInto, view: await sourceView(query.view, customerIds) });
    },
    async listSuspense(query) {
      const view = await sourceView(undefined, null);
      return (await ask<SuspenseRowText>(listSuspenseStatement(query, view))).map(readSuspense);
    },
    hasAmount: async (customerId) => (await ask(hasAmountStatement(customerId))).length > 0,
    encodeParquet: (table) => connection.queryBytes(tableStatement(table), options('query'), 'Parquet'),
    lastSequence: async () => (await ask<[last: number]>(lastSequenceStatement))[0]?.[0] ?? 0,
    countEvents: () => countEvents(connection, options('query')),
    // Not behind questions, which may take a minute: it is asked when the store is watched. It takes some milliseconds.
    countParts: async () => (await lookUp<[parts: number]>(countPartsStatement))[0]?.[0] ?? 0,
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

function customersOf({ customerId }: EventFilter): string[] | null {
  return customerId === undefined ? null : [customerId];
}

function readSuspense(row: SuspenseRowText): SuspenseRow {
  const [customerId, service, quantity, events, firstTimeMs, lastTimeMs] = row;
  return { customerId, service, quantity, events, firstTimeMs, lastTimeMs };
}
