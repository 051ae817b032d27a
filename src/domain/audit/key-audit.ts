/**
 * The audit entry of a write of an API key: what the key was and is, as lists show it. Hashes are left out: they are no
 * secret, but nobody needs them, and the log goes to more people than the folder. Pure.
 */
import type { ApiKey } from '../keys/api-key.ts';
import type { AuditEntry, AuditSnapshot } from './audit-entry.ts';
import { auditSnapshot } from './snapshot.ts';

export interface WrittenKey {
  readonly action: 'create' | 'rotate' | 'revoke';
  readonly actor: string;
  readonly atMs: number;
  /** A place in the one order of its own: the key has none. */
  readonly sequence: number;
  /** null where there was none. */
  readonly before: ApiKey | null;
  readonly after: ApiKey;
}

export function keyAudit({ before, after, ...write }: WrittenKey): AuditEntry {
  return {
    ...{ ...write, subject: 'api_key', subjectId: after.name },
    before: before && keySnapshot(before),
    after: keySnapshot(after),
  };
}

function keySnapshot({ secrets, ...key }: ApiKey): AuditSnapshot {
  const shown = secrets.map(({ prefix, createdAtMs, createdBy, endsAtMs }) =>
    auditSnapshot({ prefix, createdAtMs, createdBy, endsAtMs }),
  );
  return { ...auditSnapshot(key), secrets: shown };
}
