/**
 * `countinghouse simulate`: sends a seeded simulation to a running server, or to one that it starts and kills, and checks
 * every answer; or writes it to a file.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BillingClient } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import { startChaos } from '../simulator/chaos/chaos.ts';
import { findEarlierEnd } from '../simulator/earlier-run.ts';
import { type HttpApi, makeHttpApi } from '../simulator/http-api.ts';
import { fullSpeed, makePace, type Pace, spanAt } from '../simulator/pace.ts';
import { reportPage } from '../simulator/report/report-page.ts';
import { makeRunWatch } from '../simulator/report/run-watch.ts';
import { runSimulation } from '../simulator/run-simulation.ts';
import { beginsMs, waveEvents } from '../simulator/workload/waves.ts';
import { dayMs, makeWorld, type World } from '../simulator/workload/world.ts';
import type { Command } from './command.ts';
import { waitForInterruption } from './interruption.ts';
import { reportFailure } from './report-failure.ts';
import { help, readArguments, type SimulateOptions } from './simulate-options.ts';
import {
  describeArguments,
  describeComparison,
  describeOutcomes,
  describeRequests,
  describeScenarios,
  describeWorld,
  progressPrinter,
} from './simulation-text.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { writeSimulation } from './write-simulation.ts';

const monotonicMs = () => performance.now();
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The span ends at the present, or where an earlier run of the seed ended. */
async function findWorld(options: SimulateOptions, api: HttpApi | null): Promise<World> {
  const { scenario, seed, days, speed } = options;
  const nowMs = Date.now();
  const earlier = api === null ? null : await findEarlierEnd(api, `${scenario.name}-${seed}`);
  const paced = speed === null ? nowMs : spanAt(speed, nowMs, days * dayMs).toMs;
  return makeWorld({ ...options, toMs: options.endMs ?? earlier ?? paced });
}

interface Hooks {
  readonly patienceMs: number;
  onStart(): void;
  onWave(isLast: boolean): Promise<void>;
  onSent(): Promise<void>;
}

const noHooks: Hooks = { patienceMs: 0, onStart: () => {}, onWave: async () => {}, onSent: async () => {} };

async function runOnServer(
  options: SimulateOptions,
  url: string,
  terminal: Terminal,
  hooks: Hooks = noHooks,
): Promise<number> {
  const api = makeHttpApi(url, readApiKey());
  await api.request('GET', '/health').catch((cause: unknown) => {
    throw new Error(`no server at ${url}: start one with countinghouse serve`, { cause });
  });
  const client = options.throughClient ? new BillingClient({ baseUrl: url }) : null;
  const watch = makeRunWatch();
  const stop = watchForStop();
  const tell = progressPrinter(terminal);
  const skipped = Math.floor(options.fromEvent / waveEvents) * waveEvents;
  let usageSent = skipped;
  try {
    const world = await findWorld(options, api);
    const report = await runSimulation(
      { ...options, world, batchEvents: batchAt(options), patienceMs: hooks.patienceMs },
      {
        ...{ client, api, monotonicMs, sleep, onWave: hooks.onWave, onSent: hooks.onSent },
        pace: paceOf(options, world),
        onStart(...told) {
          terminal.print(describeWorld(...told));
          hooks.onStart();
        },
        onProgress(progress) {
          usageSent = skipped + progress.usage;
          tell(progress);
        },
        onRequest(note) {
          watch.add(note);
          stop.check();
        },
      },
    );
    terminal.print(`\n${describeOutcomes(report)}\n\n${describeRequests(watch.summary())}`);
    terminal.print(describeComparison(report));
    if (options.statements && !report.statementsChecked)
      terminal.print('Statements not checked: the server has events of an earlier run; use another seed.');
    if (report.comparison.different === 0) terminal.print(`The same again: ${describeArguments(world)}`);
    if (options.report !== null) {
      await writeFile(options.report, reportPage({ report, run: watch.summary() }));
      terminal.print(`Report: ${options.report}`);
    }
    return report.comparison.different === 0 ? 0 : 1;
  } catch (error) {
    if (usageSent > 0)
      terminal.print(`To go on from here, with the same arguments: --from-event ${usageSent}`);
    if (error instanceof Stopped) return exitInterrupted;
    throw error;
  } finally {
    stop.forget();
    await client?.close();
  }
}

/** A batch at the speed of a clock holds what happens in a second; at full speed, as much as it may. */
function batchAt({ speed, events, days, batchEvents }: SimulateOptions): number {
  if (speed === null) return batchEvents;
  return Math.min(batchEvents, Math.max(1, Math.ceil((events * speed * 1_000) / (days * dayMs))));
}

/** A run that is taken up goes on at once: what was sent before is not lived through again. */
function paceOf({ speed, fromEvent }: SimulateOptions, world: World): Pace {
  if (speed === null) return fullSpeed;
  const fromMs = beginsMs(world, fromEvent);
  return makePace({ speed, fromMs, startedMs: monotonicMs(), monotonicMs, sleep });
}

class Stopped extends Error {}
const exitInterrupted = 130;

/** Ctrl-C ends a run behind the request that is on its way. */
function watchForStop() {
  const interruption = waitForInterruption();
  let isStopped = false;
  void interruption.asked.then(() => {
    isStopped = true;
  });
  return {
    check() {
      if (isStopped) throw new Stopped('stopped');
    },
    forget: () => interruption.forget(),
  };
}

const patienceMs = 60_000;
const executable = fileURLToPath(new URL('../../bin/countinghouse.cjs', import.meta.url));

/** About so many kills in a run, however large it is, but not more often than the server can start. */
const killsInRun = 4;

async function runInChaos(options: SimulateOptions, terminal: Terminal): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), 'countinghouse-chaos-'));
  // A short run needs requests enough for something to happen to them.
  const batchEvents = Math.min(options.batchEvents, Math.max(10, Math.ceil(options.events / 100)));
  const requests = Math.ceil((options.events * 1.15) / batchEvents);
  try {
    const chaos = await startChaos({
      seed: options.seed,
      server: { command: process.execPath, args: [executable, 'serve', '--port', '0', '--data', data] },
      piecesBetweenKills: Math.max(10, Math.ceil((requests * 2) / killsInRun)),
    });
    try {
      const code = await runOnServer({ ...options, batchEvents, throughClient: false }, chaos.url, terminal, {
        patienceMs,
        onStart: () => chaos.begin(),
        // What is repeated at the end is repeated after a restart.
        onWave: async (isLast) => (isLast ? await chaos.restart() : undefined),
        onSent: () => chaos.end(),
      });
      const { kills, cuts, delays } = chaos.counts();
      terminal.print(`Chaos: ${kills} kills, ${cuts} cut connections, ${delays} delays.`);
      return code;
    } finally {
      // Where the server did not come back, this fails with the reason, which says more than a request without an answer.
      await chaos.close();
    }
  } finally {
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const simulate: Command = {
  name: 'simulate',
  summary: 'send seeded usage to a running server and check every answer',
  help,
  async run(args) {
    const terminal = makeTerminal(process.stdout);
    try {
      const options = readArguments(args);
      if (options === 'help') terminal.print(help.trimEnd());
      else if (options === 'list') terminal.print(describeScenarios());
      else if (options.out !== null) await writeSimulation(options, options.out);
      else if (options.chaos) return await runInChaos(options, terminal);
      else return await runOnServer(options, options.url, terminal);
      return 0;
    } catch (error) {
      return reportFailure('simulate', error, makeTerminal(process.stderr));
    }
  },
};
