/** Creates or replaces a service: a new version, or none when nothing would change. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import { checkService, nextService, type ServiceInput, sameService } from '../domain/records/next-service.ts';
import { checkId } from '../domain/records/record-text.ts';
import type { Service } from '../domain/records/service.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export type PutService = (
  id: string,
  input: ServiceInput,
  actor: string,
) => Promise<{ readonly ok: true; readonly service: Service; readonly created: boolean } | Refusal>;

export function makePutService({
  catalog,
  clock,
  recordStore,
  sequence,
  writeLane,
}: Dependencies): PutService {
  return (id, input, actor) =>
    writeLane(async () => {
      const fault = checkId(id) ?? checkService(input);
      if (fault) return fault;
      const stored = catalog.service(id) ?? null;
      if (!stored && catalog.meter(id)) {
        // A service's default meter has the service's id.
        return refuse('conflict', `${JSON.stringify(id)} is the id of a meter; choose another id`, 'id');
      }
      const next = nextService(id, input, stored, { sequence: 0, nowMs: clock.nowMs() });
      if (stored && sameService(stored, next)) return { ok: true, service: stored, created: false };
      const service = { ...next, sequence: sequence.next() };
      const audit = auditEntryOf({
        ...{ actor, action: stored ? 'replace' : 'create', subject: 'service', subjectId: id },
        ...{ atMs: service.updatedAtMs, before: stored, after: service },
      });
      await recordStore.addServiceVersion(service, audit);
      catalog.keepService(service);
      return { ok: true, service, created: stored === null };
    });
}
