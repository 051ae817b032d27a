/** The examples, run as a reader would run them: what they meter arrives at the server. */
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BillingClient } from '@countinghouse/client';
import { expect, onTestFinished, test } from 'vitest';
import { meterRequests } from '../../examples/express/meter-requests.mjs';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer } from '../support/server-process.ts';

const example = (path: string): string => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

async function stored(url: string) {
  const { body } = await apiOf(() => url).get<{ items: Record<string, unknown>[] }>('/v1/events?order=asc');
  return body.items.map(({ source, customer_id, service, quantity, properties }) => ({
    ...{ source, customer_id, service, quantity, properties },
  }));
}

function run(command: string, args: readonly string[], environment: Record<string, string>) {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('the Fastify plugin meters what it answers, and delivers before it leaves', async () => {
  const { url } = await startServer();
  const environment = { COUNTINGHOUSE_URL: url, SPOOL: await makeFolder(), PORT: '0' };
  const child = run(process.execPath, [example('fastify/server.mjs')], environment);
  const [line] = await once(child.stdout, 'data');
  const service = /http:\S+/.exec(String(line))?.[0];
  await fetch(`${service}/hello/ada`, { headers: { 'x-customer': 'cust_42' } });
  await fetch(`${service}/nothing`, { headers: { 'x-customer': 'cust_42' } });
  await fetch(`${service}/hello/nobody`);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const metered = {
    source: 'fastify-example',
    customer_id: 'cust_42',
    service: 'APIRequests',
    quantity: '1',
  };
  expect(await stored(url)).toMatchObject([
    { ...metered, properties: { method: 'GET', route: '/hello/:name', status: 200, ms: expect.any(Number) } },
    { ...metered, properties: { method: 'GET', route: 'none', status: 404 } },
  ]);
});

test('the Express middleware meters what was answered, and passes on at once', async () => {
  const { url } = await startServer();
  const billing = new BillingClient({
    baseUrl: url,
    source: 'express',
    spool: { directory: await makeFolder() },
  });
  const middleware = meterRequests({ billing, customerOf: (request) => request.customer });
  const passed: string[] = [];
  const answerOne = (customer: string | undefined) => {
    const response = Object.assign(new EventEmitter(), { statusCode: 201 });
    middleware({ customer, method: 'PUT', route: { path: '/things/:id' } }, response, () =>
      passed.push('next'),
    );
    response.emit('finish');
  };
  answerOne('cust_42');
  answerOne(undefined);
  await billing.close();
  expect(passed).toEqual(['next', 'next']);
  const properties = { method: 'PUT', route: '/things/:id', status: 201 };
  expect(await stored(url)).toMatchObject([{ source: 'express', customer_id: 'cust_42', properties }]);
});

test('curl reports through the relay; the Python example is Python', async () => {
  const { url } = await startServer();
  const relay = runProgram(['relay', '--to', url, '--port', '0', '--spool', await makeFolder()]);
  await expect.poll(() => relay.output(), { timeout: 30_000 }).toMatch(/listening on/);
  const at = /listening on (http\S+),/.exec(relay.output())?.[1] ?? '';
  const child = run('sh', [example('relay/report.sh'), 'cust_7', 'Compute', '2.5'], { RELAY: at });
  const [answer] = await once(child.stdout, 'data');
  expect(JSON.parse(String(answer))).toEqual({ queued: 1, rejected: 0, results: [] });
  await expect
    .poll(() => stored(url), { timeout: 30_000 })
    .toMatchObject([{ source: 'shell', customer_id: 'cust_7', service: 'Compute', quantity: '2.5' }]);
  const compile = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
  const python = run('python3', ['-c', compile, example('relay/report.py')], {});
  expect((await once(python, 'exit'))[0]).toBe(0);
});
