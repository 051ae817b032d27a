/**
 * A third party recomputes statements with the documentation alone (MONEY.md 5.7): examples/verify-statement.py shares
 * nothing with this program but docs/statements.md. It must agree on every model and meter, and notice what was changed.
 */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { runProgram, useServer } from '../support/server-process.ts';
import type { StatementBody } from '../support/statement-answers.ts';

const script = fileURLToPath(new URL('../../examples/verify-statement.py', import.meta.url));
const server = useServer();
const api = apiOf(() => server().url);

function python(url: string, statement: string): Promise<{ code: number | null; text: string }> {
  const child = spawn('python3', ['-B', script, url, statement], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

async function made(method: 'post' | 'put', path: string, body: object): Promise<void> {
  const answer = await api[method](path, body);
  expect(answer.status, `${path} ${JSON.stringify(body)} ${answer.text}`).toBe(201);
}

const tiers = [
  { from: '0', to: '10.5', unit_amount: '1', flat_amount: '0.5' },
  { from: '10.5', to: '20', unit_amount: '0.75' },
  { from: '20', to: null, unit_amount: '0.3333', flat_amount: '2' },
];

const meters = [
  { id: 'regions', service: 'A', aggregation: 'count', dimensions: ['properties.region'] },
  { id: 'peak', service: 'B', aggregation: 'max', value: 'properties.size' },
  { id: 'mean', service: 'B', aggregation: 'average', value: 'properties.size' },
  { id: 'seats', service: 'C', aggregation: 'unique', value: 'properties.user' },
  { id: 'p95', service: 'C', aggregation: 'p95', value: 'properties.size' },
  { id: 'stored', service: 'D', aggregation: 'time_weighted', value: 'properties.size', per: 'hour' },
  { id: 'last', service: 'E', aggregation: 'latest', value: 'properties.size' },
  {
    id: 'big',
    service: 'E',
    aggregation: 'sum',
    filter: {
      all: [
        { field: 'properties.size', op: 'gte', value: 5 },
        { field: 'properties.region', op: 'exists' },
      ],
    },
  },
];

const perUnit = { model: 'per_unit', unit_amount: '0.0125' };
const prices = [
  { service: 'A', model: 'graduated', tiers, included_quantity: '2' },
  { service: 'A', ...perUnit, effective_from: '2025-10-12T07:30:00Z', minimum_amount: '40' },
  {
    meter: 'regions',
    model: 'per_unit',
    dimension: 'properties.region',
    rates: [{ value: 'eu', unit_amount: '0.5' }],
    fallback: { unit_amount: '0.1' },
  },
  { service: 'B', model: 'volume', tiers },
  { meter: 'peak', model: 'package', package_size: '3', package_amount: '1.1' },
  { meter: 'mean', ...perUnit },
  { meter: 'seats', model: 'flat', flat_amount: '99' },
  { meter: 'p95', ...perUnit, maximum_amount: '0.01' },
  { service: 'C', model: 'percentage', rate: '0.029', minimum_amount: '1' },
  { service: 'D', model: 'pass_through' },
  { meter: 'stored', model: 'per_unit', unit_amount: '0.001' },
  { meter: 'stored', model: 'per_unit', unit_amount: '0.002', effective_from: '2025-10-20T00:00:00Z' },
  { meter: 'last', ...perUnit },
  { meter: 'big', model: 'flat', flat_amount: '31', customer_id: 'third' },
];

function event(index: number): object {
  const service = 'ABCDEF'[index % 6] as string;
  const day = String(1 + ((index * 7) % 31)).padStart(2, '0');
  const hour = String((index * 5) % 24).padStart(2, '0');
  return {
    ...{ id: `e ${index} "é\\`, source: index % 4 === 0 ? 'a/b' : 'other', customer_id: 'third', service },
    time: `2025-10-${day}T${hour}:30:00.${String(index).padStart(3, '0')}Z`,
    quantity: service === 'A' && index % 5 === 0 ? '-0.25' : `${index % 9}.${index % 7}`,
    ...(index % 3 === 0 && { amount: `${index}.05` }),
    properties: {
      size: ((index * 37) % 101) / 10,
      user: index % 2 === 0 ? index % 8 : `${index % 8}`,
      ...(index % 5 !== 1 && { region: index % 4 === 0 ? 'eu' : '🚀 "q"' }),
      flag: index % 2 === 0,
    },
  };
}

beforeAll(async () => {
  await made('put', '/v1/customers/third', { name: 'Third', time_zone: 'America/New_York' });
  for (const service of 'ABCDE') {
    await made('put', `/v1/services/${service}`, {
      name: service,
      unit: 'u',
      allow_negative: service === 'A',
    });
  }
  for (const meter of meters) await made('post', '/v1/meters', { name: meter.id, ...meter });
  for (const price of prices) await made('post', '/v1/prices', { currency: 'USD', ...price });
  const level = {
    id: 'level',
    customer_id: 'third',
    service: 'D',
    time: '2025-09-02T00:00:00Z',
    properties: { size: 3.5 },
  };
  const events = [level, ...Array.from({ length: 90 }, (_, index) => event(index))];
  expect((await api.post<Ingested>('/v1/events', events)).body.accepted).toBe(91);
  for (const [index, action] of [
    [12, 'void'],
    [13, 'amend'],
  ] as const) {
    const { id, source } = event(index) as { id: string; source: string };
    const change = action === 'amend' ? { event: { quantity: '123.456' } } : {};
    await made('post', '/v1/corrections', {
      id: `c${index}`,
      action,
      source,
      event_id: id,
      reason: 'x',
      ...change,
    });
  }
  for (const period of ['2025-09', '2025-10']) {
    await made('post', '/v1/customers/third/statements', { period });
  }
  // What comes later must not be counted.
  await api.post('/v1/events', [{ ...event(95), id: 'late' }]);
  await made('post', '/v1/corrections', {
    id: 'c-late',
    action: 'void',
    source: 'other',
    event_id: (event(1) as { id: string }).id,
    reason: 'x',
  });
  await made('post', '/v1/customers/third/statements', { period: '2025-11' });
});

it.each(['2025-09', '2025-10', '2025-11'])(
  'the script of a third party agrees with the statement of %s',
  async (period) => {
    const { code, text } = await python(server().url, `third:${period}`);
    expect(text).toContain(`OK third:${period}`);
    expect(code).toBe(0);
  },
);

it('the statement it agrees with has every line there is', async () => {
  const { body } = await api.get<StatementBody>('/v1/statements/third%3A2025-10');
  const lines = body.lines.map(({ line }) => line);
  expect(lines).toEqual([
    ...['A', 'B', 'C', 'D', 'big', 'last', 'mean', 'p95', 'peak'],
    ...['regions/null', 'regions/"eu"', 'regions/"🚀 \\"q\\""', 'seats', 'stored'],
  ]);
  expect(body.suspense).toMatchObject([{ service: 'F' }]);
  const { body: november } = await api.get<StatementBody>('/v1/statements/third%3A2025-11');
  expect(november.adjustments.length).toBeGreaterThan(0);
});

it('and so does `countinghouse verify`', async () => {
  const program = runProgram(['verify', '--data', server().data]);
  expect(await program.exited).toMatchObject({ code: 0 });
  expect(program.output()).toContain('OK: 3 statements agree');
});

it.each([
  ['an amount in the kept bytes', '/canonical', /"total":"[^"]+"/, '"total":"1.00"', 'hash'],
  ['a quantity of an event', '/v1/events', /"quantity":"123.456"/, '"quantity":"123.457"', 'digest'],
  ['a property of an event', '/v1/events', /"flag":true/g, '"flag":false', 'digest'],
  ['a rate', '/v1/prices/', /"unit_amount":"[^"]+"/, '"unit_amount":"7"', 'exact_amount'],
])('it notices that %s was changed', async (_, path, pattern, replacement, named) => {
  const { code, text } = await python(await changing(path, pattern, replacement), 'third:2025-10');
  expect(code).toBe(1);
  expect(text).toContain('DIFFERENCE in ');
  expect(text).toContain(named);
});

/** The server's own answers, but for one text. */
async function changing(path: string, pattern: RegExp, replacement: string): Promise<string> {
  const proxy: Server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(`${server().url}${request.url}`);
      const text = await answer.text();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(request.url?.includes(path) ? text.replace(pattern, replacement) : text);
    })();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
