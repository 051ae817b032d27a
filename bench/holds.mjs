// @ts-check
/**
 * `npm run bench:holds`: how long one large answer keeps the server's JavaScript thread from everything else. Each question is
 * asked alone on the built server, and the server's own event-loop delay says the longest hold; the timer behind that
 * metric runs every 10 ms, which are in each figure. It measures no throughput and asks nothing side by side.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeChildProcesses } from './child-processes.mjs';
import { oneMonth } from './event-span.mjs';
import { customerCount, customerId, serviceIds } from './known-names.mjs';
import { makeKnownRecords } from './known-records.mjs';
import { startServer } from './server-process.mjs';

const tell = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
const eventsPerRequest = 10_000;
const pairs = new URLSearchParams({ ...oneMonth, group_by: 'customer_id,service' });
const fewWindows = new URLSearchParams({ ...oneMonth, group_by: 'customer_id', window: '3day' });
const analysis = new URLSearchParams({ ...oneMonth, limit: '1000' });

/** Every pair of customer and service has events: 100,000 rows, the most that one answer may have. */
const questions = [
  { name: 'usage', path: `/v1/usage?${pairs}` },
  { name: 'usage as CSV', path: `/v1/usage?${pairs}&format=csv` },
  { name: 'usage as NDJSON', path: `/v1/usage?${pairs}&format=ndjson` },
  { name: 'usage as Parquet', path: `/v1/usage?${pairs}&format=parquet` },
  { name: 'costs', path: `/v1/costs?${pairs}` },
  { name: 'costs by three days', path: `/v1/costs?${fewWindows}` },
  { name: 'costs as CSV', path: `/v1/costs?${pairs}&format=csv` },
  { name: 'costs as NDJSON', path: `/v1/costs?${pairs}&format=ndjson` },
  { name: 'analysis of 1,000 customers', path: `/v1/analysis/customers?${analysis}` },
];

/** @typedef {import('./ask-server.mjs').Server} Server */

/** @param {Server} server */
async function fill({ url, token }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const count = customerCount * serviceIds.length;
  for (let from = 0; from < count; from += eventsPerRequest) {
    const events = Array.from({ length: eventsPerRequest }, (_, at) => ({
      id: `e${from + at}`,
      customer_id: customerId((from + at) % customerCount),
      service: serviceIds[Math.floor((from + at) / customerCount)],
      time: `2025-11-${String(1 + ((from + at) % 29)).padStart(2, '0')}T12:00:00Z`,
      quantity: `${1 + (at % 97)}.25`,
    }));
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) });
    if (answer.status !== 200) throw new Error(`storing answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

/**
 * @param {Server} server
 * @param {string} path
 */
async function ask({ url, token }, path) {
  const startedAt = performance.now();
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
  const body = Buffer.from(await answer.arrayBuffer());
  return { body, durationMs: performance.now() - startedAt };
}

/**
 * Since it was asked last.
 * @param {Server} server
 */
async function longestHoldMs(server) {
  const { body } = await ask(server, '/metrics');
  const text = /eventloop_lag_max_seconds ([\d.e-]+)$/m.exec(body.toString())?.[1] ?? 'NaN';
  return Number.parseFloat(text) * 1000;
}

/**
 * @param {Server} server
 * @param {string} kind
 * @param {number} rounds
 */
async function measure(server, kind, rounds) {
  for (const { name, path } of questions) {
    const holds = [];
    const durations = [];
    for (let round = 0; round < rounds; round += 1) {
      await longestHoldMs(server);
      const { durationMs } = await ask(server, path);
      holds.push(await longestHoldMs(server));
      durations.push(durationMs);
    }
    const list = (/** @type {number[]} */ values) => values.map((ms) => ms.toFixed(0).padStart(5)).join(' ');
    process.stdout.write(
      `${`${name}, ${kind}`.padEnd(46)} holds ms ${list(holds)}   takes ms ${list(durations)}\n`,
    );
  }
}

/** @param {Server} server */
async function addPrices({ url, token }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const service of serviceIds) {
    const price = { service, currency: 'USD', model: 'per_unit', unit_amount: '0.0012' };
    const answer = await fetch(`${url}/v1/prices`, { method: 'POST', headers, body: JSON.stringify(price) });
    if (answer.status !== 201)
      throw new Error(`POST /v1/prices answered ${answer.status}: ${await answer.text()}`);
  }
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, profile: { type: 'string' } },
});
const rounds = Number.parseInt(values.rounds, 10);
const children = makeChildProcesses();
const directory = await mkdtemp(join(tmpdir(), 'countinghouse-holds-'));
try {
  const folder = join(directory, 'data');
  tell('putting customers and services on record …');
  await makeKnownRecords(children, folder);
  const server = await startServer(children, folder, { profileDirectory: values.profile });
  tell('storing 100,000 events …');
  await fill(server);
  await measure(server, 'unpriced', rounds);
  await addPrices(server);
  await measure(server, 'priced', rounds);
  await server.stop();
} catch (error) {
  tell(`holds: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  children.killAll();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}
