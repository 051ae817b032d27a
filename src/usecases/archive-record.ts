/** Hides a customer or a service from lists. Its events are still accepted and priced, with a warning. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { Service } from '../domain/records/service.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export type ArchiveCustomer = (
  id: string,
  actor: string,
) => Promise<{ readonly ok: true; readonly customer: Customer } | Refusal>;
export type ArchiveService = (
  id: string,
  actor: string,
) => Promise<{ readonly ok: true; readonly service: Service } | Refusal>;

export function makeArchiveCustomer({
  catalog,
  clock,
  recordStore,
  sequence,
  writeLane,
}: Dependencies): ArchiveCustomer {
  return (id, actor) =>
    writeLane(async () => {
      const stored = catalog.customer(id);
      if (!stored) return refuse('not_found', `there is no customer ${JSON.stringify(id)}`);
      if (stored.archived) return { ok: true, customer: stored };
      const customer = { ...stored, archived: true, sequence: sequence.next(), updatedAtMs: clock.nowMs() };
      const audit = auditEntryOf({
        ...{ actor, action: 'archive', subject: 'customer', subjectId: id, atMs: customer.updatedAtMs },
        ...{ before: stored, after: customer },
      });
      await recordStore.addCustomerVersion(customer, audit);
      catalog.keepCustomer(customer);
      return { ok: true, customer };
    });
}

export function makeArchiveService({
  catalog,
  clock,
  recordStore,
  sequence,
  writeLane,
}: Dependencies): ArchiveService {
  return (id, actor) =>
    writeLane(async () => {
      const stored = catalog.service(id);
      if (!stored) return refuse('not_found', `there is no service ${JSON.stringify(id)}`);
      if (stored.archived) return { ok: true, service: stored };
      const service = { ...stored, archived: true, sequence: sequence.next(), updatedAtMs: clock.nowMs() };
      const audit = auditEntryOf({
        ...{ actor, action: 'archive', subject: 'service', subjectId: id, atMs: service.updatedAtMs },
        ...{ before: stored, after: service },
      });
      await recordStore.addServiceVersion(service, audit);
      catalog.keepService(service);
      return { ok: true, service };
    });
}
