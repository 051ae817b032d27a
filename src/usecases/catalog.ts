/**
 * All versions of customers, services, meters, prices and settings, and all closes, in memory: ingest and pricing ask for
 * them with every event and every line. Filled from the record store at start; a write enters here once it is durable.
 * Its own members show the records as they stand now; `asOf` shows them as they stood (catalog-view.ts).
 */
import type { Meter } from '../domain/meters/meter.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { PriceBook } from '../domain/pricing/price-book.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { InstanceSettings } from '../domain/records/instance-settings.ts';
import type { Service } from '../domain/records/service.ts';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import type { RecordStore } from '../storage/record-store.ts';
import { History } from './catalog-history.ts';
import { type CatalogView, makeView } from './catalog-view.ts';

export type { CatalogView } from './catalog-view.ts';

export interface Catalog extends CatalogView {
  asOf(sequence: number): CatalogView;
  /** The latest; undefined before the first start with this version of the program. */
  latestSettings(): InstanceSettings | undefined;
  keepCustomer(version: Customer): void;
  keepService(version: Service): void;
  keepMeter(meter: Meter): void;
  keepPrice(price: Price): void;
  keepSettings(version: InstanceSettings): void;
  keepCloses(closes: readonly CloseStamp[]): void;
}

export interface CatalogContents {
  readonly customers: readonly Customer[];
  readonly services: readonly Service[];
  readonly meters: readonly Meter[];
  readonly prices: readonly Price[];
  readonly settings: readonly InstanceSettings[];
  readonly closes: readonly CloseStamp[];
}

export async function loadCatalog(recordStore: RecordStore): Promise<Catalog> {
  const [customers, services, meters, prices, settings, closes] = await Promise.all([
    recordStore.allCustomerVersions(),
    recordStore.allServiceVersions(),
    recordStore.allMeters(),
    recordStore.allPrices(),
    recordStore.allSettingsVersions(),
    recordStore.allCloses(),
  ]);
  return makeCatalog({ customers, services, meters, prices, settings, closes });
}

/** Each kind in the order of its sequences; closes by customer, then by time. */
export function makeCatalog(contents: CatalogContents): Catalog {
  const histories = {
    customers: new History<Customer>(({ id }) => id, contents.customers),
    services: new History<Service>(({ id }) => id, contents.services),
    meters: [...contents.meters],
    prices: [...contents.prices],
    settings: [...contents.settings],
    closes: new History<CloseStamp>(({ customerId }) => customerId, contents.closes),
    books: new Map<number, PriceBook>(),
  };
  const now = makeView(histories, Number.MAX_SAFE_INTEGER);
  const more: Omit<Catalog, keyof CatalogView> = {
    asOf: (sequence) => makeView(histories, sequence),
    latestSettings: () => histories.settings.at(-1),
    keepCustomer: (version) => histories.customers.keep(version),
    keepService: (version) => histories.services.keep(version),
    keepMeter: (meter) => void histories.meters.push(meter),
    keepPrice: (price) => void histories.prices.push(price),
    keepSettings: (version) => void histories.settings.push(version),
    keepCloses: (closes) => {
      for (const close of closes) histories.closes.keep(close);
    },
  };
  // The view's getters stay getters: they answer for the moment in which they are asked.
  return Object.defineProperties(more, Object.getOwnPropertyDescriptors(now)) as Catalog;
}
