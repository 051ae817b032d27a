/** The statements about the audit log: appended to, paged through newest first, never changed. */
import type { Kysely } from 'kysely';
import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { AuditPage } from '../record-store.ts';
import { auditToRow, rowToAudit } from './mapping.ts';
import type { RecordTables } from './schema.ts';

const rowsPerInsert = 500;

export async function insertAuditEntries(
  db: Kysely<RecordTables>,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (let at = 0; at < entries.length; at += rowsPerInsert) {
    const rows = entries.slice(at, at + rowsPerInsert).map(auditToRow);
    await db.insertInto('audit_entries').values(rows).execute();
  }
}

/** An entry that is kept already stays as it is: its write is told of again after a crash. */
export async function insertMissingAuditEntries(
  db: Kysely<RecordTables>,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (let at = 0; at < entries.length; at += rowsPerInsert) {
    const rows = entries.slice(at, at + rowsPerInsert).map(auditToRow);
    const insert = db.insertInto('audit_entries').values(rows);
    await insert.onConflict((conflict) => conflict.column('sequence').doNothing()).execute();
  }
}

export async function selectAuditPage(db: Kysely<RecordTables>, page: AuditPage): Promise<AuditEntry[]> {
  return (await auditPage(db, page).execute()).map(rowToAudit);
}

export function auditPage(db: Kysely<RecordTables>, page: AuditPage) {
  let query = db.selectFrom('audit_entries').selectAll().orderBy('sequence', 'desc').limit(page.limit);
  if (page.before !== null) query = query.where('sequence', '<', page.before);
  if (page.subject !== undefined) query = query.where('subject', '=', page.subject);
  if (page.subjectId !== undefined) query = query.where('subject_id', '=', page.subjectId);
  if (page.actor !== undefined) query = query.where('actor', '=', page.actor);
  if (page.action !== undefined) query = query.where('action', '=', page.action);
  if (page.fromMs !== undefined) query = query.where('at_ms', '>=', page.fromMs);
  if (page.toMs !== undefined) query = query.where('at_ms', '<', page.toMs);
  return query;
}
