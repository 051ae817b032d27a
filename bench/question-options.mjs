// @ts-check
/** The command line of the comparison. */
import { parseArgs } from 'node:util';
import { eventsMax } from './question-events.mjs';

/**
 * @typedef {object} QuestionOptions
 * @property {number} events
 * @property {number} rounds
 * @property {string | undefined} folder
 * @property {string | undefined} json
 * @property {boolean} writeDocs
 */

export const questionsHelp = `Usage: npm run bench:questions -- [options]

Fills one engine folder with the same events twice: into our table and into one of OpenMeter's shape. Then asks both the
same questions in turn, ours by the product's own functions, theirs by their queries, checks that the answers agree, and
prints the medians. Ten million events take some minutes and 2 GB of disk.

Options:
  --events N     how many, over 13 months, 10,000 customers and ten services; a million or more (10000000)
  --rounds N     how often each question is asked of each side, after one that does not count (15)
  --folder DIR   fill this folder, or use it as it is when it is filled, and keep it (a new one, removed afterwards)
  --json FILE    write every round there as well
  --write-docs   put the table into docs/benchmarks.md
  --help         this text
`;

/**
 * @param {readonly string[]} args
 * @returns {QuestionOptions | 'help'} Throws on what it does not understand.
 */
export function readQuestionOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '10000000' },
      rounds: { type: 'string', default: '15' },
      folder: { type: 'string' },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    events: count('events', values.events, 1_000_000, eventsMax),
    rounds: count('rounds', values.rounds, 1, 1_000),
    folder: values.folder,
    json: values.json,
    writeDocs: values['write-docs'],
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} least
 * @param {number} most
 */
function count(name, text, least, most) {
  const value = /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}
