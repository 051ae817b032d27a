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
  const generator = await load.run({ choice, eventsPerRequest: 1_000, connections, time: null });
  await load.end();
  const perSecond = generator.events / (generator.windowMs / 1000);
  print(`load generator, batches of 1,000, ${connections} connections: ${count(perSecond)} events/s`);
  const parts = { url, token, connections, events };
  const delivered = await runClient({ what: 'deliver', directory: filled, ...parts });
  const streamed = await runClient({ what: 'stream', directory: join(directory, 'streamed'), ...parts });
  for (const [name, figures] of /** @type {const} */ ([
    ['client, what waits in the spool', delivered],
    ['client, recording and delivering at once', streamed],
  ])) {
    const { eventsPerSecond, stats } = figures;
    if (stats.delivered !== events) throw new Error(`${name}: delivered ${JSON.stringify(stats)}`);
    print(
      `${name}: ${count(eventsPerSecond)} events/s, ${(eventsPerSecond / perSecond).toFixed(2)} of the generator`,
    );
  }
  await server.stop();
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
