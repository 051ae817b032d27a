/**
 * The records as they stood at a place in the one order, over histories that are only ever added to. A view is cheap to
 * make: what it shows is found when it is asked for. It writes nothing.
 */
import { defaultMeter, type Meter } from '../domain/meters/meter.ts';
import type { Price } from '../domain/pricing/price.ts';
import { makePriceBook, type PriceBook } from '../domain/pricing/price-book.ts';
import type { Customer } from '../domain/records/customer.ts';
import type { InstanceSettings } from '../domain/records/instance-settings.ts';
import type { LatePolicy } from '../domain/records/late-policy.ts';
import type { Service } from '../domain/records/service.ts';
import type { CloseStamp } from '../domain/statements/close-stamp.ts';
import type { RoundingMode } from '../money/rounding.ts';
import { countAt, type History, lastAt } from './catalog-history.ts';

export interface PolicyChange {
  readonly sequence: number;
  readonly policy: LatePolicy;
}

/** The records as they stood at one place in the one order. */
export interface CatalogView {
  customer(id: string): Customer | undefined;
  service(id: string): Service | undefined;
  /** A made meter, or the default meter of a known service. */
  meter(id: string): Meter | undefined;
  customerIds(): string[];
  serviceIds(): string[];
  /** The service's default meter, then those made for it in the order of their making. The service may be unknown. */
  metersOf(service: string): readonly Meter[];
  /** All meters that were made; default meters are not among them. */
  readonly madeMeters: readonly Meter[];
  /** In the order of their making. */
  readonly prices: readonly Price[];
  readonly book: PriceBook;
  /** A customer's closes, the earliest period first. */
  closesOf(customerId: string): readonly CloseStamp[];
  readonly rounding: RoundingMode;
  /** The policy that an entry with this sequence met. */
  latePolicyAt(customerId: string, sequence: number): LatePolicy;
  /** When the policy that a customer's late entries meet changed, in `(after, upTo]`, in order. */
  latePolicyChanges(customerId: string, after: number, upTo: number): readonly PolicyChange[];
  /** The same records with other price versions: for questions of what would be. */
  withPrices(prices: readonly Price[]): CatalogView;
}

/** Versions in the order of their sequences. */
export interface Histories {
  readonly customers: History<Customer>;
  readonly services: History<Service>;
  readonly meters: readonly Meter[];
  readonly prices: readonly Price[];
  readonly settings: readonly InstanceSettings[];
  readonly closes: History<CloseStamp>;
  /** Books already made, by how many prices they hold: many questions ask of one past. */
  readonly books: Map<number, PriceBook>;
}

/** Before any settings were kept: what a server without settings does. */
export const settingsDefaults = { latePolicy: 'next', rounding: 'half_away_from_zero' } as const;

export function makeView(histories: Histories, upTo: number): CatalogView {
  const { customers, services, closes } = histories;
  const meters = makeMeterIndex(histories, upTo);
  const service = (id: string) => services.at(id, upTo);
  const view: CatalogView = {
    customer: (id) => customers.at(id, upTo),
    service,
    meter: (id) => meters.made(id) ?? (service(id) ? meters.ofService(id)[0] : undefined),
    customerIds: () => customers.keysAt(upTo),
    serviceIds: () => services.keysAt(upTo),
    metersOf: (id) => meters.ofService(id),
    get madeMeters() {
      return upToCount(histories.meters, countAt(histories.meters, upTo));
    },
    get prices() {
      return upToCount(histories.prices, countAt(histories.prices, upTo));
    },
    get book() {
      return bookOf(histories, countAt(histories.prices, upTo));
    },
    closesOf: (id) => {
      const all = closes.versionsOf(id);
      return upToCount(all, countAt(all, upTo));
    },
    get rounding() {
      return (settingsAt(histories, upTo) ?? settingsDefaults).rounding;
    },
    latePolicyAt: (id, at) => latePolicyAt(histories, id, at),
    latePolicyChanges: (id, after, until) => latePolicyChanges(histories, id, after, until),
    withPrices: (prices) => withPrices(view, prices),
  };
  return view;
}

function withPrices(view: CatalogView, prices: readonly Price[]): CatalogView {
  const book = makePriceBook(prices);
  // Getters of the view are kept as getters: what nobody asks for is not computed.
  const members = { ...Object.getOwnPropertyDescriptors(view) };
  return Object.defineProperties({} as CatalogView, {
    ...members,
    prices: { value: prices, enumerable: true },
    book: { value: book, enumerable: true },
    withPrices: { value: (others: readonly Price[]) => withPrices(view, others), enumerable: true },
  });
}

interface MeterIndex {
  made(id: string): Meter | undefined;
  ofService(service: string): readonly Meter[];
}

/** Made again only when meters were made since. */
function makeMeterIndex(histories: Histories, upTo: number): MeterIndex {
  let count = -1;
  let byId = new Map<string, Meter>();
  let byService = new Map<string, Meter[]>();
  const bringUpToDate = () => {
    const now = countAt(histories.meters, upTo);
    if (now === count) return;
    count = now;
    byId = new Map();
    byService = new Map();
    for (const meter of histories.meters.slice(0, count)) {
      byId.set(meter.id, meter);
      listOf(byService, meter.service).push(meter);
    }
  };
  return {
    made(id) {
      bringUpToDate();
      return byId.get(id);
    },
    ofService(service) {
      bringUpToDate();
      return listOf(byService, service);
    },
  };
}

function listOf(byService: Map<string, Meter[]>, service: string): Meter[] {
  const known = byService.get(service);
  if (known) return known;
  const list = [defaultMeter(service)];
  byService.set(service, list);
  return list;
}

function upToCount<Item>(items: readonly Item[], count: number): readonly Item[] {
  return count === items.length ? items : items.slice(0, count);
}

/** Books that are kept for the next question. */
const booksMax = 8;

function bookOf({ books, prices }: Histories, count: number): PriceBook {
  const known = books.get(count);
  if (known) return known;
  const book = makePriceBook(prices.slice(0, count));
  const [oldest] = books.keys();
  if (books.size >= booksMax && oldest !== undefined) books.delete(oldest);
  books.set(count, book);
  return book;
}

/** What was set before settings were kept counts as set always. */
function settingsAt({ settings }: Histories, sequence: number): InstanceSettings | undefined {
  return lastAt(settings, sequence) ?? settings[0];
}

function latePolicyAt(histories: Histories, customerId: string, sequence: number): LatePolicy {
  const own = histories.customers.at(customerId, sequence)?.latePolicy ?? null;
  return own ?? (settingsAt(histories, sequence) ?? settingsDefaults).latePolicy;
}

function latePolicyChanges(
  histories: Histories,
  customerId: string,
  after: number,
  upTo: number,
): PolicyChange[] {
  const moments = [...histories.customers.versionsOf(customerId), ...histories.settings]
    .map(({ sequence }) => sequence)
    .filter((sequence) => sequence > after && sequence <= upTo)
    .sort((a, b) => a - b);
  const changes: PolicyChange[] = [];
  let before = latePolicyAt(histories, customerId, after);
  for (const sequence of moments) {
    const policy = latePolicyAt(histories, customerId, sequence);
    if (policy !== before) changes.push({ sequence, policy });
    before = policy;
  }
  return changes;
}
