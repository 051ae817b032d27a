// @ts-check
/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { growth, scenarioNames } from './scenarios.mjs';

/**
 * @typedef {object} BenchOptions
 * @property {number} seconds
 * @property {number} rounds
 * @property {readonly string[]} names
 * @property {number | null} growthEvents null: no growth run
 * @property {string | undefined} json
 * @property {string | undefined} profile
 * @property {boolean} writeDocs
 */

export const help = `Usage: npm run bench -- [options]

Starts the built server on fresh folders, loads it from another process and prints one table: events and requests a
second, the acknowledgement's p50 and p99, the server's CPU time an event, memory, and bytes on disk an event. Beside it
the floor: the engine alone taking the same events. After each run the server's count and sum must equal what it
acknowledged; otherwise the exit code is 1. All traffic stays on 127.0.0.1; folders and processes are cleaned up.

Scenarios:
  floor         the engine alone, blocks of 50,000: what everything is compared with
  batch-1000    batches of 1,000 over 8 connections: the headline
  batch-100     batches of 100 over 8 connections
  single-64     single events over 64 connections
  single-1      single events over 1 connection
  duplicates    100,000 events again and again, batches of 1,000 over 8 connections
  burst         batches of 100 over 8 connections for twice the time; then how long until all is stored, and how long
                a question waits that is asked at once
  heavy-query   single events and batches of 100 over 8 connections on a store of 200,000 events for each of --seconds,
                without and with two heavy queries running all the time (first round only)
  growth        only with --events (first round only): that many events spread over 13 months, batches of 1,000 over
                8 connections: the rate of each tenth, disk, parts. Then old duplicates on the same server: the last
                million again, and 200,000 from anywhere in batches of 1,000 and of 10,000. The floor over 13 months
                is measured before

Options:
  --seconds N       measured time of one run, after a warm-up of a fifth of it, at most 2 s (10)
  --rounds N        how often each is measured, taking turns; medians are printed, with min–max (3)
  --scenario NAME   only this one; may be repeated (all; none when --events is given)
  --events N        make the growth run, of this many events
  --json FILE       write every number there as well
  --write-docs      put the table into docs/benchmarks.md
  --profile DIR     run the server under Node's CPU profiler and leave a .cpuprofile a run there (slower)
  --help            this text

Examples:
  npm run bench
  npm run bench -- --events 20000000
  npm run bench -- --seconds 3 --rounds 1
  npm run bench -- --scenario floor --scenario batch-1000 --rounds 5 --json headline.json
  npm run bench -- --scenario batch-1000 --rounds 1 --profile profiles
`;

/**
 * @param {readonly string[]} args
 * @returns {BenchOptions | 'help'} Throws on what it does not understand.
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      scenario: { type: 'string', multiple: true },
      events: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const names = values.scenario ?? (values.events === undefined ? scenarioNames : []);
  if (names.includes(growth.name)) throw new Error('the growth run is asked for with --events N');
  const unknown = names.find((name) => !scenarioNames.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no scenario ${JSON.stringify(unknown)}; there are: ${scenarioNames.join(', ')}`,
    );
  }
  return {
    seconds: wholeNumber('seconds', values.seconds),
    rounds: wholeNumber('rounds', values.rounds),
    names,
    growthEvents: values.events === undefined ? null : wholeNumber('events', values.events, 9),
    json: values.json,
    profile: values.profile,
    writeDocs: values['write-docs'],
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} [digitsMax]
 */
function wholeNumber(name, text, digitsMax = 4) {
  if (/^[1-9]\d*$/.test(text) && text.length <= digitsMax) return Number.parseInt(text, 10);
  const most = '9'.repeat(digitsMax);
  throw new Error(`--${name} takes a whole number from 1 to ${most}, not ${JSON.stringify(text)}`);
}
