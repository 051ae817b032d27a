// @ts-check
/**
 * The client under measurement, in a process of its own. It is sent one task, tells its figures, and ends; with `hold`
 * it keeps what it recorded in the spool for the next.
 */
import { mkdirSync } from 'node:fs';
import { BillingClient } from '@countinghouse/client';

/**
 * @typedef {object} ClientTask
 * @property {'calls' | 'fill' | 'deliver' | 'stream'} what
 * @property {string} url
 * @property {string} [token]
 * @property {string} directory
 * @property {'memory' | 'always' | 'interval'} kind
 * @property {number} events
 * @property {number} connections
 */
/**
 * @typedef {object} ClientFigures
 * @property {number} eventsPerSecond
 * @property {number} synchronousP50Us
 * @property {number} synchronousP99Us
 * @property {number} callP50Us until it resolves
 * @property {number} callP99Us
 * @property {number} residentGrowthBytes
 * @property {number} cpuPerEventUs of this process, since it began
 * @property {import('@countinghouse/client').ClientStats} stats
 */

/** @param {ClientTask} task */
function openClient({ url, token, directory, kind, connections }) {
  mkdirSync(directory, { recursive: true });
  const spool =
    kind === 'memory' ? { memory: true, maxBytes: 2 ** 31 } : { directory, fsync: kind, maxBytes: 2 ** 31 };
  return new BillingClient({
    ...{ baseUrl: url, spool, source: 'bench' },
    ...(token === undefined ? {} : { apiKey: token }),
    batch: { maxEvents: 1_000, maxInFlight: connections },
  });
}

const services = ['APIRequests', 'CloudStorage', 'Compute'];

/** @param {number} index */
function eventOf(index) {
  return {
    customer_id: `cust_${index % 1000}`,
    service: services[index % 3] ?? '',
    quantity: `${index % 97}.5`,
    properties: { region: 'eu-west-1', status: 200, cached: index % 2 === 0 },
  };
}

/** @param {ClientTask} task */
async function measureCalls(task) {
  const client = openClient(task);
  const [synchronous, whole] = [new Float64Array(task.events), new Float64Array(task.events)];
  const before = process.memoryUsage().rss;
  const begin = performance.now();
  for (let index = 0; index < task.events; index += 1) {
    const event = eventOf(index);
    const start = performance.now();
    const call = client.recordUsage(event);
    synchronous[index] = performance.now() - start;
    await call;
    whole[index] = performance.now() - start;
  }
  const elapsedMs = performance.now() - begin;
  const residentGrowthBytes = process.memoryUsage().rss - before;
  const stats = await client.close(0);
  return { ...figuresOf(task, elapsedMs, synchronous, whole), residentGrowthBytes, stats };
}

/** Records in turns of a thousand, as fast as it can. @param {ClientTask} task */
async function fill(task) {
  const client = openClient(task);
  await recordAll(client, 10_000);
  // The heap has its working size now; what grows from here on, waiting events cause.
  const before = process.memoryUsage().rss;
  const begin = performance.now();
  await recordAll(client, task.events - 10_000);
  const elapsedMs = performance.now() - begin;
  const residentGrowthBytes = process.memoryUsage().rss - before;
  const stats = await client.close(0);
  return { ...figuresOf(task, elapsedMs), residentGrowthBytes, stats };
}

/** What an earlier process left. @param {ClientTask} task */
async function deliver(task) {
  const begin = performance.now();
  const client = openClient(task);
  const stats = await client.flush(600_000);
  const elapsedMs = performance.now() - begin;
  await client.close();
  return { ...figuresOf(task, elapsedMs), stats };
}

/** Records and delivers at once. @param {ClientTask} task */
async function stream(task) {
  const begin = performance.now();
  const client = openClient(task);
  await recordAll(client, task.events);
  const stats = await client.flush(600_000);
  const elapsedMs = performance.now() - begin;
  await client.close();
  return { ...figuresOf(task, elapsedMs), stats };
}

/**
 * @param {BillingClient} client
 * @param {number} events
 */
async function recordAll(client, events) {
  for (let index = 0; index < events; index += 1_000) {
    const turn = Math.min(1_000, events - index);
    await Promise.all(Array.from({ length: turn }, (_, each) => client.recordUsage(eventOf(index + each))));
  }
}

/**
 * @param {ClientTask} task
 * @param {number} elapsedMs
 * @param {Float64Array} [synchronous]
 * @param {Float64Array} [whole]
 */
function figuresOf({ events }, elapsedMs, synchronous = new Float64Array(1), whole = new Float64Array(1)) {
  const at = (/** @type {Float64Array} */ sorted, /** @type {number} */ share) =>
    (sorted[Math.floor(sorted.length * share)] ?? 0) * 1000;
  synchronous.sort();
  whole.sort();
  return {
    eventsPerSecond: events / (elapsedMs / 1000),
    synchronousP50Us: at(synchronous, 0.5),
    synchronousP99Us: at(synchronous, 0.99),
    callP50Us: at(whole, 0.5),
    callP99Us: at(whole, 0.99),
    residentGrowthBytes: 0,
    cpuPerEventUs: (process.cpuUsage().user + process.cpuUsage().system) / events,
  };
}

const works = { calls: measureCalls, fill, deliver, stream };

process.once('message', async (message) => {
  const task = /** @type {ClientTask} */ (message);
  const figures = await works[task.what](task);
  process.send?.(figures, () => process.disconnect());
});
