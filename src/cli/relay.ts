/**
 * `countinghouse relay`: the client's spool for services in other languages. They report to it on this machine; it
 * keeps every event on disk before it answers, and delivers to the server whenever that can be reached.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BillingClient, type Logger } from '@countinghouse/client';
import { readApiKey } from '../config.ts';
import { makeRelayServer } from '../relay/relay-server.ts';
import type { Command } from './command.ts';
import { waitForInterruption } from './interruption.ts';
import { reportFailure } from './report-failure.ts';
import { makeTerminal, type Terminal } from './terminal.ts';
import { readWholeNumber, WrongUsage } from './whole-number.ts';

const help = `Usage: countinghouse relay --to URL --spool DIR [options]

A durable outbox for services in any language: takes POST /v1/events as the server does, answers 202
{ "queued", "rejected", "results" } once the events are on disk, and delivers them to the server at URL, through
outages of either side. What the server refuses for good is in DIR/dead-letters….ndjson.
GET /health tells that it runs, and its counters.

Options:
  --to URL      the server to deliver to
  --spool DIR   where events wait; made if missing. Several relays and clients may share it
  --port N      where to listen; 0: any free one                              (default 8788)
  --host HOST   it asks for no key: leave it on this machine                  (default 127.0.0.1)
  --max-bytes N bytes that may wait on disk; beyond it the answer is 503      (default 536870912)
  --help        this text

The key of the server is read from COUNTINGHOUSE_API_KEY. On Ctrl-C (or SIGTERM) it takes no more, delivers for at
most ten seconds, and leaves the rest in the spool for the next start.

Examples:
  countinghouse relay --to https://billing.example.com --spool /var/spool/countinghouse
  curl http://127.0.0.1:8788/v1/events -H 'content-type: application/json' \\
    -d '{ "id": "req-1", "customer_id": "cust_42", "service": "APIRequests", "quantity": "1" }'
`;

interface Arguments {
  readonly to: string;
  readonly spool: string;
  readonly port: number;
  readonly host: string;
  readonly maxBytes: number;
}

function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      to: { type: 'string' },
      spool: { type: 'string' },
      port: { type: 'string', default: '8788' },
      host: { type: 'string', default: '127.0.0.1' },
      'max-bytes': { type: 'string', default: String(512 * 1024 * 1024) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { to, spool, host } = values;
  if (to === undefined || !URL.canParse(to)) throw new WrongUsage('--to must be the address of the server');
  if (spool === undefined || spool === '') throw new WrongUsage('--spool must name a folder');
  const port = readWholeNumber('port', values.port, 0, 65_535);
  const maxBytes = readWholeNumber('max-bytes', values['max-bytes'], 1024 * 1024, Number.MAX_SAFE_INTEGER);
  return { to, spool, host, port, maxBytes };
}

async function runRelay({ to, spool, host, port, maxBytes }: Arguments, errors: Terminal): Promise<number> {
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const interruption = waitForInterruption();
  const client = new BillingClient({
    baseUrl: to,
    apiKey: readApiKey(),
    spool: { directory: spool, fsync: 'always', whenFull: 'throw', maxBytes },
    logger: loggerOn(errors),
  });
  const onError = (error: unknown): void => errors.print(`a request failed: ${String(error)}`);
  const server = makeRelayServer({ client, nowMs: Date.now, onError });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    const address = server.address();
    const at = typeof address === 'object' && address !== null ? address.port : port;
    makeTerminal(process.stdout).print(
      `relay listening on http://${hostText(host)}:${at}, delivering to ${to}`,
    );
    await interruption.asked;
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
    await ended;
  } finally {
    const { waiting, delivered, dead } = await client.close(10_000);
    errors.print(`relay stopped: ${delivered} delivered, ${dead} dead, ${waiting} left in ${spool}`);
  }
  return 0;
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** One line of JSON each, for whoever collects logs. */
function loggerOn(errors: Terminal): Logger {
  const write = (level: string) => (details: object, message: string) =>
    errors.print(JSON.stringify({ level, time: new Date().toISOString(), msg: message, ...details }));
  return { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') };
}

export const relay: Command = {
  name: 'relay',
  summary: 'a durable outbox on this machine for services in any language',
  help,
  async run(args) {
    try {
      const options = readArguments(args);
      if (options !== 'help') return await runRelay(options, makeTerminal(process.stderr));
      makeTerminal(process.stdout).print(help.trimEnd());
      return 0;
    } catch (error) {
      return reportFailure('relay', error, makeTerminal(process.stderr));
    }
  },
};
