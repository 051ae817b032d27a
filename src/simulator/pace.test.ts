import { expect, test } from 'vitest';
import { makePace, spanAt } from './pace.ts';

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
