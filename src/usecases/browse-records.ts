/** Records as they stand: the latest version of each, or a page of them. Archived ones are found, not listed. */
import type { Meter } from '../domain/meters/meter.ts';
import type { RecordPage, RecordStore } from '../storage/record-store.ts';
import type { Dependencies } from './dependencies.ts';

export interface MeterPage extends RecordPage {
  readonly service?: string;
}

export interface BrowseRecords
  extends Pick<
    RecordStore,
    | 'findCustomer'
    | 'findService'
    | 'findPrice'
    | 'listCustomers'
    | 'listServices'
    | 'listPrices'
    | 'listAudit'
  > {
  /** A made meter, or the default meter of a known service. */
  findMeter(id: string): Meter | undefined;
  /** Default meters of known services among them. */
  listMeters(page: MeterPage): Meter[];
}

export function makeBrowseRecords({ catalog, recordStore }: Dependencies): BrowseRecords {
  return {
    findCustomer: (id) => recordStore.findCustomer(id),
    findService: (id) => recordStore.findService(id),
    findMeter: (id) => catalog.meter(id),
    findPrice: (id) => recordStore.findPrice(id),
    listCustomers: (page) => recordStore.listCustomers(page),
    listServices: (page) => recordStore.listServices(page),
    listMeters: ({ after, limit, service }) => {
      // Of a known service alone: a made meter's id is no service's.
      const services = catalog.serviceIds().filter((id) => service === undefined || id === service);
      const made = catalog.madeMeters.filter((meter) => service === undefined || meter.service === service);
      const defaults = services.flatMap((id) => catalog.meter(id) ?? []);
      return [...new Set([...defaults, ...made])]
        .filter(({ id }) => after === null || byteOrder(id, after) > 0)
        .sort((a, b) => byteOrder(a.id, b.id))
        .slice(0, limit);
    },
    listPrices: (page) => recordStore.listPrices(page),
    listAudit: (page) => recordStore.listAudit(page),
  };
}

/** As ids are ordered everywhere: by their UTF-8 bytes. */
function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
