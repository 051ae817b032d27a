/**
 * The whole of a simulation: look for an earlier run, plan, make the records, send, and compare with the oracle.
 * It prints nothing and holds no clock: both are passed in.
 */
import { checkOutcomes, type OutcomeSummary } from './check-outcomes.ts';
import { type CustomerReport, checkTotals, type UsageReader } from './check-totals.ts';
import { type Comparison, newComparison } from './difference.ts';
import { countStored, findEarlierAnchor } from './earlier-run.ts';
import type { HttpApi } from './http-api.ts';
import { type Expectation, expectAnswers } from './oracle/expect.ts';
import { type Progress, runPlan, type UsageSender } from './run-plan.ts';
import { setUpRecords } from './set-up.ts';
import { makePlan } from './workload/make-plan.ts';
import { allSendings, type Plan, type PlannedCustomer } from './workload/plan.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly customers: readonly PlannedCustomer[];
  readonly events: number;
  readonly batchEvents: number;
  /** Whether customers, services and prices are made first. */
  readonly setUp: boolean;
  /** Whether totals are asked for and compared. The answers to sendings always are. */
  readonly check: boolean;
}

export interface SimulationParts {
  readonly client: UsageSender & UsageReader;
  readonly api: HttpApi;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Told before the first event is sent. */
  readonly onPlan: (plan: Plan, expectation: Expectation, storedBefore: number) => void;
  readonly onProgress: (progress: Progress) => void;
}

export interface SimulationReport {
  readonly plan: Plan;
  readonly expectation: Expectation;
  readonly storedBefore: number;
  readonly outcomes: readonly OutcomeSummary[];
  readonly totalsChecked: boolean;
  /** Empty without `check`. */
  readonly customers: readonly CustomerReport[];
  readonly comparison: Comparison;
}

const batchesInFlight = 4;

export async function runSimulation(
  options: SimulationOptions,
  parts: SimulationParts,
): Promise<SimulationReport> {
  const { api, client } = parts;
  const nowMs = parts.nowMs();
  const anchorMs = (await findEarlierAnchor(api, options.seed)) ?? nowMs;
  const plan = makePlan({ ...options, nowMs, anchorMs });
  const expectation = expectAnswers({ ...plan, sendings: allSendings(plan) });
  const storedBefore = await countStored(api, plan);
  if (options.setUp) await setUpRecords(api, plan);
  parts.onPlan(plan, expectation, storedBefore);

  const { onProgress, monotonicMs } = parts;
  const observed = await runPlan({ plan, sender: client, api, batchesInFlight, onProgress, monotonicMs });
  const comparison = newComparison();
  const outcomes = checkOutcomes(comparison, { plan, expectation, observed, storedBefore });
  const customers = options.check
    ? await checkTotals(comparison, { plan, expectation, api, reader: client })
    : [];
  return { plan, expectation, storedBefore, outcomes, totalsChecked: options.check, customers, comparison };
}
