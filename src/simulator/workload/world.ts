/**
 * From a scenario and a seed to the world in which usage happens: customers with their sizes, services, prices.
 * Plain data, made at once and small beside the events; it makes no events and asks no clock.
 */
import { type Random, randomFrom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { type ServiceKind, serviceKinds } from './services.ts';

export const dayMs = 24 * 60 * 60_000;

export interface WorldCustomer {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly currency: string;
  readonly size: 'huge' | 'large' | 'medium' | 'small' | 'dormant';
  /** Share of the events, against the other customers' weights. */
  readonly weight: number;
  /** A large customer's quantities are divided by this. */
  readonly divisor: number;
  /** Uses nothing outside of these moments. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Positions in the world's services. */
  readonly services: readonly number[];
}

export interface WorldService extends ServiceKind {
  /** The id on the server; `id` is the kind's. */
  readonly name: string;
}

/** A per-unit price as it is posted: for everyone or one customer, since always or from a moment on. */
export interface WorldPrice {
  readonly service: string;
  readonly currency: string;
  readonly unitAmount: string;
  readonly customerId: string | null;
  readonly effectiveFromMs: number | null;
}

export interface World {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Stands in all names: simulations of other seeds and scenarios on the same server do not meet. */
  readonly name: string;
  readonly sources: readonly string[];
  readonly events: number;
  /** Every acceptable event lies in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly customers: readonly WorldCustomer[];
  readonly services: readonly WorldService[];
  readonly prices: readonly WorldPrice[];
}

/** Customers that a server has already. */
export type KnownCustomer = Pick<WorldCustomer, 'id' | 'name' | 'zone' | 'currency'>;

export interface WorldOptions {
  readonly scenario: Scenario;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Usage events; at least 1. Repeats, conflicts and mistakes come on top. */
  readonly events: number;
  readonly customers: number;
  readonly days: number;
  /** The end of the simulated span. */
  readonly toMs: number;
  /** Use the sample services and these customers of a server instead of names of one's own. */
  readonly known?: readonly KnownCustomer[];
}

export function makeWorld(options: WorldOptions): World {
  const { scenario, seed, events, toMs, known } = options;
  const name = `${scenario.name}-${seed}`;
  const fromMs = toMs - options.days * dayMs;
  const services = scenario.services.map((id) => {
    const kind = serviceKinds.find((one) => one.id === id);
    if (kind === undefined) throw new Error(`scenario ${scenario.name}: there is no service ${id}`);
    return { ...kind, name: known === undefined ? `${name}-${id}` : kind.sampleId };
  });
  const records = known ?? ownCustomers(name, scenario, options.customers);
  const customers = records.map((record, position) =>
    placeCustomer(record, { position, count: records.length, scenario, seed, fromMs, toMs, services }),
  );
  return {
    ...{ scenario, seed, name, events, fromMs, toMs, customers, services },
    sources: ['gateway', 'batch', 'device'].map((source) => `${name}-${source}`),
    prices: known === undefined ? pricesOf(scenario, services, customers, { fromMs, toMs }) : [],
  };
}

function ownCustomers(name: string, scenario: Scenario, count: number): KnownCustomer[] {
  const digits = Math.max(2, `${count}`.length);
  return Array.from({ length: count }, (_, position) => {
    const number = `${position + 1}`.padStart(digits, '0');
    return {
      id: `${name}-customer-${number}`,
      name: `Customer ${number} of ${name}`,
      zone: scenario.zones[position % scenario.zones.length] ?? 'UTC',
      currency: scenario.currencies[position % scenario.currencies.length] ?? 'USD',
    };
  });
}

interface Place {
  readonly position: number;
  readonly count: number;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly services: readonly WorldService[];
}

type Size = Pick<WorldCustomer, 'size' | 'weight' | 'divisor'> & { readonly uses: number };

/** Many small, few huge: of fifty customers one is huge, four large, fifteen of medium size. */
function sizeOf({ position, count }: Place, random: Random): Size {
  // One customer without any usage shows the category "no"; a handful of customers has none to spare.
  if (count >= 10 && position === count - 1) return { size: 'dormant', weight: 0, divisor: 1, uses: 0 };
  const weight = (base: number) => base * (50 + random.below(100));
  const place = position % 50;
  if (place === 0) return { size: 'huge', weight: weight(400), divisor: 1, uses: 99 };
  if (place < 5) return { size: 'large', weight: weight(60), divisor: 10, uses: 99 };
  if (place < 20) return { size: 'medium', weight: weight(8), divisor: 100, uses: 5 };
  return { size: 'small', weight: weight(1), divisor: 1_000, uses: 3 };
}

function placeCustomer(record: KnownCustomer, place: Place): WorldCustomer {
  const { position, scenario, fromMs, toMs } = place;
  const random = randomFrom(place.seed, 'customer').at(position);
  const { uses, ...size } = sizeOf(place, random);
  const left = place.services.map((_, at) => at);
  const services: number[] = [];
  while (services.length < uses && left.length > 0) {
    services.push(...left.splice(random.below(left.length), 1));
  }
  const lot = random.below(100);
  const within = fromMs + Math.floor(((10 + random.below(80)) * (toMs - fromMs)) / 100);
  const isNew = position > 0 && lot < scenario.newcomersOfHundred;
  const leaves = position > 0 && !isNew && lot < scenario.newcomersOfHundred + scenario.leaversOfHundred;
  return {
    ...record,
    ...size,
    weight: size.weight * (position === 0 ? scenario.giantFactor : 1),
    fromMs: isNew ? within : fromMs,
    untilMs: leaves ? within : toMs,
    services,
  };
}

/** Dearer in currencies with small units, so that sums are of a size that people would pay. */
const currencyFactor: Readonly<Record<string, bigint>> = { JPY: 150n };

/** A later version of a price: a little dearer each time, in thousandths. */
function dearer(unitAmount: string, currency: string, thousandths: bigint): string {
  const [whole = '0', fraction = ''] = unitAmount.split('.');
  const units = BigInt(`${whole}${fraction.padEnd(12, '0')}`) * (currencyFactor[currency] ?? 1n);
  const digits = `${(units * (1000n + thousandths)) / 1000n}`.padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

function pricesOf(
  scenario: Scenario,
  services: readonly WorldService[],
  customers: readonly WorldCustomer[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): WorldPrice[] {
  const prices: WorldPrice[] = [];
  const moments = scenario.priceChanges.map((part) => fromMs + Math.floor((part * (toMs - fromMs)) / 100));
  for (const { name: service, unitAmount } of services) {
    for (const currency of new Set(customers.map((customer) => customer.currency))) {
      [null, ...moments].forEach((effectiveFromMs, version) => {
        const amount = dearer(unitAmount, currency, BigInt(version * 37));
        prices.push({ service, currency, unitAmount: amount, customerId: null, effectiveFromMs });
      });
    }
  }
  if (scenario.ownPriceOneIn === 0) return prices;
  for (const [position, { id, currency, services: used }] of customers.entries()) {
    if (position % scenario.ownPriceOneIn !== 2) continue;
    for (const at of used.slice(0, 2)) {
      const { name: service, unitAmount } = services[at] as WorldService;
      const effectiveFromMs = moments[0] ?? fromMs + Math.floor((toMs - fromMs) / 3);
      const amount = dearer(unitAmount, currency, -123n);
      prices.push({ service, currency, unitAmount: amount, customerId: id, effectiveFromMs });
    }
  }
  return prices;
}
