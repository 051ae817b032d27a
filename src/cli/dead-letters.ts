/** `countinghouse dead-letters list|retry|drop`: what became of events that a server refused for good. */
import { parseArgs } from 'node:util';
import { BillingClient } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import type { Command } from './command.ts';
import {
  type DeadLetterLine,
  isSelected,
  listDeadLetters,
  type Selection,
  takeDeadLetters,
} from './dead-letter-files.ts';
import { reportFailure } from './report-failure.ts';
import { renderTable } from './table.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

const selectionHelp = `Options:
  --spool DIR   the spool's directory
  --id ID       only the event with this id
  --code CODE   only events refused with this code`;

interface Arguments extends Selection {
  readonly spool: string;
  readonly url: string;
  readonly json: boolean;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      spool: { type: 'string' },
      id: { type: 'string' },
      code: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { spool, id, code, url, json } = values;
  if (spool === undefined || spool === '') throw new WrongUsage('--spool must name a folder');
  if (!URL.canParse(url)) throw new WrongUsage('--url must be an address like http://127.0.0.1:8787');
  return { spool, id, code, url, json };
}

function command(
  verb: string,
  summary: string,
  help: string,
  work: (options: Arguments, output: Terminal) => Promise<number>,
): Command {
  const name = `dead-letters ${verb}`;
  return {
    name,
    summary,
    help,
    async run(args) {
      try {
        const options = readArguments(args);
        if (options !== 'help') return await work(options, makeTerminal(process.stdout));
        makeTerminal(process.stdout).print(help.trimEnd());
        return 0;
      } catch (error) {
        return reportFailure(name, error, makeTerminal(process.stderr));
      }
    },
  };
}

const listHelp = `Usage: countinghouse dead-letters list --spool DIR [options]

Lists the events that the server refused for good: rejected, or in conflict with an earlier one.

${selectionHelp}
  --json        the letters as they are, one a line
  --help        this text

Example:
  countinghouse dead-letters list --spool /var/spool/countinghouse --code customer_unknown
`;

async function list({ spool, json, ...selection }: Arguments, output: Terminal): Promise<number> {
  const lines = listDeadLetters(spool);
  const selected = lines.filter((line) => isSelected(line, selection));
  if (json) for (const { text } of selected) output.print(text);
  else if (selected.length > 0) output.print(tableOf(selected));
  const unreadable = lines.filter(({ letter }) => letter === null).length;
  if (!json)
    output.print(
      `${selected.length} dead letters${unreadable > 0 ? `, ${unreadable} unreadable lines` : ''}`,
    );
  return 0;
}

function tableOf(lines: readonly DeadLetterLine[]): string {
  const rows = lines.flatMap(({ letter }) =>
    letter === null ? [] : [[letter.at, letter.source ?? '', letter.id, letter.code, letter.message]],
  );
  const titles = ['at', 'source', 'id', 'code', 'message'];
  return renderTable(
    titles.map((title) => ({ title, align: 'left' })),
    rows,
  );
}

const retryHelp = `Usage: countinghouse dead-letters retry --spool DIR [options]

Puts dead letters back into the spool and delivers them: for when their reason is mended. They keep their ids, so
nothing is counted twice; what is refused again is a dead letter again. What cannot be delivered within 30 seconds
stays in the spool for the service that uses it.

${selectionHelp}
  --url URL     the server                     (default http://127.0.0.1:8787)
  --help        this text

The key of the server is read from COUNTINGHOUSE_API_KEY.
Exit code: 0 when all were delivered, 1 otherwise, 2 for wrong usage.

Example:
  countinghouse dead-letters retry --spool /var/spool/countinghouse --code service_unknown
`;

async function retry({ spool, url, ...selection }: Arguments, output: Terminal): Promise<number> {
  const client = new BillingClient({
    baseUrl: url,
    apiKey: readApiKey(),
    spool: { directory: spool, fsync: 'always' },
  });
  const taken = await takeDeadLetters(spool, selection, async (letters) => {
    // The source is part of an event's identity: where the server named it, it stays that one.
    const named = letters.map(({ source, event }) => (source === null ? event : { ...event, source }));
    await Promise.all(named.map((event) => client.recordUsage(event)));
  });
  const { delivered, dead, waiting } = await client.close(30_000);
  output.print(`${taken} put back: ${delivered} delivered, ${dead} dead again, ${waiting} left in the spool`);
  return dead === 0 && waiting === 0 ? 0 : 1;
}

const dropHelp = `Usage: countinghouse dead-letters drop --spool DIR [options]

Removes dead letters for good. Look at them with "dead-letters list" first.

${selectionHelp}
  --help        this text

Example:
  countinghouse dead-letters drop --spool /var/spool/countinghouse --id req-17
`;

async function drop({ spool, ...selection }: Arguments, output: Terminal): Promise<number> {
  const dropped = await takeDeadLetters(spool, selection, async () => {});
  output.print(`${dropped} dropped`);
  return 0;
}

export const deadLetterCommands: readonly Command[] = [
  command('list', 'show events that the server refused for good', listHelp, list),
  command('retry', 'send them again', retryHelp, retry),
  command('drop', 'remove them', dropHelp, drop),
];
