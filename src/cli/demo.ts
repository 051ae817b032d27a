/**
 * `countinghouse demo`: a server on a data folder of its own, filled by the simulator and checked by the oracle.
 * The folder is removed at the end: nothing of a demo is kept.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { RunningServer } from '../compose.ts';
import { defaultConfig } from '../config.ts';
import { type HttpApi, makeHttpApi, readAllPages } from '../simulator/http-api.ts';
import { fullSpeed } from '../simulator/pace.ts';
import { runSimulation, type SimulationReport } from '../simulator/run-simulation.ts';
import { sampleDay } from '../simulator/scenarios/scenario-list.ts';
import { type KnownCustomer, makeWorld, type WorldPrice } from '../simulator/workload/world.ts';
import type { Command } from './command.ts';
import { describeCustomers, describeNextSteps } from './demo-text.ts';
import { isPortFree } from './free-port.ts';
import { makeImportCustomers } from './import-customers.ts';
import { systemParts } from './import-parts.ts';
import { makeImportServices } from './import-services.ts';
import { type Interruption, waitForInterruption } from './interruption.ts';
import { reportFailure } from './report-failure.ts';
import { describeComparison, describeOutcomes, describeWorld, progressPrinter } from './simulation-text.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { readWholeNumber } from './whole-number.ts';

const help = `Usage: countinghouse demo [options]

Starts a server on a fresh data folder, imports the sample customers and services, sends a simulated day of
usage with repeats, conflicts and invalid records among it, compares every answer and every total with what
an independent calculation expects, and shows the result. The server stays up until Ctrl-C; its data is
removed then.

Options:
  --once      stop after the report
  --port N    where to listen; when it is taken, a free one is used  (default 8787)
  --seed N    what to simulate: the same seed, the same usage        (default 1)
  --events N  valid usage events, 1 to 100000                        (default 2000)
  --help      this text

Exit code: 0 when all agrees, 1 on any difference, 2 for wrong usage.

Examples:
  countinghouse demo
  countinghouse demo --once --seed 42 --events 20000
`;

const host = '127.0.0.1';
const customersSimulated = 25;
const exitInterrupted = 130;

interface DemoOptions {
  readonly once: boolean;
  readonly port: number;
  readonly seed: number;
  readonly events: number;
}

function readArguments(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: '8787' },
      seed: { type: 'string', default: '1' },
      events: { type: 'string', default: '2000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    once: values.once,
    port: readWholeNumber('port', values.port, 0, 65_535),
    seed: readWholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    events: readWholeNumber('events', values.events, 1, 100_000),
  };
}

async function choosePort(wanted: number, terminal: Terminal): Promise<number> {
  if (wanted === 0 || (await isPortFree(host, wanted))) return wanted;
  terminal.print(`Port ${wanted} is taken: using a free one.`);
  return 0;
}

/** Examples lie in the package's root, two folders up from the built command as from its source. */
function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
}

/** With the server's own token, here and below: a key in the environment is for another server. */
async function importSamples({ url, localToken }: RunningServer): Promise<void> {
  const parts = systemParts();
  const connect: typeof parts.connect = (target) => parts.connect({ ...target, key: localToken });
  const samples = [
    { command: makeImportCustomers(() => ({ ...parts, connect })), file: 'customers.csv' },
    { command: makeImportServices(() => ({ ...parts, connect })), file: 'services.json' },
  ];
  for (const { command, file } of samples) {
    const code = await command.run([exampleFile(file), '--url', url]);
    if (code !== 0) throw new Error(`the sample file ${file} could not be imported`);
  }
}

interface ListedCustomer {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string;
  readonly currency: string;
}

/** Some of the imported customers, evenly spread over the list. */
async function chooseCustomers(api: HttpApi): Promise<KnownCustomer[]> {
  const all = await readAllPages<ListedCustomer>(api, '/v1/customers?limit=1000');
  const step = Math.max(1, Math.floor(all.length / customersSimulated));
  return all
    .filter((_, position) => position % step === 0)
    .slice(0, customersSimulated)
    .map(({ id, name, time_zone: zone, currency }) => ({ id, name, zone, currency }));
}

interface ListedPrice {
  readonly service: string;
  readonly currency: string;
  readonly unit_amount: string;
}

/** As the import made them: one for everyone and each service, since always. */
async function listPrices(api: HttpApi): Promise<WorldPrice[]> {
  const prices = await readAllPages<ListedPrice>(api, '/v1/prices?limit=1000');
  return prices.map(({ service, currency, unit_amount: unitAmount }) => ({
    ...{ service, currency, unitAmount },
    customerId: null,
    effectiveFromMs: null,
  }));
}

async function fillAndCheck(
  server: RunningServer,
  { seed, events }: DemoOptions,
  terminal: Terminal,
): Promise<SimulationReport> {
  await importSamples(server);
  const api = makeHttpApi(server.url, server.localToken);
  const known = await chooseCustomers(api);
  const { days, customers } = sampleDay;
  const world = makeWorld({ scenario: sampleDay, seed, events, customers, days, toMs: Date.now(), known });
  return await runSimulation(
    {
      ...{
        world,
        batchEvents: 100,
        batchesInFlight: 4,
        setUp: false,
        check: true,
        statements: false,
        fromEvent: 0,
        patienceMs: 0,
      },
      knownPrices: await listPrices(api),
    },
    {
      ...{ client: null, api, pace: fullSpeed, monotonicMs: () => performance.now() },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onStart: (...told) => terminal.print(`\n${describeWorld(...told)}`),
      onProgress: progressPrinter(terminal),
      onRequest: () => {},
      onWave: async () => {},
      onSent: async () => {},
    },
  );
}

async function showOnServer(
  server: RunningServer,
  options: DemoOptions,
  stop: Interruption,
  terminal: Terminal,
) {
  const filling = fillAndCheck(server, options, terminal);
  const report = await Promise.race([filling, stop.asked]);
  if (report === undefined) {
    // Its requests end with the server; how they end is of no interest any more.
    filling.catch(() => {});
    return exitInterrupted;
  }
  terminal.print(`\n${describeCustomers(report)}\n\n${describeOutcomes(report)}`);
  terminal.print(`\n${describeComparison(report)}`);
  if (!options.once) {
    terminal.print(`\n${describeNextSteps(server.url, report.world.customers[0]?.id ?? '')}`);
    await stop.asked;
  }
  return report.comparison.different === 0 ? 0 : 1;
}

async function runDemo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const stop = waitForInterruption();
  const folder = await mkdtemp(join(tmpdir(), 'countinghouse-demo-'));
  try {
    const port = await choosePort(options.port, terminal);
    const data = join(folder, 'data');
    // Loaded when it is needed: it brings the engines along, which no other command's help should wait for.
    const { startServer } = await import('../compose.ts');
    const server = await startServer({
      ...defaultConfig,
      host,
      port,
      data,
      logLevel: 'silent',
      logFile: null,
    });
    terminal.print(`Countinghouse is up at ${server.url}`);
    try {
      return await showOnServer(server, options, stop, terminal);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    stop.forget();
  }
}

export const demo: Command = {
  name: 'demo',
  summary: 'start a server with simulated usage, check every total, show the result',
  help,
  async run(args) {
    const terminal = makeTerminal(process.stdout);
    try {
      const options = readArguments(args);
      if (options !== 'help') return await runDemo(options, terminal);
      terminal.print(help.trimEnd());
      return 0;
    } catch (error) {
      return reportFailure('demo', error, makeTerminal(process.stderr));
    }
  },
};
