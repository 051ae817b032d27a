/**
 * One simulated, valid usage event: from the world and its ordinal, whatever was made before. On the hot path of the
 * generator. It decides nothing about repeats or mistakes, and writes no text: see event-writer.ts.
 */
import { makeBoundaries } from './boundaries.ts';
import { idPrefix } from './event-id.ts';
import { drawLevel, drawQuantity, extremes, writeHundredths } from './quantities.ts';
import { type Random, randomFrom } from './random.ts';
import type { Oddities } from './scenario.ts';
import { makeSchedule, type Slot } from './schedule.ts';
import { dayMs, type World, type WorldCustomer, type WorldService } from './world.ts';

export type UsageKind = 'usage' | 'late' | 'boundary' | 'extreme' | 'skewed' | 'credit';

export interface SimulatedEvent {
  readonly kind: UsageKind;
  readonly source: string;
  readonly id: string;
  readonly customerId: string;
  readonly service: string;
  readonly timeMs: number;
  readonly quantity: string;
  readonly amount: string | null;
  readonly region: string;
  readonly plan: string;
  /** What the id says behind the prefix that all ids share. */
  readonly label: string;
  /**
   * Places of what events share, for whoever keeps it as bytes: the source, customer with service, region with plan. Of an
   * event whose members were changed they say nothing.
   */
  readonly sourceAt: number;
  readonly usedAt: number;
  readonly tagsAt: number;
}

export interface EventMaker {
  /** The event of an ordinal from 0 on; quickest when ordinals come in their order. */
  usage(ordinal: number): SimulatedEvent;
  /** When the event of an ordinal is sent, of a span lived through at its own speed: not before, not long after. */
  dueMs(ordinal: number): number;
  /** An event like others at any time until then, with a name of its own: for what is sent beside the usual. */
  extra(label: string, untilMs: number): SimulatedEvent;
}

const minuteMs = 60_000;
/** A clock that is ahead by more is refused: that is a mistake, not an oddity. */
const aheadMax = 4 * minuteMs;

const regions = ['eu-west-1', 'eu-north-1', 'us-east-1', 'us-west-2', 'ap-south-1'];

export function makeEvents(world: World): EventMaker {
  const schedule = makeSchedule(world);
  const random = randomFrom(world.seed, 'usage');
  const extraRandom = randomFrom(world.seed, 'extra');
  const make = makeEventDraw(world);
  return {
    usage(ordinal) {
      const from = random.at(ordinal);
      const slot = schedule.slotOf(ordinal);
      const at = slot.customer(from);
      return make(`${ordinal}`, at, dueAt(slot, ordinal, from), from);
    },
    dueMs(ordinal) {
      const slot = schedule.slotOf(Math.min(ordinal, world.events - 1));
      const place = Math.min(ordinal - slot.first + 1, slot.count);
      return slot.fromMs + Math.ceil((place * slot.lengthMs) / Math.max(1, slot.count));
    },
    extra(label, untilMs) {
      const from = extraRandom.at(hashOf(label));
      const dueMs = world.fromMs + Math.floor((from.below(scale) / scale) * (untilMs - world.fromMs));
      return make(label, schedule.anyCustomer(from), dueMs, from);
    },
  };
}

type EventDraw = (label: string, customer: number, dueMs: number, from: Random) => SimulatedEvent;

/** What is drawn of an event once it has a name, a customer and a time. */
function makeEventDraw(world: World): EventDraw {
  const { oddities, creditsOfHundred } = world.scenario;
  const shift = makeShift(world);
  const kindFrom = makeKinds(oddities);
  const prefix = idPrefix(world.toMs);
  const plans = [...new Set(world.customers.map(({ size }) => size))];
  const planAt = Uint8Array.from(world.customers, ({ size }) => plans.indexOf(size));

  function sizeOf(service: WorldService, customer: WorldCustomer, dueMs: number, from: Random): string {
    if (service.reports !== 'level') return writeHundredths(drawQuantity(service, customer.divisor, from));
    const daysIn = Math.floor((dueMs - world.fromMs) / dayMs);
    return writeHundredths(drawLevel(service, customer.divisor, daysIn, from));
  }

  return (label, at, dueMs, from) => {
    const customer = world.customers[at] as WorldCustomer;
    const place = serviceOf(customer, from);
    const service = world.services[place] as WorldService;
    const drawn = kindFrom(from.below(lots));
    const isCredit = service.takesCredits && from.below(100) < creditsOfHundred;
    const size = drawn === 'extreme' ? from.pick(extremes) : sizeOf(service, customer, dueMs, from);
    const isMoney = service.reports === 'money' && drawn !== 'extreme';
    const sourceAt = from.below(world.sources.length);
    const timeMs = drawn === 'usage' ? dueMs : shift(drawn, dueMs, customer.zone, from);
    const regionAt = from.below(regions.length);
    return {
      kind: isCredit && drawn === 'usage' ? 'credit' : drawn,
      source: world.sources[sourceAt] as string,
      id: prefix + label,
      customerId: customer.id,
      service: service.name,
      timeMs,
      quantity: isMoney ? '1' : isCredit && drawn !== 'extreme' ? `-${size}` : size,
      amount: isMoney ? size : null,
      region: regions[regionAt] as string,
      plan: customer.size,
      label,
      sourceAt,
      usedAt: at * world.services.length + place,
      tagsAt: (planAt[at] as number) * regions.length + regionAt,
    };
  };
}

const lots = 1_000;

function makeKinds(oddities: Oddities): (lot: number) => UsageKind {
  const kinds: UsageKind[] = [];
  for (const kind of ['late', 'boundary', 'extreme', 'skewed'] as const) {
    for (let count = 0; count < oddities[kind]; count += 1) kinds.push(kind);
  }
  while (kinds.length < lots) kinds.push('usage');
  return (lot) => kinds[lot] as UsageKind;
}

/** The time that an event out of the ordinary tells. */
function makeShift(world: World) {
  const { fromMs, toMs, scenario } = world;
  const momentsOf = makeBoundaries(world);
  const within = (ms: number) => Math.min(Math.max(ms, fromMs), toMs - 1);
  const skewMax = scenario.skewMinutesMax * minuteMs;
  return (kind: UsageKind, dueMs: number, zone: string, from: Random): number => {
    if (kind === 'late') return within(dueMs - 1 - from.below(Math.max(1, scenario.lateDaysMax * dayMs)));
    if (kind === 'boundary') {
      const moments = momentsOf(zone);
      // Never ahead of its turn: a server refuses what lies in its future.
      return moments.length === 0 ? dueMs : within(Math.min(dueMs, from.pick(moments) - from.below(2)));
    }
    if (kind !== 'skewed') return dueMs;
    return within(dueMs + Math.min(from.below(2 * skewMax + 1) - skewMax, aheadMax));
  };
}

const scale = 2 ** 32;

function hashOf(text: string): number {
  let hash = 7;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) % 2 ** 48;
  return hash;
}

/** The services that a customer uses, the first ones more than the last. */
function serviceOf({ services }: WorldCustomer, random: Random): number {
  const { length } = services;
  return services[random.below(1 + random.below(length))] ?? 0;
}

/** Evenly over the slot in the order of ordinals, each somewhere in its own share. */
function dueAt(slot: Slot, ordinal: number, random: Random): number {
  const share = slot.lengthMs / Math.max(1, slot.count);
  const place = Math.min(Math.max(0, ordinal - slot.first), Math.max(0, slot.count - 1));
  return slot.fromMs + Math.floor((place + random.below(1_000) / 1_000) * share);
}
