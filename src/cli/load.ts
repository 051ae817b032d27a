/** `countinghouse load`: constant or full load on a running server, and what came of it. It checks no totals: see simulate. */
import { parseArgs } from 'node:util';
import { readApiKey } from '../config.ts';
import { makeHttpApi } from '../simulator/http-api.ts';
import { makeHttpLanes } from '../simulator/load/http-lane.ts';
import { type LoadCounts, type LoadOptions, runLoad } from '../simulator/load/run-load.ts';
import { makeRunWatch, type RunSummary } from '../simulator/report/run-watch.ts';
import { findScenario } from '../simulator/scenarios/scenario-list.ts';
import { setUpRecords } from '../simulator/set-up.ts';
import type { Scenario } from '../simulator/workload/scenario.ts';
import { makeWaves } from '../simulator/workload/waves.ts';
import { makeWorld } from '../simulator/workload/world.ts';
import type { Command } from './command.ts';
import { waitForInterruption } from './interruption.ts';
import { reportFailure } from './report-failure.ts';
import { readUrl } from './simulate-options.ts';
import { groupThousands } from './table.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { readWholeNumber } from './whole-number.ts';

const help = `Usage: countinghouse load [options]

Sends new events to a running server for a while and tells how it went: events per second, latencies, errors by kind.

With --rate requests are due at constant intervals, whatever the answers take, and a latency counts from the moment
the request was due: a server that stalls is seen to stall (open loop). Without it each connection sends again as soon
as it has its answer (closed loop).

Options:
  --url URL          the server                                      (default http://127.0.0.1:8787)
  --rate N           events a second, 1 to 10000000
  --batch N          events in one request, 1 to 5000                (default 500)
  --connections N    1 to 256                                        (default 4)
  --duration N       seconds, 1 to 86400                             (default 10)
  --seed N           whose events are sent                           (default: a new one each time)
  --customers N      simulated customers, 1 to 100000                (default 100)
  --json             at the end one line of JSON, for machines
  --help             this text

The key of a server that asks for one is read from COUNTINGHOUSE_API_KEY.
Exit code: 0 when every request was answered, 1 when one failed or was not sent in time, 2 for wrong usage.

Examples:
  countinghouse load
  countinghouse load --rate 20000 --duration 60 --json
`;

interface LoadArguments extends LoadOptions {
  readonly url: string;
  readonly seed: number;
  readonly customers: number;
  readonly json: boolean;
}

function readArguments(args: readonly string[]): LoadArguments | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{
        url: text,
        rate: text,
        batch: text,
        connections: text,
        duration: text,
        seed: text,
        customers: text,
      },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    url: readUrl(values.url ?? 'http://127.0.0.1:8787'),
    rate: values.rate === undefined ? null : readWholeNumber('rate', values.rate, 1, 10_000_000),
    batchEvents: readWholeNumber('batch', values.batch ?? '500', 1, 5_000),
    connections: readWholeNumber('connections', values.connections ?? '4', 1, 256),
    durationMs: readWholeNumber('duration', values.duration ?? '10', 1, 86_400) * 1_000,
    // Identities count for ever: the same seed a second time would measure duplicates.
    seed: readWholeNumber('seed', values.seed ?? `${Date.now()}`, 0, Number.MAX_SAFE_INTEGER),
    customers: readWholeNumber('customers', values.customers ?? '100', 1, 100_000),
    json: values.json,
  };
}

/** Bodies without end: usage of the last week, in batches of exactly the size that was asked for. */
function makeBodies(options: LoadArguments) {
  const scenario = findScenario('steady') as Scenario;
  const { seed, customers, batchEvents } = options;
  const events = 1_000_000_000;
  const world = makeWorld({ scenario, seed, events, customers, days: 7, toMs: Date.now() });
  const waves = makeWaves(world, { batchEvents, extras: false });
  let wave = 0;
  let texts: string[] = [];
  return {
    world,
    next(): string {
      while (texts.length < batchEvents) {
        const { phases } = waves.make(wave++);
        texts.push(
          ...phases.flatMap(({ batches }) =>
            batches.flatMap(({ sendings }) => sendings.map((one) => one.text)),
          ),
        );
      }
      const body = `[${texts.slice(0, batchEvents).join(',')}]`;
      texts = texts.slice(batchEvents);
      return body;
    },
  };
}

async function load(options: LoadArguments, terminal: Terminal): Promise<number> {
  const { url, connections, rate } = options;
  const monotonicMs = () => performance.now();
  const bodies = makeBodies(options);
  await setUpRecords(makeHttpApi(url, readApiKey()), bodies.world);
  const lanes = makeHttpLanes(url, connections, readApiKey());
  const stop = waitForInterruption();
  let isStopped = false;
  void stop.asked.then(() => {
    isStopped = true;
  });
  const watch = makeRunWatch();
  try {
    const counts = await runLoad(options, {
      nextBody: bodies.next,
      post: (body) => lanes.post('/v1/events', body, 'application/json'),
      ...{ watch, monotonicMs, stopped: () => isStopped },
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onSecond(so) {
        if (!options.json) terminal.status(describeLive(so, watch.summary()));
      },
    });
    const summary = watch.summary();
    terminal.print(options.json ? asJson(options, counts, summary) : describeEnd(rate, counts, summary));
    return counts.errors.size > 0 || counts.unsent > 0 ? 1 : 0;
  } finally {
    stop.forget();
    lanes.close();
  }
}

const count = (number: number) => groupThousands(`${Math.round(number)}`);
const perSecond = ({ events, seconds }: RunSummary) => (seconds > 0 ? events / seconds : 0);
const ms = (value: number | null) => (value === null ? '–' : `${+value.toPrecision(3)} ms`);

function errorsOf({ errors }: LoadCounts): string {
  return [...errors].map(([kind, number]) => `${kind}: ${count(number)}`).join(', ') || 'none';
}

function describeLive(counts: LoadCounts, run: RunSummary): string {
  const latency = `p50 ${ms(run.p50Ms)}, p99 ${ms(run.p99Ms)}`;
  return `${Math.round(run.seconds)} s: ${count(perSecond(run))} events/s, ${latency}, errors ${errorsOf(counts)}`;
}

function describeEnd(rate: number | null, counts: LoadCounts, run: RunSummary): string {
  const { accepted, duplicates, conflicts, rejected } = counts;
  return [
    `${count(perSecond(run))} events/s over ${+run.seconds.toPrecision(3)} s${rate === null ? '' : ` (asked for ${count(rate)})`}`,
    `  answers:  ${count(accepted)} accepted, ${count(duplicates)} duplicates, ${count(conflicts)} conflicts, ${count(rejected)} rejected`,
    `  latency:  p50 ${ms(run.p50Ms)}, p90 ${ms(run.p90Ms)}, p99 ${ms(run.p99Ms)}, max ${ms(run.maxMs)}`,
    `  requests: ${count(counts.requests)}, errors ${errorsOf(counts)}, not sent in time ${count(counts.unsent)}`,
  ].join('\n');
}

function asJson(
  { batchEvents, connections, rate }: LoadArguments,
  counts: LoadCounts,
  run: RunSummary,
): string {
  const { stretches: _, repeated: __, p50Ms, p90Ms, p99Ms, maxMs, ...rest } = run;
  return JSON.stringify({
    ...{ mode: rate === null ? 'closed' : 'open', rate, batch: batchEvents, connections },
    ...{ ...rest, events_per_second: Math.round(perSecond(run)) },
    latency_ms: { p50: p50Ms, p90: p90Ms, p99: p99Ms, max: maxMs },
    ...{ accepted: counts.accepted, duplicates: counts.duplicates, conflicts: counts.conflicts },
    ...{ rejected: counts.rejected, unsent: counts.unsent, errors: Object.fromEntries(counts.errors) },
  });
}

export const loadCommand: Command = {
  name: 'load',
  summary: 'put load on a running server and measure it',
  help,
  async run(args) {
    const terminal = makeTerminal(process.stdout);
    try {
      const options = readArguments(args);
      if (options !== 'help') return await load(options, terminal);
      terminal.print(help.trimEnd());
      return 0;
    } catch (error) {
      return reportFailure('load', error, makeTerminal(process.stderr));
    }
  },
};
