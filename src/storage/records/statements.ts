/** The statements (of SQL) about closed statements (of account): written once, in groups, and read by id or customer. */
import type { Kysely } from 'kysely';
import type { CloseStamp } from '../../domain/statements/close-stamp.ts';
import type { StatementPage, StoredStatement } from '../record-store.ts';
import type { RecordTables, StatementRow } from './schema.ts';

/** A group is cut so that one INSERT stays far below SQLite's 32,766 parameters. */
const rowsPerInsert = 500;

export async function insertStatements(
  db: Kysely<RecordTables>,
  statements: readonly StoredStatement[],
): Promise<void> {
  for (let at = 0; at < statements.length; at += rowsPerInsert) {
    const rows = statements.slice(at, at + rowsPerInsert).map(toRow);
    await db.insertInto('statements').values(rows).execute();
  }
}

export async function selectStatement(db: Kysely<RecordTables>, id: string): Promise<StoredStatement | null> {
  const row = await db.selectFrom('statements').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : fromRow(row);
}

export async function selectStatementPage(
  db: Kysely<RecordTables>,
  page: StatementPage,
): Promise<StoredStatement[]> {
  return (await statementPage(db, page).execute()).map(fromRow);
}

export function statementPage(db: Kysely<RecordTables>, page: StatementPage) {
  let query = db.selectFrom('statements').selectAll().orderBy('id').limit(page.limit);
  if (page.after !== null) query = query.where('id', '>', page.after);
  if (page.customerId !== undefined) query = query.where('customer_id', '=', page.customerId);
  if (page.period !== undefined) query = query.where('period', '=', page.period);
  return query;
}

export async function selectStatementsOf(
  db: Kysely<RecordTables>,
  customerIds: readonly string[],
): Promise<StoredStatement[]> {
  if (customerIds.length === 0) return [];
  const found: StatementRow[] = [];
  for (let at = 0; at < customerIds.length; at += rowsPerInsert) {
    const group = customerIds.slice(at, at + rowsPerInsert);
    found.push(
      ...(await db.selectFrom('statements').selectAll().where('customer_id', 'in', group).execute()),
    );
  }
  return found.map(fromRow).sort(byCustomerThenTime);
}

export async function selectStatementHashes(
  db: Kysely<RecordTables>,
  ids: readonly string[],
): Promise<Pick<StoredStatement, 'id' | 'customerId' | 'hash'>[]> {
  const found: Pick<StoredStatement, 'id' | 'customerId' | 'hash'>[] = [];
  for (let at = 0; at < ids.length; at += rowsPerInsert) {
    const group = ids.slice(at, at + rowsPerInsert);
    const rows = await db
      .selectFrom('statements')
      .select(['id', 'customer_id', 'hash'])
      .where('id', 'in', group)
      .execute();
    found.push(...rows.map((row) => ({ id: row.id, customerId: row.customer_id, hash: row.hash })));
  }
  return found;
}

export async function selectAllCloses(db: Kysely<RecordTables>): Promise<CloseStamp[]> {
  const rows = await closes(db).execute();
  return rows.map((row) => ({
    customerId: row.customer_id,
    period: row.period,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    watermark: row.watermark,
    sequence: row.sequence,
  }));
}

/** Answered from an index alone: the statements themselves are many times as large. */
export function closes(db: Kysely<RecordTables>) {
  return db
    .selectFrom('statements')
    .select(['customer_id', 'period', 'from_ms', 'to_ms', 'watermark', 'sequence'])
    .orderBy('customer_id')
    .orderBy('from_ms');
}

function byCustomerThenTime(a: StoredStatement, b: StoredStatement): number {
  const customers = Buffer.compare(Buffer.from(a.customerId), Buffer.from(b.customerId));
  return customers === 0 ? a.fromMs - b.fromMs : customers;
}

function toRow(statement: StoredStatement): StatementRow {
  return {
    id: statement.id,
    sequence: statement.sequence,
    customer_id: statement.customerId,
    period: statement.period,
    from_ms: statement.fromMs,
    to_ms: statement.toMs,
    currency: statement.currency,
    total: statement.total,
    watermark: statement.watermark,
    digest: statement.digest,
    hash: statement.hash,
    previous_hash: statement.previousHash,
    closed_at_ms: statement.closedAtMs,
    canonical: statement.canonical,
  };
}

function fromRow(row: StatementRow): StoredStatement {
  return {
    id: row.id,
    customerId: row.customer_id,
    period: row.period,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    watermark: row.watermark,
    sequence: row.sequence,
    currency: row.currency,
    total: row.total,
    digest: row.digest,
    hash: row.hash,
    previousHash: row.previous_hash,
    closedAtMs: row.closed_at_ms,
    canonical: row.canonical,
  };
}
