/** A small simulation against a running server, in the test's own process, with the way to the server in the test's hands. */
import { describeDifference } from '../../src/simulator/difference.ts';
import type { HttpApi } from '../../src/simulator/http-api.ts';
import { fullSpeed } from '../../src/simulator/pace.ts';
import { runSimulation, type SimulationReport } from '../../src/simulator/run-simulation.ts';
import type { Scenario } from '../../src/simulator/workload/scenario.ts';
import { makeWorld, type World } from '../../src/simulator/workload/world.ts';

export interface Simulated {
  readonly world: World;
  readonly report: SimulationReport;
  /** Each difference as it is told. */
  readonly differences: readonly string[];
}

export async function simulateHere(
  api: HttpApi,
  options: { scenario: Scenario; seed: number; events: number; customers: number },
): Promise<Simulated> {
  const world = makeWorld({ ...options, days: options.scenario.days, toMs: Date.now() });
  const report = await runSimulation(
    {
      world,
      batchEvents: 25,
      batchesInFlight: 4,
      setUp: true,
      check: true,
      statements: false,
      fromEvent: 0,
      patienceMs: 0,
    },
    {
      ...{ client: null, api, pace: fullSpeed, monotonicMs: () => performance.now() },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onStart: () => {},
      onProgress: () => {},
      onRequest: () => {},
      onWave: async () => {},
      onSent: async () => {},
    },
  );
  const differences = report.comparison.first.map((one) => describeDifference(world.seed, one));
  return { world, report, differences };
}
