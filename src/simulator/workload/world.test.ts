import { expect, test } from 'vitest';
import { scenarios } from '../scenarios/scenario-list.ts';
import { randomFrom } from './random.ts';
import { ordinary, type Scenario } from './scenario.ts';
import { makeSchedule } from './schedule.ts';
import { dayMs, makeWorld } from './world.ts';

const toMs = Date.UTC(2026, 10, 24);
const base: Scenario = { ...ordinary, name: 'test', summary: 'for a test', growthHundredths: 0 };

const worldOf = (change: Partial<Scenario>, events = 100_000) => {
  const scenario = { ...base, ...change };
  return makeWorld({ scenario, seed: 1, events, customers: scenario.customers, days: scenario.days, toMs });
};

/** How many events each stretch of so many hours has. */
function histogram(change: Partial<Scenario>, hours: number): number[] {
  const world = worldOf(change);
  const schedule = makeSchedule(world);
  const counts = new Array<number>(Math.ceil((world.toMs - world.fromMs) / (hours * 3_600_000))).fill(0);
  for (let ordinal = 0; ordinal < world.events; ) {
    const slot = schedule.slotOf(ordinal);
    const at = Math.floor((slot.fromMs - world.fromMs) / (hours * 3_600_000));
    counts[at] = (counts[at] ?? 0) + slot.count;
    ordinal = slot.first + slot.count;
  }
  return counts;
}

const one = { zones: ['UTC'], newcomersOfHundred: 0, leaversOfHundred: 0, days: 14 };

test('days are busy and nights are quiet, where the customer is', () => {
  const hours = histogram({ ...one, zones: ['Asia/Tokyo'], weekendHundredths: 100 }, 1);
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    hours.filter((__, at) => at % 24 === hour).reduce((a, b) => a + b),
  );
  // 14:00 in Tokyo is 05:00 in UTC; 02:00 is 17:00.
  expect(byHour.indexOf(Math.max(...byHour))).toBe(5);
  expect((byHour[17] as number) / (byHour[5] as number)).toBeCloseTo(0.15, 1);
});

test('the weekend is quieter by as much as the scenario says', () => {
  const days = histogram(one, 24);
  const isWeekend = (at: number) => [0, 6].includes(new Date(toMs - (14 - at) * dayMs).getUTCDay());
  const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b) / numbers.length;
  const [weekend, working] = [true, false].map((which) =>
    mean(days.filter((_, at) => isWeekend(at) === which)),
  );
  expect((weekend as number) / (working as number)).toBeCloseTo(0.45, 1);
});

test('a burst is that much, an outage is nothing, growth goes up', () => {
  const flat = { ...one, nightHundredths: 100, weekendHundredths: 100 };
  const burst = histogram({ ...flat, bursts: [{ daysBeforeEnd: 7, hours: 24, factor: 5, oneIn: 1 }] }, 24);
  expect((burst[7] as number) / (burst[6] as number)).toBeCloseTo(5, 1);
  expect(histogram({ ...flat, outages: [{ daysBeforeEnd: 7, hours: 24 }] }, 24)[7]).toBe(0);
  const grown = histogram({ ...flat, growthHundredths: 100 }, 24);
  expect((grown[13] as number) / (grown[0] as number)).toBeCloseTo(1.9, 1);
});

test('few customers are large and many small, and newcomers and leavers use nothing outside of their time', () => {
  const world = worldOf({ customers: 500, newcomersOfHundred: 20, leaversOfHundred: 10 });
  const weights = world.customers.map(({ weight }) => weight).sort((a, b) => b - a);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b);
  expect(sum(weights.slice(0, 50)) / sum(weights)).toBeGreaterThan(0.8);
  const newcomers = world.customers.filter(({ fromMs }) => fromMs > world.fromMs);
  const leavers = world.customers.filter(({ untilMs }) => untilMs < world.toMs);
  expect(newcomers.length).toBeGreaterThan(60);
  expect(leavers.length).toBeGreaterThan(25);
  const schedule = makeSchedule(world);
  const random = randomFrom(1, 'who');
  for (let ordinal = 0; ordinal < world.events; ordinal += 97) {
    const slot = schedule.slotOf(ordinal);
    const customer = world.customers[slot.customer(random.at(ordinal))];
    expect(customer && slot.fromMs >= customer.fromMs && slot.fromMs < customer.untilMs).toBe(true);
  }
});

test('the slots hold all events, each once', () => {
  const world = worldOf({}, 1_237);
  const schedule = makeSchedule(world);
  let next = 0;
  while (next < world.events) {
    const slot = schedule.slotOf(next);
    expect(slot.first).toBe(next);
    next += slot.count;
  }
  expect(next).toBe(1_237);
});

test('every scenario has a name of its own and makes a world', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(12);
  for (const scenario of scenarios) {
    const world = makeWorld({
      scenario,
      seed: 2,
      events: 10,
      customers: scenario.customers,
      days: scenario.days,
      toMs,
    });
    expect(world.prices.length).toBeGreaterThan(world.services.length - 1);
  }
});
