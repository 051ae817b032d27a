/** What `countinghouse simulate` is told: its help, and its arguments read and checked. It runs nothing. */
import { parseArgs } from 'node:util';
import { findScenario, scenarios } from '../simulator/scenarios/scenario-list.ts';
import type { Scenario } from '../simulator/workload/scenario.ts';
import { readWholeNumber, WrongUsage } from './whole-number.ts';

export const help = `Usage: countinghouse simulate [SCENARIO] [options]

Sends realistic usage from a seed to a running server: repeats, conflicts, late and out-of-order events, invalid
records and unknown customers included. The right answers are known, so every answer and every total is checked.
SCENARIO is one of --list (default steady), or random: everything drawn from the seed.

The same seed on the same server sends the same events again: all are duplicates then, and no total moves.
Customers, services and sources carry scenario and seed in their names: other usage is left alone.

What is simulated:
  --list           describe the scenarios
  --seed N         the same seed, the same events                    (default 1)
  --events N       usage events, 1 to 1000000000; what is wrong or repeated comes on top
  --customers N    simulated customers, 1 to 100000
  --days N         the length of the simulated span, 1 to 3660
  --end TIME       the end of the span, RFC 3339                     (default: now, or the end of an earlier run)
  --speed Nx       live through the span N times as fast as the clock, 1x or 60x (default: full speed)
  --from-event N   go on there: what comes before was sent by an earlier run

Where it goes:
  --url URL        a server                                          (default http://127.0.0.1:8787)
  --client         through BillingClient, where events are well-formed
  --out FILE       no server: to a file, or - for standard output
  --format F       ndjson or csv; csv holds only what is well-formed (default ndjson)
  --no-extras      in a file: usage events only, nothing wrong, nothing repeated
  --batch N        events in one request, 1 to 5000                  (default 500)
  --in-flight N    requests at once, 1 to 64                         (default 4)
  --chaos          no running server: start one, kill and restart it meanwhile, and cut its connections
  --no-setup       do not make the customers, services and prices first: the server has them
  --no-check       do not ask for totals; the answers to the events are checked all the same
  --statements     besides, close months, correct events, send late ones, and compare every statement: once for a seed,
                   because what is closed or corrected stays so
  --check          ask for totals and compare each: this is what happens without it too
  --report FILE    write a page with charts
  --help           this text

The key of a server that asks for one is read from COUNTINGHOUSE_API_KEY.
Exit code: 0 when all agrees, 1 on any difference or when the server cannot be reached, 2 for wrong usage.

Examples:
  countinghouse simulate
  countinghouse simulate black-friday --seed 42 --events 20000 --report report.html
  countinghouse simulate retry-storm --chaos
  countinghouse simulate replay-last-year --events 10000000 --out year.ndjson
`;

export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly events: number;
  readonly customers: number;
  readonly days: number;
  /** Null: the present, or where an earlier run ended. */
  readonly endMs: number | null;
  /** Null: full speed. */
  readonly speed: number | null;
  readonly fromEvent: number;
  readonly url: string;
  readonly throughClient: boolean;
  readonly out: string | null;
  readonly format: 'ndjson' | 'csv';
  readonly extras: boolean;
  readonly batchEvents: number;
  readonly batchesInFlight: number;
  readonly chaos: boolean;
  readonly setUp: boolean;
  readonly check: boolean;
  readonly statements: boolean;
  readonly report: string | null;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

export function readArguments(args: readonly string[]): SimulateOptions | 'help' | 'list' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowNegative: true,
    allowPositionals: true,
    options: {
      ...{ seed: text, events: text, customers: text, days: text, end: text, speed: text, out: text },
      ...{ 'from-event': text, batch: text, 'in-flight': text, format: text, report: text, url: text },
      ...{ list: flag, client: flag, chaos: flag, help: flag },
      extras: { type: 'boolean', default: true },
      setup: { type: 'boolean', default: true },
      check: { type: 'boolean', default: true },
      statements: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  const number = (
    name: string,
    value: string | undefined,
    otherwise: number,
    [min, max]: readonly number[],
  ) => (value === undefined ? otherwise : readWholeNumber(name, value, min ?? 0, max ?? 0));
  const seed = number('seed', values.seed, 1, [0, Number.MAX_SAFE_INTEGER]);
  const scenario = readScenario(positionals, seed);
  if (values.chaos && (values.url !== undefined || values.out !== undefined)) {
    throw new WrongUsage('--chaos starts a server of its own: it goes with neither --url nor --out');
  }
  if (values.statements && !(values.setup && values.check && values.out === undefined)) {
    throw new WrongUsage('--statements asks a server for totals: not with --no-setup, --no-check or --out');
  }
  return {
    scenario,
    seed,
    events: number('events', values.events, scenario.events, [1, 1_000_000_000]),
    customers: number('customers', values.customers, scenario.customers, [1, 100_000]),
    days: number('days', values.days, scenario.days, [1, 3_660]),
    endMs: values.end === undefined ? null : readMoment(values.end),
    speed: values.speed === undefined ? null : readSpeed(values.speed),
    fromEvent: number('from-event', values['from-event'], 0, [0, 1_000_000_000]),
    url: readUrl(values.url ?? 'http://127.0.0.1:8787'),
    throughClient: values.client,
    out: values.out ?? null,
    format: readFormat(values.format ?? 'ndjson'),
    extras: values.extras,
    batchEvents: number('batch', values.batch, 500, [1, 5_000]),
    batchesInFlight: number('in-flight', values['in-flight'], 4, [1, 64]),
    chaos: values.chaos,
    setUp: values.setup,
    check: values.check,
    statements: values.statements,
    report: values.report ?? null,
  };
}

function readScenario(positionals: readonly string[], seed: number): Scenario {
  const [name = 'steady', ...others] = positionals;
  if (others.length > 0) throw new WrongUsage(`one scenario at a time, not also "${others[0]}"`);
  const scenario = findScenario(name, seed);
  if (scenario !== undefined) return scenario;
  throw new WrongUsage(`there is no scenario "${name}": ${scenarios.map((one) => one.name).join(', ')}`);
}

export function readUrl(url: string): string {
  if (!URL.canParse(url)) throw new WrongUsage('--url must be an address like http://127.0.0.1:8787');
  return url;
}

function readFormat(format: string): 'ndjson' | 'csv' {
  if (format === 'ndjson' || format === 'csv') return format;
  throw new WrongUsage(`--format must be ndjson or csv, not "${format}"`);
}

function readMoment(written: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(written)
    ? Date.parse(written)
    : Number.NaN;
  if (Number.isNaN(ms)) throw new WrongUsage('--end must be a time like 2026-11-24T10:00:00Z');
  if (ms > Date.now()) throw new WrongUsage('--end must not lie in the future: a server refuses such events');
  return ms;
}

function readSpeed(written: string): number {
  const match = /^(\d{1,7})x$/.exec(written);
  const speed = Number.parseInt(match?.[1] ?? '0', 10);
  if (speed < 1) throw new WrongUsage('--speed must be a whole number and an x, such as 60x');
  return speed;
}
