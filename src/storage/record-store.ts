/**
 * The port to records: customers, services and prices, each write a new version, none changed in place.
 * It knows nothing of usage, and it does not decide rules: callers compute the version, it keeps it.
 */
import type { Price } from '../domain/pricing/price.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { Service } from '../domain/records/service.ts';
import type { KeyStore } from './key-store.ts';

/** A keyset page over ids in bytewise order. */
export interface RecordPage {
  /** The last id of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

export interface PricePage extends RecordPage {
  readonly meter?: string;
  readonly customerId?: string;
}

export interface RecordStore {
  /** Adds a version (its `sequence` is new); resolves when it is durable. */
  addCustomerVersion(version: Customer): Promise<void>;
  addServiceVersion(version: Service): Promise<void>;
  /** Adds a price; rejects when its id is taken. */
  addPrice(price: Price): Promise<void>;

  /** The latest version, archived or not; null when there never was one. */
  findCustomer(id: string): Promise<Customer | null>;
  findService(id: string): Promise<Service | null>;
  findPrice(id: string): Promise<Price | null>;

  /** Latest versions, archived ones left out. */
  listCustomers(page: RecordPage): Promise<Customer[]>;
  listServices(page: RecordPage): Promise<Service[]>;
  /** All price versions, superseded ones too. */
  listPrices(page: PricePage): Promise<Price[]>;

  /** Every latest version, archived ones too: what ingest and pricing keep in memory. */
  allCustomers(): Promise<Customer[]>;
  allServices(): Promise<Service[]>;
  allPrices(): Promise<Price[]>;

  /** In the same database, but no records: they have no versions and no sequence. */
  readonly apiKeys: KeyStore;

  /** The greatest sequence of any version; 0 when there is none. */
  lastSequence(): Promise<number>;
  close(): Promise<void>;
}
