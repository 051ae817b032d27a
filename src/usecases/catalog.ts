/**
 * The latest versions of customers, services and prices in memory, for ingest and pricing, which ask for them with
 * every event and every row. Filled from the record store at start; a write enters here once it is durable.
 */
import type { Price } from '../domain/pricing/price.ts';
import { makePriceBook, type PriceBook } from '../domain/pricing/price-book.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { Service } from '../domain/records/service.ts';
import type { RecordStore } from '../storage/record-store.ts';

export interface Catalog {
  customer(id: string): Customer | undefined;
  service(id: string): Service | undefined;
  customerIds(): string[];
  serviceIds(): string[];
  readonly book: PriceBook;
  keepCustomer(version: Customer): void;
  keepService(version: Service): void;
  keepPrice(price: Price): void;
}

export async function loadCatalog(recordStore: RecordStore): Promise<Catalog> {
  const [customers, services, prices] = await Promise.all([
    recordStore.allCustomers(),
    recordStore.allServices(),
    recordStore.allPrices(),
  ]);
  return makeCatalog(customers, services, prices);
}

function makeCatalog(allCustomers: Customer[], allServices: Service[], allPrices: Price[]): Catalog {
  const customers = new Map(allCustomers.map((customer) => [customer.id, customer]));
  const services = new Map(allServices.map((service) => [service.id, service]));
  const prices = [...allPrices];
  // The book is made again only when it is asked for after a change: imports write many prices in a row.
  let book: PriceBook | null = null;
  return {
    customer: (id) => customers.get(id),
    service: (id) => services.get(id),
    customerIds: () => [...customers.keys()],
    serviceIds: () => [...services.keys()],
    get book() {
      book ??= makePriceBook(prices);
      return book;
    },
    keepCustomer: (version) => void customers.set(version.id, version),
    keepService: (version) => void services.set(version.id, version),
    keepPrice(price) {
      prices.push(price);
      book = null;
    },
  };
}
