/** Creates or replaces a customer: a new version, or none when nothing would change. */
import { auditEntryOf } from '../domain/audit/audited-write.ts';
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
  actor: string,
) => Promise<{ readonly ok: true; readonly customer: Customer; readonly created: boolean } | Refusal>;

export function makePutCustomer(dependencies: Dependencies): PutCustomer {
  const { catalog, clock, recordStore, sequence, usageStore, ingest, writeLane } = dependencies;
  return (id, input, actor) =>
    writeLane(async () => {
      const fault = checkId(id) ?? checkCustomer(input);
      if (fault) return fault;
      const stored = catalog.customer(id) ?? null;
      const next = nextCustomer(id, input, stored, { sequence: 0, nowMs: clock.nowMs() });
      if (stored && sameCustomer(stored, next)) return { ok: true, customer: stored, created: false };
      // Taken before the look at usage: an amount that arrives meanwhile stands behind this version, in its currency.
      const customer = { ...next, sequence: sequence.next() };
      if (stored && stored.currency !== next.currency) {
        const why = await whyCurrencyIsFixed(stored);
        if (why !== null) return refuse('currency_fixed', why, 'currency');
      }
      const audit = auditEntryOf({
        ...{ actor, action: stored ? 'replace' : 'create', subject: 'customer', subjectId: id },
        ...{ atMs: customer.updatedAtMs, before: stored, after: customer },
      });
      await recordStore.addCustomerVersion(customer, audit);
      catalog.keepCustomer(customer);
      return { ok: true, customer, created: stored === null };
    });

  /** Statements are in it, and the money of an event that carries its own amount. */
  async function whyCurrencyIsFixed({ id, currency }: Customer): Promise<string | null> {
    if (catalog.closesOf(id).length > 0) return `customer has closed statements in ${currency}`;
    await ingest.settle();
    return (await usageStore.hasAmount(id)) ? `customer has usage with amounts in ${currency}` : null;
  }
}
