/** Hides a customer or a service from lists. Its events are still accepted and priced, with a warning. */
import type { Customer } from '../domain/records/customer.ts';
import type { Service } from '../domain/records/service.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export type ArchiveCustomer = (
  id: string,
) => Promise<{ readonly ok: true; readonly customer: Customer } | Refusal>;
export type ArchiveService = (
  id: string,
) => Promise<{ readonly ok: true; readonly service: Service } | Refusal>;

export function makeArchiveCustomer({
  catalog,
  clock,
  recordStore,
  sequence,
  writeLane,
}: Dependencies): ArchiveCustomer {
  return (id) =>
    writeLane(async () => {
      const stored = catalog.customer(id);
      if (!stored) return refuse('not_found', `there is no customer ${JSON.stringify(id)}`);
      if (stored.archived) return { ok: true, customer: stored };
      const customer = { ...stored, archived: true, sequence: sequence.next(), updatedAtMs: clock.nowMs() };
      await recordStore.addCustomerVersion(customer);
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
  return (id) =>
    writeLane(async () => {
      const stored = catalog.service(id);
      if (!stored) return refuse('not_found', `there is no service ${JSON.stringify(id)}`);
      if (stored.archived) return { ok: true, service: stored };
      const service = { ...stored, archived: true, sequence: sequence.next(), updatedAtMs: clock.nowMs() };
      await recordStore.addServiceVersion(service);
      catalog.keepService(service);
      return { ok: true, service };
    });
}
