/** Stored usage whose customer or service has no record (yet): derived when asked, never stored as a state. */
import type { SuspenseRow } from '../storage/usage-store.ts';
import type { Dependencies } from './dependencies.ts';

export interface SuspenseItem extends SuspenseRow {
  readonly missing: readonly ('customer' | 'service')[];
}

export type ListSuspense = (page: {
  readonly after: { readonly customerId: string; readonly service: string } | null;
  readonly limit: number;
}) => Promise<SuspenseItem[]>;

export function makeListSuspense({ catalog, ingest, usageStore }: Dependencies): ListSuspense {
  return async ({ after, limit }) => {
    await ingest.barrier();
    const rows = await usageStore.listSuspense({
      knownCustomers: catalog.customerIds(),
      knownServices: catalog.serviceIds(),
      after,
      limit,
    });
    return rows.map((row) => ({
      ...row,
      missing: [
        ...(catalog.customer(row.customerId) ? [] : (['customer'] as const)),
        ...(catalog.service(row.service) ? [] : (['service'] as const)),
      ],
    }));
  };
}
