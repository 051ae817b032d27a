/**
 * What accepted events add up to, by customer, service, local day and price in force, and for some customers by properties,
 * in plain loops over bigint. Its memory depends on customers, services, days and kinds of properties, not on the number of
 * events. It prices nothing: see costs.ts.
 */
import type { CountedEvent } from './judge.ts';
import type { Zones } from './zones.ts';

export interface Sum {
  /** At 12 digits. */
  quantity: bigint;
  amount: bigint;
  events: number;
}

/** Events of one local day between two changes of the price. */
export interface Slice extends Sum {
  readonly day: number;
  /** The time of one of its events: any of them has the same price. */
  readonly atMs: number;
  /** As event-rules.ts reads them; null for a customer whose events are not counted apart by them. */
  readonly properties: string | null;
}

export interface Tally {
  add(event: CountedEvent): void;
  /** Takes out what was added: a void, or the first half of an amend. */
  remove(event: CountedEvent): void;
  /** All customers with events, known or not. */
  customers(): readonly string[];
  services(customerId: string): readonly string[];
  /** By day, then by price, then by properties. */
  slices(customerId: string, service: string): readonly Slice[];
  bySource(): ReadonlyMap<string, Sum>;
}

export interface TallyOptions {
  readonly zones: Zones;
  /** A customer without a record lives in UTC. */
  zoneOf(customerId: string): string;
  /** The moments at which a price can change for the customer, ascending. */
  momentsOf(customerId: string, service: string): readonly number[];
  /** Whether a customer's events are counted apart by their properties. */
  isApart(customerId: string): boolean;
}

interface Account {
  readonly zone: string;
  readonly isApart: boolean;
  readonly services: Map<
    string,
    { readonly moments: readonly number[]; readonly slices: Map<number, Slice> }
  >;
}

const emptySum = (): Sum => ({ quantity: 0n, amount: 0n, events: 0 });
const momentsMax = 1_000;
const propertiesMax = 100_000;

function count(sum: Sum, event: CountedEvent, times: 1 | -1): void {
  sum.quantity += BigInt(times) * event.quantity;
  sum.amount += BigInt(times) * (event.amount ?? 0n);
  sum.events += times;
}

export function makeTally(options: TallyOptions): Tally {
  const accounts = new Map<string, Account>();
  const sources = new Map<string, Sum>();
  /** Places of properties in the order in which they were first seen; 0 is for events that are not counted apart. */
  const places = new Map<string | null, number>([[null, 0]]);

  function accountOf(customerId: string): Account {
    const known = accounts.get(customerId);
    if (known !== undefined) return known;
    const account: Account = {
      zone: options.zoneOf(customerId),
      isApart: options.isApart(customerId),
      services: new Map(),
    };
    accounts.set(customerId, account);
    return account;
  }

  function sliceOf(event: CountedEvent): Slice {
    const account = accountOf(event.customerId);
    let used = account.services.get(event.service);
    if (used === undefined) {
      used = { moments: options.momentsOf(event.customerId, event.service), slices: new Map() };
      account.services.set(event.service, used);
    }
    const day = options.zones.dayOf(event.timeMs, account.zone);
    let version = 0;
    for (const moment of used.moments) if (moment <= event.timeMs) version += 1;
    const properties = account.isApart ? event.properties : null;
    const place = places.get(properties) ?? places.size;
    places.set(properties, place);
    const key = (day * momentsMax + version) * propertiesMax + place;
    const slice = used.slices.get(key) ?? { day, atMs: event.timeMs, properties, ...emptySum() };
    used.slices.set(key, slice);
    return slice;
  }

  function change(event: CountedEvent, times: 1 | -1): void {
    count(sliceOf(event), event, times);
    const source = sources.get(event.source) ?? emptySum();
    sources.set(event.source, source);
    count(source, event, times);
  }

  return {
    add: (event) => change(event, 1),
    remove: (event) => change(event, -1),
    customers: () => [...accounts.keys()].sort(),
    services: (customerId) => [...(accounts.get(customerId)?.services.keys() ?? [])].sort(),
    slices(customerId, service) {
      const slices = accounts.get(customerId)?.services.get(service)?.slices ?? new Map<number, Slice>();
      return [...slices].sort(([one], [other]) => one - other).map(([, slice]) => slice);
    },
    bySource: () => sources,
  };
}
