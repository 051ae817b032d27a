/**
 * `countinghouse simulate`: sends a seeded simulation to a running server, or to one that it starts and kills, and checks
 * every answer; or writes it to a file.
 */
import { BillingClient } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import { findEarlierEnd } from '../simulator/earlier-run.ts';
import { type HttpApi, makeHttpApi } from '../simulator/http-api.ts';
import { fullSpeed, makePace, spanAt } from '../simulator/pace.ts';
import { runSimulation } from '../simulator/run-simulation.ts';
import { dayMs, makeWorld, type World } from '../simulator/workload/world.ts';
import type { Command } from './command.ts';
import { reportFailure } from './report-failure.ts';
import { help, readArguments, type SimulateOptions } from './simulate-options.ts';
import {
  describeArguments,
  describeComparison,
  describeOutcomes,
  describeScenarios,
  describeWorld,
  progressPrinter,
} from './simulation-text.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

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

async function runOnServer(options: SimulateOptions, url: string, terminal: Terminal): Promise<number> {
  const api = makeHttpApi(url, readApiKey());
  await api.request('GET', '/health').catch((cause: unknown) => {
    throw new Error(`no server at ${url}: start one with countinghouse serve`, { cause });
  });
  const client = options.throughClient ? new BillingClient({ baseUrl: url }) : null;
  try {
    const world = await findWorld(options, api);
    const { speed } = options;
    const startedMs = monotonicMs();
    const pace =
      speed === null ? fullSpeed : makePace({ speed, fromMs: world.fromMs, startedMs, monotonicMs, sleep });
    const report = await runSimulation(
      { ...options, world, patienceMs: 0 },
      {
        ...{ client, api, pace, monotonicMs, sleep },
        onStart: (...told) => terminal.print(describeWorld(...told)),
        onProgress: progressPrinter(terminal),
        onRequest: () => {},
        onSent: async () => {},
      },
    );
    terminal.print(`\n${describeOutcomes(report)}\n\n${describeComparison(report)}`);
    if (report.comparison.different === 0) terminal.print(`The same again: ${describeArguments(world)}`);
    return report.comparison.different === 0 ? 0 : 1;
  } finally {
    await client?.close();
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
      else return await runOnServer(options, options.url, terminal);
      return 0;
    } catch (error) {
      return reportFailure('simulate', error, makeTerminal(process.stderr));
    }
  },
};
