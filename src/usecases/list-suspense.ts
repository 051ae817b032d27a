/** Stored usage whose customer or service has no record (yet): derived when asked, never stored as a state. */
import type { SuspenseRow } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';

export interface SuspenseItem extends SuspenseRow {
  readonly missing: readonly ('customer' | 'service')[];
}

export type ListSuspense = (page: {
  readonly after: { readonly customerId: string; readonly service: string } | null;
  readonly limit: number;
  /** null: of everybody. */
  readonly onlyCustomerId: string | null;
}) => Promise<SuspenseItem[]>;

export function makeListSuspense({ catalog, ingest, usageStore }: Dependencies): ListSuspense {
  return async ({ after, limit, onlyCustomerId }) => {
    await ingest.barrier();
    const listed = await usageStore.listSuspense({
      knownCustomers: catalog.customerIds(),
      knownServices: catalog.serviceIds(),
      after: onlyCustomerId === null ? after : startOf(onlyCustomerId, after),
      limit,
    });
    // In the order of customers: what is another's comes behind what is asked for.
    const rows = listed.filter(({ customerId }) => onlyCustomerId === null || customerId === onlyCustomerId);
    return rows.map((row) => ({
      ...row,
      missing: [
        ...(catalog.customer(row.customerId) ? [] : (['customer'] as const)),
        ...(catalog.service(row.service) ? [] : (['service'] as const)),
      ],
    }));
  };
}

type Place = { readonly customerId: string; readonly service: string };

/** Nothing of a customer comes before the service without a name, which no service has. */
function startOf(customerId: string, after: Place | null): Place {
  return after?.customerId === customerId ? after : { customerId, service: '' };
}
