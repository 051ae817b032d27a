/**
 * When how much happens, and who does it: divides a world's events over the span by the rhythm of each customer's day
 * and week, growth, bursts and outages. Any event's slot is found at once, so a run can begin anywhere.
 */
import { monthAround } from '../../time/zone.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { dayMs, type World } from './world.ts';

const hourMs = 60 * 60_000;
/** More slots would only cost time: a year in hours. */
const slotsMax = 8_784;

export interface Slot {
  readonly fromMs: number;
  readonly lengthMs: number;
  /** The ordinals of its events: [first, first + count). */
  readonly first: number;
  readonly count: number;
  /** Draws a customer by what each uses at the time. */
  customer(random: Random): number;
}

export interface Schedule {
  slotOf(ordinal: number): Slot;
  /** Draws a customer by its size alone. */
  anyCustomer(random: Random): number;
}

export function makeSchedule(world: World): Schedule {
  const { fromMs, toMs, events } = world;
  const lengthMs = slotLength(toMs - fromMs);
  const count = Math.max(1, Math.ceil((toMs - fromMs) / lengthMs));
  const weigh = makeWeigher(world);
  const totals = new Float64Array(count);
  for (let at = 0; at < count; at += 1) totals[at] = weigh(fromMs + at * lengthMs).total;
  const firsts = divide(events, totals);
  let kept: { at: number; slot: Slot } | null = null;

  function make(at: number): Slot {
    const startMs = fromMs + at * lengthMs;
    const first = firsts[at] ?? 0;
    const { weights } = weigh(startMs);
    return {
      fromMs: startMs,
      lengthMs: Math.min(lengthMs, toMs - startMs),
      ...{ first, count: (firsts[at + 1] ?? events) - first },
      customer: makePick(weights),
    };
  }
  return {
    anyCustomer: makePick(Float64Array.from(world.customers, ({ weight }) => weight)),
    slotOf(ordinal) {
      if (kept !== null && ordinal >= kept.slot.first && ordinal < kept.slot.first + kept.slot.count) {
        return kept.slot;
      }
      const at = lastNotAfter(firsts, ordinal);
      kept = { at, slot: make(at) };
      return kept.slot;
    },
  };
}

/** A quarter of an hour in a span of a day or two, else whole hours. */
function slotLength(spanMs: number): number {
  return spanMs <= 2 * dayMs ? hourMs / 4 : Math.ceil(spanMs / slotsMax / hourMs) * hourMs;
}

/** Cumulative, and exact at the end: the first ordinal of each slot, and the number of events behind the last. */
function divide(events: number, weights: Float64Array): Float64Array {
  let sum = 0;
  for (const weight of weights) sum += weight;
  const firsts = new Float64Array(weights.length + 1);
  let before = 0;
  for (let at = 0; at < weights.length; at += 1) {
    firsts[at] = sum > 0 ? Math.min(events, Math.floor((before / sum) * events)) : 0;
    before += weights[at] ?? 0;
  }
  firsts[weights.length] = events;
  return firsts;
}

/** The last slot that begins at or before the ordinal; empty slots before it begin there too. */
function lastNotAfter(firsts: Float64Array, ordinal: number): number {
  let [low, high] = [0, firsts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((firsts[middle] ?? 0) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Walker's alias method: one draw and one comparison, however many customers there are. */
function makePick(weights: Float64Array): (random: Random) => number {
  const { length } = weights;
  let sum = 0;
  for (const weight of weights) sum += weight;
  const share = Float64Array.from(weights, (weight) => (sum > 0 ? (weight * length) / sum : 1));
  const other = new Uint32Array(length);
  const [small, large]: [number[], number[]] = [[], []];
  for (let at = 0; at < length; at += 1) ((share[at] ?? 0) < 1 ? small : large).push(at);
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop() as number, large.at(-1) as number];
    other[less] = more;
    share[more] = (share[more] ?? 0) - (1 - (share[less] ?? 0));
    if ((share[more] ?? 0) < 1) small.push(large.pop() as number);
  }
  for (const rest of [...small, ...large]) share[rest] = 1;
  const scale = 2 ** 32;
  return (random) => {
    const at = random.below(length);
    return random.below(scale) / scale < (share[at] ?? 1) ? at : (other[at] ?? at);
  };
}

function makeWeigher(world: World): (atMs: number) => { weights: Float64Array; total: number } {
  const { scenario, customers, fromMs, toMs } = world;
  const { length } = customers;
  const zones = [...new Set(customers.map(({ zone }) => zone))];
  const zoneOf = Uint16Array.from(customers, ({ zone }) => zones.indexOf(zone));
  const [base, fromOf, untilOf] = (['weight', 'fromMs', 'untilMs'] as const).map((member) =>
    Float64Array.from(customers, (customer) => customer[member]),
  ) as [Float64Array, Float64Array, Float64Array];
  const weights = new Float64Array(length);
  const offsetAt = makeOffsets();
  return (atMs) => {
    const common = isOut(scenario, toMs, atMs) ? 0 : growthAt(scenario, (atMs - fromMs) / (toMs - fromMs));
    const rhythms = Float64Array.from(
      zones,
      (zone) => common * rhythmAt(scenario, atMs + offsetAt(zone, atMs)),
    );
    const bursts = scenario.bursts.filter((burst) => covers(burst, toMs, atMs));
    let total = 0;
    for (let at = 0; at < length; at += 1) {
      const isActive = atMs >= (fromOf[at] as number) && atMs < (untilOf[at] as number);
      let weight = isActive ? (base[at] as number) * (rhythms[zoneOf[at] as number] as number) : 0;
      for (const { oneIn, factor } of bursts) if (at % oneIn === 0) weight *= factor;
      weights[at] = weight;
      total += weight;
    }
    return { weights, total };
  };
}

function growthAt({ growthHundredths }: Scenario, part: number): number {
  return 1 + (growthHundredths / 100) * part;
}

function covers(
  { daysBeforeEnd, hours }: { daysBeforeEnd: number; hours: number },
  toMs: number,
  atMs: number,
) {
  const startMs = toMs - daysBeforeEnd * dayMs;
  return atMs >= startMs && atMs < startMs + hours * hourMs;
}

function isOut({ outages }: Scenario, toMs: number, atMs: number): boolean {
  return outages.some((outage) => covers(outage, toMs, atMs));
}

/** Busiest at two in the afternoon, quietest twelve hours later; `localMs` is what the customer's clock shows. */
function rhythmAt({ nightHundredths, weekendHundredths }: Scenario, localMs: number): number {
  const hour = Math.floor(localMs / hourMs) % 24;
  const distance = Math.min(Math.abs(hour - 14), 24 - Math.abs(hour - 14));
  const night = nightHundredths / 100;
  const weekday = (Math.floor(localMs / dayMs) + 4) % 7;
  const weekend = weekday === 0 || weekday === 6 ? weekendHundredths / 100 : 1;
  return (night + ((1 - night) * (12 - distance)) / 12) * weekend;
}

/** The zone's distance from UTC at the start of the local month: near enough for a rhythm, an hour off at most. */
function makeOffsets(): (zone: string, atMs: number) => number {
  const kept = new Map<string, { fromMs: number; toMs: number; offset: number }>();
  return (zone, atMs) => {
    const known = kept.get(zone);
    if (known !== undefined && atMs >= known.fromMs && atMs < known.toMs) return known.offset;
    const { fromMs, toMs } = monthAround(atMs, zone);
    // The month starts at local midnight: what is missing to a whole UTC day is the offset.
    const sinceMidnight = ((fromMs % dayMs) + dayMs) % dayMs;
    const offset = sinceMidnight <= dayMs / 2 ? -sinceMidnight : dayMs - sinceMidnight;
    kept.set(zone, { fromMs, toMs, offset });
    return offset;
  };
}
