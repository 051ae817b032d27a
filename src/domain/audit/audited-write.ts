/** The audit entry of a record's new version. Pure: who writes the version writes this with it. */
import type { AuditAction, AuditEntry, AuditSubject } from './audit-entry.ts';
import { auditSnapshot } from './snapshot.ts';

export interface AuditedWrite<After extends { readonly sequence: number }> {
  readonly actor: string;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly subjectId: string;
  readonly atMs: number;
  /** The record before; null where there was none. */
  readonly before: object | null;
  readonly after: After;
}

export function auditEntryOf<After extends { readonly sequence: number }>(
  write: AuditedWrite<After>,
): AuditEntry {
  const { actor, action, subject, subjectId, atMs, before, after } = write;
  return {
    sequence: after.sequence,
    atMs,
    actor,
    action,
    subject,
    subjectId,
    before: before === null ? null : auditSnapshot(before),
    after: auditSnapshot(after),
  };
}
