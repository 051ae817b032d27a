/** Records as they stand: the latest version of each, or a page of them. Archived ones are found, not listed. */
import type { RecordStore } from '../storage/record-store.ts';
import type { Dependencies } from './dependencies.ts';

export type BrowseRecords = Pick<
  RecordStore,
  'findCustomer' | 'findService' | 'findPrice' | 'listCustomers' | 'listServices' | 'listPrices'
>;

export function makeBrowseRecords({ recordStore }: Dependencies): BrowseRecords {
  return {
    findCustomer: (id) => recordStore.findCustomer(id),
    findService: (id) => recordStore.findService(id),
    findPrice: (id) => recordStore.findPrice(id),
    listCustomers: (page) => recordStore.listCustomers(page),
    listServices: (page) => recordStore.listServices(page),
    listPrices: (page) => recordStore.listPrices(page),
  };
}
