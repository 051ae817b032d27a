/** `countinghouse events send`: a file of usage events to a server, with progress, to be gone on with when it broke off. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { BillingClient, BillingError, type UsageEvent } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import type { Command } from './command.ts';
import { type EventFormat, type EventLine, lineId, readEventFile } from './event-lines.ts';
import { readOneFile } from './import-parts.ts';
import { reportFailure } from './report-failure.ts';
import { openProgress } from './send-progress.ts';
import { groupThousands } from './table.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse events send FILE|- [options]

Sends usage events to a server and waits until they are stored. FILE is NDJSON, one event a line, or CSV with a header
that names the members: id,customer_id,service,time,quantity,properties.region. "-" reads standard input.

Every event counts once however often its file is sent, by its source and id. How far a run came is kept in FILE.sent:
when it is interrupted, the same command goes on from there, and counts what it had refused. Bad lines are named and
do not hold up the others.

Options:
  --format F       ndjson or csv        (default by the name's ending, else ndjson)
  --source S       the source of events that name none   (default: the key's)
  --mint-ids       give lines without an id one that is made from the file's name, the line and its content
  --url URL        the server           (default http://127.0.0.1:8787)
  --help           this text

The key of a server that asks for one is read from COUNTINGHOUSE_API_KEY.
Exit code: 0 when every event is stored, 1 when some were refused or the server could not be reached, 2 for wrong usage.

Examples:
  countinghouse events send usage.ndjson
  zcat usage.csv.gz | countinghouse events send - --format csv --source gateway
`;

interface Arguments {
  readonly file: string;
  readonly format: EventFormat;
  readonly source: string | undefined;
  readonly mintIds: boolean;
  readonly url: string;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      source: { type: 'string' },
      'mint-ids': { type: 'boolean', default: false },
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const file = readOneFile(positionals);
  const format = values.format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'ndjson');
  if (format !== 'csv' && format !== 'ndjson') throw new WrongUsage('--format must be ndjson or csv');
  if (!URL.canParse(values.url)) throw new WrongUsage('--url must be an address like http://127.0.0.1:8787');
  return { file, format, source: values.source, mintIds: values['mint-ids'], url: values.url };
}

interface Totals {
  accepted: number;
  duplicates: number;
  refused: number;
}

const refusalsShownMax = 20;

async function sendFile(options: Arguments, output: Terminal): Promise<number> {
  const { file, format, source, url } = options;
  const progress = openProgress(file, [url, source, format, options.mintIds]);
  if (progress.lines > 0)
    output.print(`going on behind line ${groupThousands(`${progress.lines}`)} of ${file}`);
  const client = new BillingClient({ baseUrl: url, apiKey: readApiKey(), source, spool: false });
  const totals: Totals = { accepted: 0, duplicates: 0, refused: progress.refused };
  let isKept = true;
  try {
    for await (const piece of readEventFile(file, format, progress.lines)) {
      await sendPiece(piece, options, client, totals, output);
      const line = piece.at(-1)?.line ?? 0;
      if (isKept && !progress.save(line, totals.refused)) {
        isKept = false;
        output.print(`how far it came cannot be kept beside ${file}: after an interruption it begins anew`);
      }
      report(line, totals, output);
    }
  } finally {
    await client.close(0);
  }
  progress.finish();
  output.print(describe(totals));
  return totals.refused === 0 ? 0 : 1;
}

async function sendPiece(
  piece: readonly EventLine[],
  { file, mintIds }: Arguments,
  client: BillingClient,
  totals: Totals,
  output: Terminal,
): Promise<void> {
  const refuse = (line: number, reason: string): void => {
    totals.refused += 1;
    if (totals.refused <= refusalsShownMax) output.print(`line ${line}: ${reason}`);
    if (totals.refused === refusalsShownMax) output.print('further refused lines are only counted');
  };
  const readable = piece.filter(({ line, reason }) => {
    if (reason !== undefined) refuse(line, reason);
    return reason === undefined;
  });
  const name = file === '-' ? 'stdin' : basename(file);
  const identified = readable.filter((one) => {
    const isMissing = !hasId(one.event) && !mintIds;
    if (isMissing) refuse(one.line, 'id_missing: id is required, or give --mint-ids');
    return !isMissing;
  });
  const events = identified.map((one) => (hasId(one.event) ? one.event : withId(one, name)));
  const answer = await client.sendUsage(events as UsageEvent[]);
  totals.accepted += answer.accepted;
  totals.duplicates += answer.duplicates;
  for (const { index, status, code = status, message = '' } of answer.results) {
    if (status === 'accepted' || status === 'duplicate') continue;
    refuse(identified[index]?.line ?? 0, `${code}: ${message}`);
  }
}

/** What is no object is let through: the wire's rules say what is wrong with it. */
function hasId(event: unknown): boolean {
  return typeof event !== 'object' || event === null || 'id' in event;
}

function withId(line: EventLine, name: string): object {
  return { ...(line.event as object), id: lineId(name, line) };
}

function report(line: number, totals: Totals, output: Terminal): void {
  if (output.interactive || line % 100_000 === 0)
    output.status(`line ${groupThousands(`${line}`)}: ${describe(totals)}`);
}

function describe({ accepted, duplicates, refused }: Totals): string {
  const count = (number: number): string => groupThousands(`${number}`);
  return `${count(accepted)} stored, ${count(duplicates)} known already, ${count(refused)} refused`;
}

export const eventsSend: Command = {
  name: 'events send',
  summary: 'send a file of usage events to a server',
  help,
  async run(args) {
    const output = makeTerminal(process.stdout);
    try {
      const options = readArguments(args);
      if (options !== 'help') return await sendFile(options, output);
      output.print(help.trimEnd());
      return 0;
    } catch (error) {
      const again = error instanceof BillingError && error.code !== 'option_invalid';
      const told = again
        ? new Error('broke off; the same command goes on from there', { cause: error })
        : error;
      return reportFailure('events send', told, makeTerminal(process.stderr));
    }
  },
};
