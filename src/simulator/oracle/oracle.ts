/**
 * The oracle: from what is sent, as plain data, to every right answer. It imports nothing of the product, so that a
 * mistake there cannot be repeated here. It is told the sendings in order, and keeps what they add up to.
 */
import { costOf, type KnownPrice, makePriceList, type ServiceCost } from './costs.ts';
import { type CountedEvent, makeJudge, type Verdict } from './judge.ts';
import { makeTally, type Slice, type Sum, type Tally } from './tally.ts';
import { dateOf, makeZones, type Zones } from './zones.ts';

export interface OracleCustomer {
  readonly id: string;
  readonly zone: string;
  readonly currency: string;
}

export interface OracleOptions {
  readonly nowMs: number;
  readonly customers: readonly OracleCustomer[];
  readonly services: readonly { readonly name: string; readonly takesCredits: boolean }[];
  readonly prices: readonly KnownPrice[];
  /** Further moments between which usage is counted apart: when prices will change that are not made yet. */
  readonly moments?: readonly number[];
  /** Whose usage is counted apart by properties, for prices and filters that tell them apart. */
  readonly apart?: readonly string[];
  /** Whose single events are kept, for meters that are no sums. */
  readonly keep?: { readonly service: string; readonly customers: readonly string[] };
}

export interface DayUsage extends Pick<Sum, 'quantity' | 'events'> {
  readonly service: string;
  readonly date: string;
}

export interface MonthCost extends ServiceCost {
  readonly service: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Oracle {
  judge(text: string): Verdict;
  endWave(): void;
  readonly counts: Readonly<Record<Verdict['status'], number>>;
  readonly tally: Tally;
  readonly zones: Zones;
  /** By service, then by local day. */
  days(customerId: string): DayUsage[];
  /** By month, then by service; services without a record are not priced. */
  months(customer: OracleCustomer): MonthCost[];
  /** Some of the accepted events, and first of all those that a conflict tried to change: they must be found unchanged. */
  samples(): readonly CountedEvent[];
  /** All events of a customer that are kept by `keep`; null when there are too many to keep. */
  kept(customerId: string): readonly CountedEvent[] | null;
}

const firstSamples = 40;
const samplesMax = 160;
const keptMax = 20_000;

export function makeOracle(options: OracleOptions): Oracle {
  const zones = makeZones();
  const prices = makePriceList(options.prices);
  const byId = new Map(options.customers.map((customer) => [customer.id, customer]));
  const apart = new Set(options.apart);
  const tally = makeTally({
    zones,
    isApart: (customerId) => apart.has(customerId),
    zoneOf: (customerId) => byId.get(customerId)?.zone ?? 'UTC',
    momentsOf(customerId, service) {
      const customer = byId.get(customerId);
      const own = customer === undefined ? [] : prices.moments(customer, service);
      return [...own, ...(options.moments ?? [])].sort((one, other) => one - other);
    },
  });
  const judge = makeJudge(options);
  const counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  const samples = new Set<CountedEvent>();
  const { keep } = options;
  const kept = new Map(keep?.customers.map((id) => [id, [] as CountedEvent[]]));

  return {
    counts,
    tally,
    zones,
    endWave: () => judge.endWave(),
    samples: () => [...samples],
    kept(customerId) {
      const own = kept.get(customerId) ?? [];
      return own.length > keptMax ? null : own;
    },
    judge(text) {
      const verdict = judge.judge(text);
      counts[verdict.status] += 1;
      const { event, original } = verdict;
      if (event !== undefined) {
        tally.add(event);
        const own = event.service === keep?.service ? kept.get(event.customerId) : undefined;
        if (own !== undefined && own.length <= keptMax) own.push(event);
      }
      const sample = original ?? (samples.size < firstSamples ? event : undefined);
      if (sample !== undefined && samples.size < samplesMax) samples.add(sample);
      return verdict;
    },
    days: (customerId) =>
      tally.services(customerId).flatMap((service) => byDay(service, tally.slices(customerId, service))),
    months(customer) {
      const known = new Set(options.services.map(({ name }) => name));
      return tally
        .services(customer.id)
        .filter((service) => known.has(service))
        .flatMap((service) =>
          byMonth(tally.slices(customer.id, service), customer.zone, zones).map(({ span, slices }) => ({
            service,
            ...span,
            ...costOf(slices, (ms) => prices.at(customer, service, ms)),
          })),
        )
        .sort((one, other) => one.fromMs - other.fromMs);
    },
  };
}

function byDay(service: string, slices: readonly Slice[]): DayUsage[] {
  const days = new Map<number, { quantity: bigint; events: number }>();
  for (const { day, quantity, events } of slices) {
    const sum = days.get(day) ?? { quantity: 0n, events: 0 };
    days.set(day, { quantity: sum.quantity + quantity, events: sum.events + events });
  }
  return [...days].map(([day, sum]) => ({ service, date: dateOf(day), ...sum }));
}

interface MonthSlices {
  readonly span: { readonly fromMs: number; readonly toMs: number };
  readonly slices: Slice[];
}

function byMonth(slices: readonly Slice[], zone: string, zones: Zones): MonthSlices[] {
  const months = new Map<number, MonthSlices>();
  for (const slice of slices) {
    const span = zones.monthOf(slice.day, zone);
    const month = months.get(span.fromMs) ?? { span, slices: [] };
    month.slices.push(slice);
    months.set(span.fromMs, month);
  }
  return [...months.values()];
}
