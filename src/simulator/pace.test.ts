import { expect, test } from 'vitest';
import { makePace, spanAt } from './pace.ts';
import { findScenario } from './scenarios/scenario-list.ts';
import type { Scenario } from './workload/scenario.ts';
import { beginsMs, makeWaves } from './workload/waves.ts';
import { makeWorld } from './workload/world.ts';

const day = 86_400_000;

test('a span ends when the simulated clock meets the one on the wall', () => {
  const nowMs = Date.UTC(2026, 10, 24);
  // At the clock's own speed it begins now; sixty times as fast a day takes 24 minutes and ends then.
  expect(spanAt(1, nowMs, day)).toEqual({ fromMs: nowMs, toMs: nowMs + day });
  expect(spanAt(60, nowMs, day)).toEqual({ fromMs: nowMs - day + 1_440_000, toMs: nowMs + 1_440_000 });
});

test('it waits for what is not due yet, and for nothing else', async () => {
  let nowMs = 500;
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    nowMs += ms;
  };
  const pace = makePace({ speed: 60, fromMs: 1_000_000, startedMs: 500, monotonicMs: () => nowMs, sleep });
  await pace.until(1_060_000);
  await pace.until(1_030_000);
  await pace.until(1_120_000);
  expect(waits).toEqual([1_000, 1_000]);
});

test('a run that is taken up goes on at once, and then at its speed', async () => {
  const scenario = findScenario('steady') as Scenario;
  const toMs = Date.UTC(2026, 10, 24, 10);
  const world = makeWorld({ scenario, seed: 1, events: 40_000, customers: 10, days: 4, toMs });
  const waves = makeWaves(world, { batchEvents: 100, extras: false });
  const slept: number[] = [];
  const pace = makePace({
    ...{ speed: 60, fromMs: beginsMs(world, 23_000), startedMs: 1_000, monotonicMs: () => 1_000 },
    sleep: async (ms) => void slept.push(ms),
  });
  const wave = waves.make(2);
  await pace.until(wave.dueMs(1));
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(1_000);
  await pace.until(wave.dueMs(5_000));
  expect(slept.at(-1)).toBeCloseTo((wave.dueMs(5_000) - wave.dueMs(0)) / 60, 5);
  expect(beginsMs(world, 9_999)).toBe(world.fromMs);
});
