import type { EventResult, IngestAnswer } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { checkOutcomes } from './check-outcomes.ts';
import { newComparison } from './difference.ts';
import { expectAnswers } from './oracle/expect.ts';
import { judge } from './oracle/judge.ts';
import { type Progress, runPlan } from './run-plan.ts';
import { makeCustomers } from './workload/customers.ts';
import { makePlan } from './workload/make-plan.ts';
import { allSendings } from './workload/plan.ts';

const nowMs = Date.UTC(2026, 10, 24, 10);
const plan = makePlan({
  seed: 3,
  customers: makeCustomers(3, 5),
  events: 100,
  batchEvents: 10,
  nowMs,
  anchorMs: nowMs,
});

/** Answers as the server would, listing only what was not simply accepted, after a turn of the event loop. */
function makeAnswerer() {
  const seen: { body: unknown }[] = [];
  let [now, most] = [0, 0];
  async function answer(bodies: readonly unknown[]): Promise<IngestAnswer> {
    now += 1;
    most = Math.max(most, now);
    seen.push(...bodies.map((body) => ({ body })));
    const { verdicts } = judge({ ...plan, sendings: seen });
    const results = verdicts
      .slice(-bodies.length)
      .map(
        ({ warning, ...verdict }, index): EventResult => ({
          index,
          ...verdict,
          warnings: warning ? [warning] : [],
        }),
      )
      .filter(({ status, warnings }) => status !== 'accepted' || warnings?.length !== 0);
    await new Promise(setImmediate);
    now -= 1;
    return { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results };
  }
  return { answer, mostInFlight: () => most };
}

test('every sending gets the answer that the server gave to it, with several batches in flight', async () => {
  const { answer, mostInFlight } = makeAnswerer();
  const progress: Progress[] = [];
  let clockMs = 0;
  const observed = await runPlan({
    plan,
    sender: { sendUsage: answer },
    api: {
      request: async (_method, _path, body) => ({ status: 200, body: await answer(body as unknown[]) }),
    },
    batchesInFlight: 3,
    onProgress: (one) => progress.push(one),
    monotonicMs: () => (clockMs += 100),
  });
  const comparison = newComparison();
  const expectation = expectAnswers({ ...plan, sendings: allSendings(plan) });
  checkOutcomes(comparison, { plan, expectation, observed, storedBefore: 0 });
  expect(comparison.differences).toEqual([]);
  expect(mostInFlight()).toBe(3);
  expect(progress.at(-1)).toMatchObject({ sent: allSendings(plan).length, total: allSendings(plan).length });
  expect(progress[0]?.perSecond).toBeGreaterThan(0);
});

test('a refused batch ends the run with what the server said', async () => {
  const run = runPlan({
    plan,
    sender: { sendUsage: makeAnswerer().answer },
    api: { request: async () => ({ status: 503, body: { code: 'busy' } }) },
    batchesInFlight: 1,
    onProgress: () => {},
    monotonicMs: () => 0,
  });
  await expect(run).rejects.toThrow('answered 503: {"code":"busy"}');
});
