/** A customer's chain of periods as a view of the records knows it. Which period is which in it: domain/statements. */
import type { Customer } from '../domain/records/customer.ts';
import type { PeriodChain } from '../domain/statements/period-chain.ts';
import type { Catalog, CatalogView } from './catalog.ts';

/** The earliest event matters only before the first close. */
export function chainOf(
  catalog: Pick<Catalog, 'asOf'>,
  view: CatalogView,
  customer: Pick<Customer, 'id' | 'timeZone'>,
  earliestEventMs: number | null,
): PeriodChain {
  // A copy: the view may hand out the list to which later closes are added.
  const closes = [...view.closesOf(customer.id)];
  const [first] = closes;
  const firstZone = first && catalog.asOf(first.watermark).customer(customer.id)?.timeZone;
  return { closes, zone: customer.timeZone, firstZone: firstZone ?? customer.timeZone, earliestEventMs };
}
