// @ts-check
/**
 * How long statements take on a server that holds many events: one customer's draft, closing everybody, explaining a line
 * of a customer with very many events, verifying.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeChildProcesses } from './child-processes.mjs';
import { customerCount, customerId, serviceIds } from './known-names.mjs';
import { makeKnownRecords } from './known-records.mjs';
import { readProcessUsage } from './process-usage.mjs';
import { startServer } from './server-process.mjs';

/** A month that is over, wherever the customer lives. */
const month = { name: '2025-10', fromMs: Date.parse('2025-10-01T00:00:00Z'), ms: 31 * 86_400_000 };
const batchEvents = 10_000;
const senders = 4;
const draftCount = 200;
/** The customer whose line is explained has every hundredth event, all of one service. */
const heavyShare = 100;

/** @typedef {import('./server-process.mjs').ServerProcess} ServerProcess */

const help = `Usage: npm run bench:statements -- [options]

Stores events of one month for 10,000 customers and ten services on a fresh server. Then asks for drafts one after the other,
closes the month for everybody, explains a line with a hundredth of all events, and verifies every statement.

Options:
  --events N     how many (1000000)
  --folder DIR   fill this folder, or use it as it is when it is filled, and keep it; nothing is closed or verified there
  --help         this text

Examples:
  npm run bench:statements
  npm run bench:statements -- --events 10000000
`;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit();
}
const events = Number.parseInt(values.events, 10);
const children = makeChildProcesses();
const directory = values.folder ?? (await mkdtemp(join(tmpdir(), 'countinghouse-bench-')));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  // What waits for the server fails then, and the folder is removed as after any failure.
  process.once(signal, () => children.killAll());
}
try {
  const data = join(directory, 'data');
  const isFilled = existsSync(data);
  if (!isFilled) await makeKnownRecords(children, data);
  const server = await startServer(children, data);
  if (!isFilled) await sendEvents(server);
  print('events stored', `${events}`);
  await measure('draft, one customer', draftCount, (index) =>
    get(
      server,
      `/v1/customers/${customerId(1 + ((index * 47) % (customerCount - 1)))}/statements/draft?period=${month.name}`,
    ),
  );
  if (values.folder === undefined) await closeAndAsk(server);
  await server.stop();
} finally {
  children.killAll();
  if (values.folder === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** @param {ServerProcess} server */
async function closeAndAsk(server) {
  await command(server, 'close', ['--period', month.name]);
  const line = `/v1/statements/${customerId(0)}%3A${month.name}/lines/${serviceIds[0]}`;
  await measure(`explain, ${Math.floor(events / heavyShare)} events`, 20, () =>
    get(server, `${line}/explain`),
  );
  await command(server, 'verify', ['--period', month.name]);
}

/** @param {ServerProcess} server @param {string} name @param {string[]} args */
async function command(server, name, args) {
  const before = await readProcessUsage(server.pid);
  const startedMs = performance.now();
  const child = children.spawnNode([
    'bin/countinghouse.cjs',
    name,
    ...args,
    '--data',
    join(directory, 'data'),
  ]);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  const seconds = (performance.now() - startedMs) / 1000;
  const after = await readProcessUsage(server.pid);
  const cpu = before && after ? (after.cpuMicroseconds - before.cpuMicroseconds) / 1e6 : Number.NaN;
  const statements = customerCount.toLocaleString('en-US');
  print(
    `${name}, ${statements} statements`,
    `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${mebibytes(after)} MiB resident`,
  );
}

/** @param {ServerProcess} server */
async function sendEvents(server) {
  const starts = Array.from(
    { length: Math.ceil(events / batchEvents) },
    (_, index) => index * batchEvents,
  ).values();
  const send = async () => {
    for (const start of starts) {
      const count = Math.min(batchEvents, events - start);
      const body = JSON.stringify(Array.from({ length: count }, (_, index) => eventAt(start + index)));
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body });
      const { accepted } = /** @type {{ accepted: number }} */ (await answer.json());
      if (accepted !== count) throw new Error(`${accepted} of ${count} events were accepted`);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
}

/** @param {number} index */
function eventAt(index) {
  const chance = Math.imul(index, 2_654_435_761) >>> 0;
  const isHeavy = index % heavyShare === 0;
  return {
    id: `event-${index}`,
    customer_id: customerId(isHeavy ? 0 : 1 + (chance % (customerCount - 1))),
    service: serviceIds[isHeavy ? 0 : (chance >>> 16) % serviceIds.length],
    time: new Date(month.fromMs + ((index * 7_919) % month.ms)).toISOString(),
    quantity: `${chance % 97}.${chance % 10}`,
    properties: { region: `region-${chance % 5}`, size: chance % 1_000 },
  };
}

/** @param {string} name @param {number} count @param {(index: number) => Promise<void>} ask */
async function measure(name, count, ask) {
  /** @type {number[]} */
  const times = [];
  for (let index = 0; index < count; index += 1) {
    const startedMs = performance.now();
    await ask(index);
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    (times[Math.floor(share * (count - 1))] ?? Number.NaN).toFixed(1);
  print(name, `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, least ${at(0)} ms`);
}

/** @param {ServerProcess} server @param {string} path */
async function get(server, path) {
  const answer = await fetch(`${server.url}${path}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${text}`);
}

/** @param {string} name @param {string} text */
function print(name, text) {
  process.stdout.write(`${name.padEnd(36)} ${text}\n`);
}

/** @param {import('./process-usage.mjs').ProcessUsage | null} usage */
function mebibytes(usage) {
  return usage === null ? '?' : (usage.residentBytes / 1024 ** 2).toFixed(0);
}
