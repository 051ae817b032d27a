// @ts-check
/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { scenarioNames } from './scenarios.mjs';

/**
 * @typedef {object} BenchOptions
 * @property {number} seconds
 * @property {number} rounds
 * @property {readonly string[]} names
 * @property {string | undefined} json
 * @property {string | undefined} profile
 * @property {boolean} writeDocs
 */

export const help = `Usage: npm run bench -- [options]

Starts the built server on fresh folders, loads it from another process and prints one table: events and requests a
second, the acknowledgement's p50 and p99, the server's CPU time an event, memory, and bytes on disk an event. Beside it
the floor: the engine alone taking the same events. After each run the server's count and sum must equal what it
acknowledged; otherwise the exit code is 1. All traffic stays on 127.0.0.1; folders and processes are cleaned up.

Options:
  --seconds N       measured time of one run, after a warm-up of a fifth of it, at most 2 s (10)
  --rounds N        how often each is measured, taking turns; medians are printed, with min–max (3)
  --scenario NAME   only this one; may be repeated: ${scenarioNames.join(', ')}
  --json FILE       write every number there as well
  --write-docs      put the table into docs/benchmarks.md
  --profile DIR     run the server under Node's CPU profiler and leave a .cpuprofile a run there (slower)
  --help            this text

Examples:
  npm run bench
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
      scenario: { type: 'string', multiple: true, default: scenarioNames },
      json: { type: 'string' },
      profile: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const unknown = values.scenario.find((name) => !scenarioNames.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `there is no scenario ${JSON.stringify(unknown)}; there are: ${scenarioNames.join(', ')}`,
    );
  }
  return {
    seconds: wholeNumber('seconds', values.seconds),
    rounds: wholeNumber('rounds', values.rounds),
    names: values.scenario,
    json: values.json,
    profile: values.profile,
    writeDocs: values['write-docs'],
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function wholeNumber(name, text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new Error(`--${name} takes a whole number from 1 to 9999, not ${JSON.stringify(text)}`);
  }
  return Number.parseInt(text, 10);
}
