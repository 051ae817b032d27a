/**
 * The record store over any database that Kysely speaks to: it only joins the port's verbs to their statements.
 * Opening a database, and bringing its schema up to date, is done before (sqlite/open-sqlite-records.ts).
 */
import type { Kysely } from 'kysely';
import type { RecordStore } from '../record-store.ts';
import { makeSqlKeyStore } from './api-keys.ts';
import {
  insertCustomerVersion,
  selectAllCustomers,
  selectCustomer,
  selectCustomerPage,
} from './customers.ts';
import { selectLastSequence } from './last-sequence.ts';
import { insertPrice, selectAllPrices, selectPrice, selectPricePage } from './prices.ts';
import type { RecordTables } from './schema.ts';
import { insertServiceVersion, selectAllServices, selectService, selectServicePage } from './services.ts';

export function makeSqlRecordStore(db: Kysely<RecordTables>): RecordStore {
  return {
    addCustomerVersion: (version) => insertCustomerVersion(db, version),
    addServiceVersion: (version) => insertServiceVersion(db, version),
    addPrice: (price) => insertPrice(db, price),
    findCustomer: (id) => selectCustomer(db, id),
    findService: (id) => selectService(db, id),
    findPrice: (id) => selectPrice(db, id),
    listCustomers: (page) => selectCustomerPage(db, page),
    listServices: (page) => selectServicePage(db, page),
    listPrices: (page) => selectPricePage(db, page),
    allCustomers: () => selectAllCustomers(db),
    allServices: () => selectAllServices(db),
    allPrices: () => selectAllPrices(db),
    apiKeys: makeSqlKeyStore(db),
    lastSequence: () => selectLastSequence(db),
    close: () => db.destroy(),
  };
}
