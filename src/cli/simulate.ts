/**
 * `countinghouse simulate`: sends a seeded simulation to a running server and checks every answer.
 * It starts no server: see demo.ts.
 */
import { parseArgs } from 'node:util';
import { BillingClient } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import { makeHttpApi } from '../simulator/http-api.ts';
import { runSimulation, type SimulationOptions } from '../simulator/run-simulation.ts';
import { makeCustomers } from '../simulator/workload/customers.ts';
import type { Command } from './command.ts';
import { reportFailure } from './report-failure.ts';
import { describeComparison, describeOutcomes, describePlan, progressPrinter } from './simulation-text.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { readWholeNumber, WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse simulate [options]

Sends realistic usage from a seed to a running server: repeats, conflicts, invalid records and unknown
customers included. The right answers are known, so every answer and every total is checked.

The same seed on the same server sends the same events again: all are duplicates then, and no total moves.
Customers and the source carry the seed in their names: other usage on the server is left alone.

Options:
  --url URL        the server                                        (default http://127.0.0.1:8787)
  --seed N         what to simulate: the same seed, the same events  (default 1)
  --customers N    simulated customers, 1 to 10000                   (default 25)
  --events N       valid usage events, 1 to 1000000; edge cases come on top, about one in ten (default 1000)
  --batch N        events in one request, 1 to 5000                  (default 100)
  --no-setup       do not make the customers, services and prices first: the server has them
  --no-check       do not ask for totals; the answers to the events are checked all the same
  --help           this text

The key of a server that asks for one is read from COUNTINGHOUSE_API_KEY.
Exit code: 0 when all agrees, 1 on any difference or when the server cannot be reached, 2 for wrong usage.

Examples:
  countinghouse simulate
  countinghouse simulate --seed 42 --events 20000 --batch 1000
  countinghouse simulate --url http://127.0.0.1:9000 --seed 7 --no-check
`;

interface SimulateArguments extends SimulationOptions {
  readonly url: string;
}

function readArguments(args: readonly string[]): SimulateArguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      seed: { type: 'string', default: '1' },
      customers: { type: 'string', default: '25' },
      events: { type: 'string', default: '1000' },
      batch: { type: 'string', default: '100' },
      setup: { type: 'boolean', default: true },
      check: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (!URL.canParse(values.url)) throw new WrongUsage(`--url must be an address like http://127.0.0.1:8787`);
  const seed = readWholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  return {
    url: values.url,
    seed,
    customers: makeCustomers(seed, readWholeNumber('customers', values.customers, 1, 10_000)),
    events: readWholeNumber('events', values.events, 1, 1_000_000),
    batchEvents: readWholeNumber('batch', values.batch, 1, 5_000),
    setUp: values.setup,
    check: values.check,
  };
}

async function runOnServer(options: SimulateArguments, terminal: Terminal): Promise<number> {
  const client = new BillingClient({ baseUrl: options.url });
  try {
    await client.healthCheck().catch((cause: unknown) => {
      throw new Error(`no server at ${options.url}: start one with countinghouse serve`, { cause });
    });
    const report = await runSimulation(options, {
      client,
      api: makeHttpApi(options.url, readApiKey()),
      nowMs: Date.now,
      monotonicMs: () => performance.now(),
      onPlan: (...plan) => terminal.print(describePlan(...plan)),
      onProgress: progressPrinter(terminal),
    });
    terminal.print(`\n${describeOutcomes(report)}\n\n${describeComparison(report)}`);
    return report.comparison.differences.length === 0 ? 0 : 1;
  } finally {
    await client.close();
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
      if (options !== 'help') return await runOnServer(options, terminal);
      terminal.print(help.trimEnd());
      return 0;
    } catch (error) {
      return reportFailure('simulate', error, makeTerminal(process.stderr));
    }
  },
};
