/**
 * Which price versions price which stretches of which meters, for a view of the records: the one place that says which
 * meters, prices and closes count for a customer's period. It measures nothing.
 */
import { isAdditive } from '../domain/meters/meter.ts';
import { priceTimeline, type ServiceTimeline, type TimelineMeter } from '../domain/pricing/price-timeline.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import type { Period } from '../domain/statements/period.ts';
import type { CatalogView } from './catalog.ts';

export interface PeriodOfCustomer {
  readonly customer: Pick<Customer, 'id' | 'currency'>;
  readonly period: Period;
  /** What is known of its close; null while it is open. A period before the chain has the watermark of the first close. */
  readonly close: Pick<CloseStamp, 'watermark'> | null;
  /** All closes of the customer that count, in order; absent: those of the view. */
  readonly closes?: readonly CloseStamp[];
}

export type TimelineOf = (service: string, period: PeriodOfCustomer) => ServiceTimeline;

/** Timelines are kept while the function is: customers without prices of their own share them, and there are many. */
export function timelinesOf(view: CatalogView): TimelineOf {
  const { book } = view;
  const known = new Map<string, ServiceTimeline>();
  const meters = new Map<string, readonly TimelineMeter[]>();
  const metersOf = (service: string) => {
    const found =
      meters.get(service) ??
      view.metersOf(service).map((meter) => ({ id: meter.id, additive: isAdditive(meter) }));
    meters.set(service, found);
    return found;
  };
  const owners = new Set(book.versions.map(({ customerId }) => customerId));
  // In any currency: one in another makes a mismatch of what is a missing price to others.
  const hasOwn = (
    all: readonly TimelineMeter[],
    { id: customerId, currency }: PeriodOfCustomer['customer'],
  ) =>
    owners.has(customerId) &&
    all.some(({ id: meter }) =>
      [currency, ...book.currenciesOf(meter)].some(
        (one) => book.versionsOf({ meter, currency: one, customerId }).length > 0,
      ),
    );
  // One period is asked for again and again, service by service.
  let last: PeriodOfCustomer | null = null;
  let closes: readonly CloseStamp[] = [];
  let around = '';
  return (service, asked) => {
    const { customer, period, close } = asked;
    if (last !== asked) {
      closes = asked.closes ?? view.closesOf(customer.id);
      around = textOf(asked, closes);
      last = asked;
    }
    const { id: customerId, currency } = customer;
    const all = metersOf(service);
    const key = `${service}\t${hasOwn(all, customer) ? customerId : ''}\t${around}`;
    const timeline =
      known.get(key) ?? priceTimeline({ book, meters: all, customerId, currency, period, close, closes });
    known.set(key, timeline);
    return timeline;
  };
}

/** What a timeline depends on besides the service and the customer's own prices. */
function textOf({ customer, period, close }: PeriodOfCustomer, closes: readonly CloseStamp[]): string {
  return [
    ...[customer.currency, period.fromMs, period.toMs, close?.watermark],
    ...closes.map(({ toMs, watermark }) => `${toMs}:${watermark}`),
  ].join('\t');
}
