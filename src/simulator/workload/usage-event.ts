/**
 * One simulated, valid usage event: from the world and its ordinal, whatever was made before. On the hot path of the
 * generator, hence with texts that are joined and never encoded. It decides nothing about repeats or mistakes.
 */
import { monthAround } from '../../time/zone.ts';
import { type Random, randomFrom } from './random.ts';
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

/** As small and as large as a quantity may be, and texts that a binary float would bend. */
const extremes = [
  '0.000000000001',
  '99999999999999999999999999.999999999999',
  '0',
  '12345678901234567890.123456789012',
  '9007199254740993',
  '0.1',
];

const hundredths = Array.from({ length: 100 }, (_, number) =>
  number === 0 ? '' : `.${`${number}`.padStart(2, '0').replace(/0$/, '')}`,
);

/** Hundredths as a decimal in its shortest form: 1250 is "12.5". */
function writeHundredths(number: number): string {
  const whole = Math.floor(number / 100);
  return `${whole}${hundredths[number - whole * 100]}`;
}

/** Small quantities are more frequent than large ones, as in life: the limit is itself drawn at random. */
function drawQuantity(service: WorldService, divisor: number, random: Random): number {
  const { hundredthsStep: step } = service;
  const min = Math.max(1, Math.floor(service.hundredthsMin / divisor / step));
  const max = Math.max(min, Math.floor(service.hundredthsMax / divisor / step));
  return (min + random.below(1 + random.below(1 + max - min))) * step;
}

/** Storage fills up: a tenth more every ten days, and a little up and down. */
function drawLevel(service: WorldService, divisor: number, daysIn: number, random: Random): number {
  const { hundredthsStep: step } = service;
  const base = Math.max(1, Math.floor(service.hundredthsMax / divisor / 2 / step));
  const grown = base + Math.floor((base * daysIn) / 100);
  return (grown + random.below(1 + Math.floor(base / 10))) * step;
}

export function makeEvents(world: World): EventMaker {
  const schedule = makeSchedule(world);
  const random = randomFrom(world.seed, 'usage');
  const extraRandom = randomFrom(world.seed, 'extra');
  const anchor = world.toMs.toString(36);
  const momentsOf = makeBoundaries(world);
  const { oddities, creditsOfHundred } = world.scenario;
  const kinds: [UsageKind, number][] = [
    ['late', oddities.late],
    ['boundary', oddities.boundary],
    ['extreme', oddities.extreme],
    ['skewed', oddities.skewed],
  ];

  function kindFrom(lot: number): UsageKind {
    let rest = lot;
    for (const [kind, count] of kinds) {
      if (rest < count) return kind;
      rest -= count;
    }
    return 'usage';
  }

  function make(id: string, at: number, dueMs: number, from: Random): SimulatedEvent {
    const customer = world.customers[at] as WorldCustomer;
    const service = world.services[serviceOf(customer, from)] as WorldService;
    const drawn = kindFrom(from.below(1_000));
    const isCredit = service.takesCredits && from.below(100) < creditsOfHundred;
    const size = drawn === 'extreme' ? from.pick(extremes) : sizeOf(service, customer, dueMs, from);
    const isMoney = service.reports === 'money' && drawn !== 'extreme';
    return {
      kind: isCredit && drawn === 'usage' ? 'credit' : drawn,
      source: world.sources[from.below(world.sources.length)] as string,
      id,
      customerId: customer.id,
      service: service.name,
      timeMs: drawn === 'usage' ? dueMs : shifted(drawn, dueMs, customer, from),
      quantity: isMoney ? '1' : isCredit && drawn !== 'extreme' ? `-${size}` : size,
      amount: isMoney ? size : null,
      region: from.pick(regions),
      plan: customer.size,
    };
  }

  function shifted(kind: UsageKind, dueMs: number, customer: WorldCustomer, from: Random): number {
    const { fromMs, toMs, scenario } = world;
    const within = (ms: number) => Math.min(Math.max(ms, fromMs), toMs - 1);
    if (kind === 'late') return within(dueMs - 1 - from.below(Math.max(1, scenario.lateDaysMax * dayMs)));
    if (kind === 'boundary') {
      const moments = momentsOf(customer.zone);
      // Never ahead of its turn: a server refuses what lies in its future.
      return moments.length === 0 ? dueMs : within(Math.min(dueMs, from.pick(moments) - from.below(2)));
    }
    if (kind !== 'skewed') return dueMs;
    const skewMs =
      from.below(2 * scenario.skewMinutesMax * minuteMs + 1) - scenario.skewMinutesMax * minuteMs;
    return within(dueMs + Math.min(skewMs, aheadMax));
  }

  function sizeOf(service: WorldService, customer: WorldCustomer, dueMs: number, from: Random): string {
    if (service.reports !== 'level') return writeHundredths(drawQuantity(service, customer.divisor, from));
    const daysIn = Math.floor((dueMs - world.fromMs) / dayMs);
    return writeHundredths(drawLevel(service, customer.divisor, daysIn, from));
  }
  return {
    usage(ordinal) {
      const from = random.at(ordinal);
      const slot = schedule.slotOf(ordinal);
      const at = slot.customer(from);
      return make(`${anchor}.${ordinal}`, at, dueAt(slot, ordinal, from), from);
    },
    dueMs(ordinal) {
      const slot = schedule.slotOf(Math.min(ordinal, world.events - 1));
      const place = Math.min(ordinal - slot.first + 1, slot.count);
      return slot.fromMs + Math.ceil((place * slot.lengthMs) / Math.max(1, slot.count));
    },
    extra(label, untilMs) {
      const from = extraRandom.at(hashOf(label));
      const dueMs = world.fromMs + Math.floor((from.below(scale) / scale) * (untilMs - world.fromMs));
      return make(`${anchor}.${label}`, schedule.anyCustomer(from), dueMs, from);
    },
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

/** Starts of local months that lie in the world's span, and the UTC midnights beside them. */
function makeBoundaries({ fromMs, toMs }: World): (zone: string) => readonly number[] {
  const kept = new Map<string, number[]>();
  return (zone) => {
    const known = kept.get(zone);
    if (known !== undefined) return known;
    const moments: number[] = [];
    let month = monthAround(fromMs, zone);
    while (month.toMs < toMs) {
      moments.push(month.toMs, Math.floor(month.toMs / dayMs) * dayMs, month.toMs + dayMs);
      month = monthAround(month.toMs, zone);
    }
    // A span within one month has its local midnights: a day from the month's start on, where no clock changes.
    if (moments.length === 0) {
      for (let at = month.fromMs; at < toMs; at += dayMs) if (at > fromMs) moments.push(at);
    }
    kept.set(zone, moments);
    return moments;
  };
}

const secondTexts = Array.from({ length: 60 }, (_, number) => `${number}`.padStart(2, '0'));
const milliTexts = Array.from({ length: 1_000 }, (_, number) => `${number}`.padStart(3, '0'));

/** Writes events as the wire has them. Keeps the text of the last minute, which neighbours share. */
export function makeEventWriter(): (event: SimulatedEvent) => string {
  let minute = Number.NaN;
  let minuteText = '';
  function timeText(ms: number): string {
    const at = Math.floor(ms / minuteMs);
    if (at !== minute) {
      minute = at;
      minuteText = new Date(at * minuteMs).toISOString().slice(0, 17);
    }
    const rest = ms - at * minuteMs;
    const seconds = Math.floor(rest / 1_000);
    return `${minuteText}${secondTexts[seconds]}.${milliTexts[rest - seconds * 1_000]}Z`;
  }
  return ({ source, id, customerId, service, timeMs, quantity, amount, region, plan }) => {
    const money = amount === null ? '' : `","amount":"${amount}`;
    // Nothing in here needs escaping: all texts are ids of ours, or ids that an import made of names.
    return `{"source":"${source}","id":"${id}","customer_id":"${customerId}","service":"${service}","time":"${timeText(timeMs)}","quantity":"${quantity}${money}","properties":{"region":"${region}","plan":"${plan}"}}`;
  };
}
