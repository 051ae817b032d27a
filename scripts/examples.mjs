// @ts-check
/**
 * Runs the Express and Fastify examples with the frameworks themselves, the packed client and the built server: what they
 * answer is metered, once, under the right customer and route. Outside `npm test`: it downloads.
 *
 *   npm run build && node scripts/examples.mjs
 */
import { deepStrictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, withPackedClient } from './packed-client.mjs';

const from = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the example does not show: a router that is mounted, a route that is a pattern, errors, `customerOf` failing. */
const harderExpress = `
import { BillingClient } from '@countinghouse/client';
import express from 'express';
import { meterRequests } from './meter-requests.mjs';
const billing = new BillingClient({ source: 'harder', spool: { directory: process.env.SPOOL } });
const customerOf = (request) => {
  const customer = request.get('x-customer');
  if (customer === 'broken') throw new Error('no such customer');
  return customer;
};
const app = express();
app.use(meterRequests({ billing, customerOf, service: 'Api', onError: () => console.log('told') }));
const router = express.Router();
router.post('/things/:id', (request, response) => response.status(201).end());
router.get('/', (request, response) => response.end());
app.use('/v2', router);
app.get(/^\\/files\\/(.*)$/, (request, response) => response.end());
app.get('/late', async (request, response) => setTimeout(() => response.end('late'), 20));
app.get('/wrong', () => { throw new Error('wrong'); });
app.use((error, request, response, next) => response.status(500).end());
const server = app.listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));
process.once('SIGTERM', () => server.close(() => void billing.close(5_000)));
`;

const hello = [
  { path: '/hello/ada', customer: 'cust_42', wanted: { route: '/hello/:name', status: 200 } },
  { path: '/nothing', customer: 'cust_42', wanted: { route: 'none', status: 404 } },
  { path: '/hello/nobody' },
];
const harder = [
  { path: '/v2/things/7', method: 'POST', customer: 'c', wanted: { route: '/v2/things/:id', status: 201 } },
  { path: '/v2', customer: 'c', wanted: { route: '/v2/', status: 200 } },
  { path: '/files/a/b', customer: 'c', wanted: { route: '/^\\/files\\/(.*)$/', status: 200 } },
  { path: '/late', customer: 'c', wanted: { route: '/late', status: 200 } },
  { path: '/wrong', customer: 'c', wanted: { route: '/wrong', status: 500 } },
  { path: '/late', customer: 'broken' },
];

const examples = [
  { name: 'Fastify 5', spec: 'fastify@5.12.8', folder: 'fastify', program: 'server.mjs', requests: hello },
  { name: 'Express 5', spec: 'express@5.3.0', folder: 'express', program: 'server.mjs', requests: hello },
  {
    name: 'Express 5, harder',
    spec: 'express@5.3.0',
    folder: 'express',
    program: 'harder.mjs',
    requests: harder,
  },
  { name: 'Express 4', spec: 'express@4.21.2', folder: 'express', program: 'server.mjs', requests: hello },
  {
    name: 'Express 4, harder',
    spec: 'express@4.21.2',
    folder: 'express',
    program: 'harder.mjs',
    requests: harder,
  },
];

/**
 * A program that says where it listens; `pattern` finds the address.
 * @param {readonly string[]} args
 * @param {RegExp} pattern
 * @param {Record<string, string>} [environment]
 */
async function start(args, pattern, environment = {}) {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    const url = pattern.exec(output)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return { url, child };
    }
  }
  throw new Error(`it ended without listening: ${output}`);
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

/**
 * @param {typeof examples[number]} example
 * @param {string} project where the client is installed
 */
async function tryExample({ spec, folder, program, requests }, project) {
  const place = join(project, 'example');
  await rm(place, { recursive: true, force: true });
  await cp(from(`examples/${folder}`), place, { recursive: true });
  await writeFile(join(place, 'harder.mjs'), harderExpress);
  await mkdir(join(place, 'spool'));
  await install(project, [spec]);
  const data = join(place, 'data');
  const server = await start(
    [from('bin/countinghouse.cjs'), 'serve', '--port', '0', '--data', data],
    /"url":"(http[^"]+)"/,
  );
  try {
    const environment = { COUNTINGHOUSE_URL: server.url, SPOOL: join(place, 'spool'), PORT: '0' };
    const service = await start([join(place, program)], /listening on (http:\/\/\S+)/, environment);
    for (const { path, customer, method = 'GET' } of requests) {
      const headers = customer === undefined ? {} : { 'x-customer': customer };
      await (await fetch(service.url + path, { method, headers })).text();
    }
    deepStrictEqual(await stop(service.child), 0, 'it did not end in order');
    deepStrictEqual(
      await stored(server.url),
      requests.flatMap(({ wanted }) => wanted ?? []),
    );
  } finally {
    await stop(server.child);
  }
}

/** Routes and statuses in the order of their answers. @param {string} url */
async function stored(url) {
  const { items } = await (await fetch(`${url}/v1/events?order=asc`)).json();
  return items.map((/** @type {any} */ { properties: { route, status } }) => ({ route, status }));
}

await withPackedClient(async (project) => {
  for (const example of examples) {
    const trouble = await tryExample(example, project).then(
      () => null,
      (error) => error,
    );
    if (trouble !== null) process.exitCode = 1;
    console.log(trouble === null ? `ok     ${example.name}` : `FAILED ${example.name}: ${trouble.message}`);
  }
});
