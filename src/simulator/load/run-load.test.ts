import { expect, test } from 'vitest';
import { makeRunWatch } from '../report/run-watch.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

const answer = (accepted: number) => ({
  status: 200,
  text: JSON.stringify({ accepted, duplicates: 0, conflicts: 0, rejected: 0, results: [] }),
});

/** A clock that only waiting moves; a server that answers each request after a time of its own. */
function simulatedLoad(options: LoadOptions, answerMs: (turn: number) => number, status = 200) {
  let nowMs = 0;
  const timers: { atMs: number; go: () => void }[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => timers.push({ atMs: nowMs + ms, go: resolve }));
  const watch = makeRunWatch();
  let turn = 0;
  const run = runLoad(options, {
    nextBody: () => '[]',
    async post() {
      turn += 1;
      await sleep(answerMs(turn));
      return { ...answer(options.batchEvents), status };
    },
    watch,
    monotonicMs: () => nowMs,
    sleep,
    onSecond: () => {},
    stopped: () => false,
  });
  async function passTime(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      timers.sort((one, other) => one.atMs - other.atMs);
      const next = timers.shift();
      if (next === undefined) return;
      nowMs = Math.max(nowMs, next.atMs);
      next.go();
    }
  }
  return passTime()
    .then(() => run)
    .then((counts) => ({ counts, summary: watch.summary() }));
}

test('an open loop counts the time that requests waited behind a stall', async () => {
  const options = { batchEvents: 10, connections: 1, durationMs: 2_000, rate: 100 };
  // Twenty requests are due, one each 100 ms; the third takes a second.
  const { counts, summary } = await simulatedLoad(options, (turn) => (turn === 3 ? 1_000 : 1));
  expect(counts).toMatchObject({ requests: 20, accepted: 200, unsent: 0 });
  expect(summary.maxMs).toBeGreaterThanOrEqual(1_000);
  // Those that were due meanwhile were late too: ten of twenty, not one.
  expect(summary.p50Ms).toBeGreaterThan(1);
  expect(summary.p90Ms).toBeGreaterThan(700);
});

test('a closed loop sends as fast as it is answered, on each connection', async () => {
  const options = { batchEvents: 5, connections: 2, durationMs: 1_000, rate: null };
  const { counts, summary } = await simulatedLoad(options, () => 100);
  expect(counts).toMatchObject({ requests: 20, accepted: 100 });
  expect(Math.abs((summary.p99Ms as number) - 100)).toBeLessThan(3);
});

test('what was due and could not be sent in time is told', async () => {
  const options = { batchEvents: 1, connections: 1, durationMs: 1_000, rate: 10 };
  const { counts } = await simulatedLoad(options, () => 400);
  expect(counts).toMatchObject({ requests: 3, unsent: 7 });
});

test('errors are counted by kind, and their events are not', async () => {
  const options = { batchEvents: 1, connections: 1, durationMs: 1_000, rate: 10 };
  const { counts, summary } = await simulatedLoad(options, () => 1, 503);
  expect([...counts.errors]).toEqual([['status 503', 10]]);
  expect([counts.accepted, summary.events]).toEqual([0, 0]);
});
