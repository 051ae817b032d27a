/**
 * One write, as the audit log keeps it: who, when, what, before and after. It is appended in the transaction of the
 * write itself and never changed. It decides nothing and nothing is computed from it.
 */
export const auditActions = [
  'create',
  'replace',
  'archive',
  'close',
  'void',
  'amend',
  'rotate',
  'revoke',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditSubjects = [
  'customer',
  'service',
  'meter',
  'price',
  'statement',
  'correction',
  'settings',
  'api_key',
] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** A JSON object in the wire's words. */
export type AuditSnapshot = Readonly<Record<string, unknown>>;

export interface AuditEntry {
  /** The written version's own place in the one order: one entry a write. */
  readonly sequence: number;
  readonly atMs: number;
  /** Whose key it was; `local` for commands and callers on this machine without one. */
  readonly actor: string;
  readonly action: AuditAction;
  readonly subject: AuditSubject;
  readonly subjectId: string;
  /** null where there was nothing before. */
  readonly before: AuditSnapshot | null;
  readonly after: AuditSnapshot;
}
