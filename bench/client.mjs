// @ts-check
/**
 * `npm run bench:client`: what the client costs a service, and how fast one client process delivers to the built server,
 * next to the plain load generator in the same run with the same batches and connections. All on 127.0.0.1.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeChildProcesses } from './child-processes.mjs';
import { oneMonth } from './event-span.mjs';
import { copyKnownRecords, makeKnownRecords } from './known-records.mjs';
import { startLoad } from './load-process.mjs';
import { readProcessUsage } from './process-usage.mjs';
import { startServer } from './server-process.mjs';

/** @typedef {import('./client-process.mjs').ClientTask} ClientTask */
/** @typedef {import('./client-process.mjs').ClientFigures} ClientFigures */

const help = `Usage: npm run bench:client -- [--events N] [--connections N]

  --events N       events of each delivery, and waiting for the memory's measure   (1000000)
  --connections N  batches of 1,000 under way at a time                     (8)
`;

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    connections: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
});

const children = makeChildProcesses();
const nowhere = 'http://127.0.0.1:9';
const print = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
const count = (/** @type {number} */ number) => Math.round(number).toLocaleString('en-US');

/**
 * @param {Partial<ClientTask> & Pick<ClientTask, 'what' | 'directory'>} task
 * @returns {Promise<ClientFigures>}
 */
async function runClient(task) {
  const child = children.forkModule('client-process.mjs');
  const figures = once(child, 'message');
  child.send({ url: nowhere, kind: 'interval', events: 0, connections: 1, ...task });
  const ended = once(child, 'exit');
  const [heard] = await Promise.race([figures, ended.then(() => [null])]);
  await ended;
  if (heard === null) throw new Error('the client ended early');
  return heard;
}

/** @param {string} directory */
async function measureCalls(directory) {
  for (const [kind, events] of /** @type {const} */ ([
    ['memory', 100_000],
    ['interval', 100_000],
    ['always', 2_000],
  ])) {
    const figures = await runClient({ what: 'calls', kind, events, directory: join(directory, kind) });
    const { synchronousP50Us, synchronousP99Us, callP50Us, callP99Us } = figures;
    const us = (/** @type {number} */ value) => value.toFixed(1).padStart(8);
    print(
      `recordUsage, ${kind.padEnd(8)}  synchronous p50 ${us(synchronousP50Us)} µs  p99 ${us(synchronousP99Us)} µs` +
        `   until it resolves p50 ${us(callP50Us)} µs  p99 ${us(callP99Us)} µs`,
    );
  }
}

/**
 * @param {string} directory
 * @param {{ events: number, connections: number }} options
 */
async function measureDelivery(directory, { events, connections }) {
  const filled = join(directory, 'filled');
  const { residentGrowthBytes } = await runClient({ what: 'fill', directory: filled, events });
  print(
    `resident memory grown with ${count(events)} events waiting in the spool: ${count(residentGrowthBytes / 1e6)} MB`,
  );
  const [records, data] = [join(directory, 'records'), join(directory, 'data')];
  await makeKnownRecords(children, records);
  await copyKnownRecords(records, data);
  const server = await startServer(children, data);
  const { url, token, pid } = server;
  const load = startLoad(children, { url, token, pid, seed: 1, span: oneMonth });
  const choice = { kind: /** @type {const} */ ('new'), count: events };
  const generated = await onServer(pid, events, async () => {
    const { windowMs } = await load.run({ choice, eventsPerRequest: 1_000, connections, time: null });
    return { eventsPerSecond: events / (windowMs / 1000), cpuPerEventUs: 0 };
  });
  await load.end();
  print(`load generator, batches of 1,000, ${connections} connections: ${generated.text}`);
  const parts = { url, token, connections, events };
  for (const [name, what, folder] of /** @type {const} */ ([
    ['client, what waits in the spool', 'deliver', filled],
    ['client, recording and delivering at once', 'stream', join(directory, 'streamed')],
  ])) {
    const found = await onServer(pid, events, async () => {
      const figures = await runClient({ what, directory: folder, ...parts });
      if (figures.stats.delivered !== events) throw new Error(`${name}: ${JSON.stringify(figures.stats)}`);
      return figures;
    });
    const share = found.eventsPerSecond / generated.eventsPerSecond;
    print(`${name}: ${found.text}, ${share.toFixed(2)} of the generator`);
  }
  await server.stop();
}

/**
 * @param {number} pid of the server
 * @param {number} events
 * @param {() => Promise<{ eventsPerSecond: number, cpuPerEventUs: number }>} work
 */
async function onServer(pid, events, work) {
  const before = await readProcessUsage(pid);
  const { eventsPerSecond, cpuPerEventUs } = await work();
  const after = await readProcessUsage(pid);
  const server = after && before ? (after.cpuMicroseconds - before.cpuMicroseconds) / events : Number.NaN;
  const cpu = `CPU an event: server ${server.toFixed(1)} µs, client ${cpuPerEventUs.toFixed(1)} µs`;
  return { eventsPerSecond, text: `${count(eventsPerSecond)} events/s (${cpu})` };
}

if (values.help) process.stdout.write(help);
else {
  const directory = await mkdtemp(join(tmpdir(), 'countinghouse-bench-client-'));
  try {
    await measureCalls(directory);
    const { events, connections } = values;
    await measureDelivery(directory, {
      events: Number(events),
      connections: Number(connections),
    });
  } finally {
    children.killAll();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
