/**
 * The whole of a simulation against a server: look for an earlier run, make the world and its records, send, and compare
 * with the oracle. It prints nothing and holds no clock: both are passed in.
 */
import { type AnalysisItem, checkAnalysis, checkCosts } from './check/check-costs.ts';
import { checkMeters, meteredOf } from './check/check-meters.ts';
import type { CheckParts } from './check/check-parts.ts';
import { checkStatements } from './check/check-statements.ts';
import { checkSamples, checkSuspense } from './check/check-stored.ts';
import { checkDays, checkSources } from './check/check-usage.ts';
import { countedApart, modelsFromMs } from './check/statement-catalog.ts';
import { type Comparison, compare, newComparison } from './difference.ts';
import { countStored } from './earlier-run.ts';
import type { HttpApi } from './http-api.ts';
import { makeOracle, type Oracle } from './oracle/oracle.ts';
import { makeOutcomeLedger, type OutcomeSummary } from './outcome-ledger.ts';
import type { Pace } from './pace.ts';
import type { RequestNote } from './report/run-watch.ts';
import { type Progress, passOver, runWaves } from './run-waves.ts';
import type { UsageSender } from './send-batch.ts';
import { makeKnown, setUpRecords } from './set-up.ts';
import { makeWaves, waveEvents } from './workload/waves.ts';
import type { World, WorldPrice } from './workload/world.ts';

export interface SimulationOptions {
  readonly world: World;
  readonly batchEvents: number;
  readonly batchesInFlight: number;
  /** Whether customers, services and prices are made first. */
  readonly setUp: boolean;
  /** Whether totals are asked for and compared. The answers to sendings always are. */
  readonly check: boolean;
  /**
   * Whether months are closed, events corrected and late ones sent, and every statement compared. Done only for a world of
   * its own that was never sent before: what is closed or corrected stays so, and the same world again would have other totals.
   */
  readonly statements: boolean;
  /** Prices that the server has, in place of the world's. */
  readonly knownPrices?: readonly WorldPrice[];
  /** The usage event to go on from; those before it were sent by an earlier run. */
  readonly fromEvent: number;
  readonly patienceMs: number;
}

export interface SimulationParts {
  /** Null: everything is sent as it stands. */
  readonly client: UsageSender | null;
  readonly api: HttpApi;
  readonly pace: Pace;
  readonly monotonicMs: () => number;
  sleep(ms: number): Promise<void>;
  /** Told before the first event is sent. */
  readonly onStart: (world: World, storedBefore: number) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onRequest: (note: RequestNote) => void;
  /** Told before each wave; `isLast` of the one that only repeats. */
  readonly onWave: (isLast: boolean) => Promise<void>;
  /** Told when everything is sent and before anything is asked. */
  readonly onSent: () => Promise<void>;
}

export interface SimulationReport {
  readonly world: World;
  readonly oracle: Oracle;
  readonly storedBefore: number;
  readonly outcomes: readonly OutcomeSummary[];
  readonly totalsChecked: boolean;
  readonly statementsChecked: boolean;
  /** What the server says of each customer; empty without `check`. */
  readonly analysis: ReadonlyMap<string, AnalysisItem>;
  readonly comparison: Comparison;
}

export async function runSimulation(
  options: SimulationOptions,
  parts: SimulationParts,
): Promise<SimulationReport> {
  const { world } = options;
  const { api, monotonicMs } = parts;
  if (options.setUp) await setUpRecords(api, world);
  const waves = makeWaves(world, { batchEvents: options.batchEvents, extras: true });
  const prices = options.knownPrices ?? world.prices;
  const oracle = makeOracle({
    ...world,
    prices,
    nowMs: world.toMs,
    moments: [modelsFromMs(world)],
    apart: options.statements ? countedApart(world) : [],
    keep: meteredOf(world),
  });
  const fromWave = Math.floor(options.fromEvent / waveEvents);
  passOver(waves, oracle, fromWave);
  const passed = oracle.counts.accepted;
  const storedBefore = await countStored(api, world);
  parts.onStart(world, storedBefore);

  const comparison = newComparison();
  const ledger = makeOutcomeLedger(comparison);
  let unsure = false;
  await runWaves({
    ...{ waves, oracle, ledger, fromWave, monotonicMs, usageTotal: world.events },
    sender: { ...parts, patienceMs: options.patienceMs },
    batchesInFlight: options.batchesInFlight,
    mayBeStored: storedBefore !== passed,
    pace: parts.pace,
    onWave: parts.onWave,
    onProgress: parts.onProgress,
    onRequest(note) {
      unsure ||= note.tries > 1;
      parts.onRequest(note);
    },
  });
  await parts.onSent();
  // After a try without an answer, an event may have been accepted unseen: then only the totals tell.
  if (!unsure) {
    const [expected, got] = [`${oracle.counts.accepted - storedBefore}`, `${ledger.accepted()}`];
    compare(comparison, { where: 'all sendings', field: 'accepted', expected, got });
  }
  const statementsChecked = options.statements && options.check && options.setUp && storedBefore === 0;
  const analysis = options.check
    ? await checkTotals(
        { world, oracle, api, comparison },
        { isOwn: options.setUp, statements: statementsChecked },
      )
    : new Map<string, AnalysisItem>();
  return {
    world,
    oracle,
    storedBefore,
    outcomes: ledger.summary(),
    totalsChecked: options.check,
    statementsChecked,
    analysis,
    comparison,
  };
}

async function checkTotals(
  parts: CheckParts,
  { isOwn, statements }: { isOwn: boolean; statements: boolean },
): Promise<ReadonlyMap<string, AnalysisItem>> {
  const { world, api } = parts;
  await checkSources(parts);
  await checkDays(parts);
  await checkSamples(parts);
  const known = {
    customers: new Set(world.customers.map(({ id }) => id)),
    services: new Set(world.services.map(({ name }) => name)),
  };
  await checkCosts(parts);
  const analysis = await checkAnalysis(parts);
  if (isOwn) {
    // Usage is matched the moment its record exists, the past included.
    const { customer, service } = await makeKnown(api, world);
    known.customers.add(customer);
    known.services.add(service);
  }
  await checkSuspense(parts, known);
  if (isOwn) await checkMeters(parts);
  // Months are closed and events corrected in there: a second run of the seed would find them so.
  if (statements) await checkStatements(parts);
  return analysis;
}
