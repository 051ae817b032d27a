/** The audit entry of a correction: the event's content as it counted before, and the correction. Pure. */
import type { AmendedContent, Correction } from '../events/correction.ts';
import type { AuditEntry, AuditSnapshot } from './audit-entry.ts';
import { auditSnapshot } from './snapshot.ts';

export function correctionAudit(correction: Correction, before: AmendedContent): AuditEntry {
  const { id, action, actor, sequence, receivedAtMs, event, ...what } = correction;
  return {
    ...{ sequence, atMs: receivedAtMs, actor, action, subject: 'correction', subjectId: id },
    before: contentSnapshot(before),
    after: {
      ...auditSnapshot({ id, action, ...what, sequence }),
      ...(event && { event: contentSnapshot(event) }),
    },
  };
}

function contentSnapshot(content: AmendedContent): AuditSnapshot {
  const { customerId, service, timeMs, quantity, amount, properties } = content;
  return {
    ...auditSnapshot({ customerId, service, timeMs, quantity, amount }),
    properties: Object.fromEntries(properties),
  };
}
