/** Creates or replaces a service: a new version, or none when nothing would change. */
import { checkService, nextService, type ServiceInput, sameService } from '../domain/records/next-service.ts';
import { checkId } from '../domain/records/record-text.ts';
import type { Service } from '../domain/records/service.ts';
import type { Refusal } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export type PutService = (
  id: string,
  input: ServiceInput,
) => Promise<{ readonly ok: true; readonly service: Service; readonly created: boolean } | Refusal>;

export function makePutService({
  catalog,
  clock,
  recordStore,
  sequence,
  writeLane,
}: Dependencies): PutService {
  return (id, input) =>
    writeLane(async () => {
      const fault = checkId(id) ?? checkService(input);
      if (fault) return fault;
      const stored = catalog.service(id) ?? null;
      const next = nextService(id, input, stored, { sequence: 0, nowMs: clock.nowMs() });
      if (stored && sameService(stored, next)) return { ok: true, service: stored, created: false };
      const service = { ...next, sequence: sequence.next() };
      await recordStore.addServiceVersion(service);
      catalog.keepService(service);
      return { ok: true, service, created: stored === null };
    });
}
