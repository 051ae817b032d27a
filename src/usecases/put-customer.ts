/** Creates or replaces a customer: a new version, or none when nothing would change. */
import type { Customer } from '../domain/records/customer.ts';
import {
  type CustomerInput,
  checkCustomer,
  customerDefaults,
  nextCustomer,
  sameCustomer,
} from '../domain/records/next-customer.ts';
import { checkId } from '../domain/records/record-text.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { Dependencies } from './dependencies.ts';

export { customerDefaults };

export type PutCustomer = (
  id: string,
  input: CustomerInput,
) => Promise<{ readonly ok: true; readonly customer: Customer; readonly created: boolean } | Refusal>;

export function makePutCustomer(dependencies: Dependencies): PutCustomer {
  const { catalog, clock, recordStore, sequence, usageStore, ingest, writeLane } = dependencies;
  return (id, input) =>
    writeLane(async () => {
      const fault = checkId(id) ?? checkCustomer(input);
      if (fault) return fault;
      const stored = catalog.customer(id) ?? null;
      const next = nextCustomer(id, input, stored, { sequence: 0, nowMs: clock.nowMs() });
      if (stored && sameCustomer(stored, next)) return { ok: true, customer: stored, created: false };
      if (stored && stored.currency !== next.currency) {
        // The money of an event that carries its own amount is in the currency that the customer had.
        await ingest.barrier();
        if (await usageStore.hasAmount(id)) {
          return refuse(
            'currency_fixed',
            `customer has usage with amounts in ${stored.currency}`,
            'currency',
          );
        }
      }
      const customer = { ...next, sequence: sequence.next() };
      await recordStore.addCustomerVersion(customer);
      catalog.keepCustomer(customer);
      return { ok: true, customer, created: stored === null };
    });
}
