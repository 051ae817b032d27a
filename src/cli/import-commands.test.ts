/** The import commands against a stand-in for the server that keeps records as the API describes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { makeImportCustomers } from './import-customers.ts';
import type { ImportParts, Target } from './import-parts.ts';
import { makeImportServices } from './import-services.ts';
import { makeTerminal } from './terminal.ts';

const examples = new URL('../../examples/', import.meta.url).pathname;

let directory: string;
let server: ReturnType<typeof makeServer>;
let nowMs: number;
let output: string;
let errors: string;

const parts = (): ImportParts => ({
  connect: async (target: Target) => server.open(target),
  nowMs: () => nowMs,
  output: makeTerminal({ write: (text) => (output += text) }),
  errors: makeTerminal({ write: (text) => (errors += text) }),
});
const customers = makeImportCustomers(parts);
const services = makeImportServices(parts);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countinghouse-import-'));
  server = makeServer();
  nowMs = Date.parse('2026-11-24T10:00:00.000Z');
});
afterEach(() => rm(directory, { recursive: true }));

describe('import customers', () => {
  test('good rows arrive, bad ones are named by line, and the second time nothing changes', async () => {
    const file = await write('c.csv', 'name,time_zone\nAcme Corp,Europe/Paris\n\n"Open,UTC\nÉtoile,\n');
    expect(await run(customers, file, '--data', 'somewhere')).toBe(0);
    expect(server.targets).toEqual([{ data: 'somewhere' }]);
    expect(server.records.get('/v1/customers/acme-corp')).toMatchObject({
      name: 'Acme Corp',
      time_zone: 'Europe/Paris',
    });
    expect(output.replace(file, 'c.csv')).toMatchInlineSnapshot(`
      "c.csv
                 created  changed  unchanged
      ---------  -------  -------  ---------
      customers        2        0          0
      2 not imported:
        line 3: blank row
        line 4: malformed: a quote is not closed
      "
    `);

    const writes = server.writes.length;
    expect(await run(customers, file)).toBe(0);
    expect(counts('customers')).toEqual([0, 0, 2]);
    expect(server.writes.length).toBe(writes);

    await write('c.csv', 'name,time_zone\nACME Corp,Europe/Paris\nÉtoile,\n');
    expect(await run(customers, file)).toBe(0);
    expect(counts('customers')).toEqual([0, 1, 1]);
  });

  test('an id that needs escaping, and columns named by the caller, arrive as they are', async () => {
    const file = await write('c.csv', 'Nr,Firm\na/b c?,Acme\n');
    expect(await run(customers, file, '--name-column', 'Firm', '--id-column', 'Nr')).toBe(0);
    expect([...server.records.keys()]).toEqual(['/v1/customers/a%2Fb%20c%3F']);
  });

  test('a row that the server refuses is named in its words, and the others arrive', async () => {
    const file = await write('c.csv', 'name,time_zone\nAcme,Mars/Olympus\nBeta,UTC\n');
    expect(await run(customers, file)).toBe(0);
    expect(output).toContain('line 2: no such zone (time_zone_invalid)');
    expect(counts('customers')).toEqual([1, 0, 0]);
  });

  test('a server that fails ends the import with 1, tells what is done, and the connection is closed', async () => {
    const file = await write('c.csv', `name\n${Array.from({ length: 50 }, (_, n) => `c${n}`).join('\n')}\n`);
    server.failAfter(20);
    expect(await run(customers, file)).toBe(1);
    expect(errors).toMatch(/the server answered 503: too busy.*run it again/);
    expect(counts('customers')[0]).toBe(server.records.size);
    expect(server.connections()).toBe(0);
  });

  test.each([
    ['name\n\n!!!\n', /line 2: blank row\n {2}line 3: id missing/],
    ['', /line 1: no header/],
  ])('a file of which nothing can be imported gives 1', async (text, reason) => {
    expect(await run(customers, await write('c.csv', text))).toBe(1);
    expect(output).toMatch(reason);
    expect(server.targets).toEqual([]);
  });

  test('the sample file has at least 200 customers', async () => {
    expect(await run(customers, join(examples, 'customers.csv'))).toBe(0);
    expect(counts('customers')[0]).toBeGreaterThanOrEqual(200);
    for (const kind of [
      'blank row',
      'malformed: a quote',
      'malformed: 4 fields',
      'duplicate',
      'name missing',
    ]) {
      expect(output).toContain(kind);
    }
    expect(server.records.size).toBe(counts('customers')[0]);
  });
});

describe('import services', () => {
  const rateOf = (rate: string) => write('s.json', `[{ "name": "FileSync", "rate": ${rate}, "unit": "GB" }]`);
  const postedPrices = () =>
    server.prices.map(({ unit_amount, effective_from }) => [unit_amount, effective_from]);

  test('the first rate holds since always, another one from now on, the same one makes nothing', async () => {
    const file = await rateOf('0.150');
    expect(await run(services, file)).toBe(0);
    expect(server.records.get('/v1/services/FileSync')).toEqual({ name: 'FileSync', unit: 'GB' });
    expect([counts('services'), counts('prices')]).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(postedPrices()).toEqual([['0.15', undefined]]);

    await rateOf('"0.15"');
    expect(await run(services, file)).toBe(0);
    expect([counts('services'), counts('prices')]).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);

    await rateOf('0.2');
    expect(await run(services, file)).toBe(0);
    expect(counts('prices')).toEqual([0, 1, 0]);
    nowMs += 1000;
    await rateOf('0.15');
    expect(await run(services, file)).toBe(0);
    expect(await run(services, file)).toBe(0);
    expect(counts('prices')).toEqual([0, 0, 1]);
    expect(postedPrices()).toEqual([
      ['0.15', undefined],
      ['0.2', '2026-11-24T10:00:00.000Z'],
      ['0.15', '2026-11-24T10:00:01.000Z'],
    ]);
  });

  test('a currency of the entry beats that of the command', async () => {
    const file = await write('s.json', '[{"name":"A","rate":1},{"name":"B","rate":"2","currency":"JPY"}]');
    expect(await run(services, file, '--currency', 'EUR')).toBe(0);
    expect(server.prices.map(({ currency }) => currency)).toEqual(['EUR', 'JPY']);
  });

  test('bad entries are named by position; a file without a good one gives 1', async () => {
    const file = await write('s.json', '[{"name":"A","rate":-1},{"name":"B","rate":1},7]');
    expect(await run(services, file)).toBe(0);
    expect(output).toMatch(/2 not imported:\n {2}entry 1: rate is negative\n {2}entry 3: not an object/);
    expect(await run(services, await write('s.json', '[]'))).toBe(1);
    expect(await run(services, await write('s.json', '{'))).toBe(1);
    expect(output).toMatch(/file: not JSON/);
  });

  test('the sample file has the ten services with their exact rates', async () => {
    expect(await run(services, join(examples, 'services.json'))).toBe(0);
    expect(server.prices.map(({ service, unit_amount }) => `${service} ${unit_amount}`)).toEqual([
      'VideoStreaming 15',
      'CloudStorage 0.1',
      'DataAnalytics 50',
      'EmailCampaigns 0.05',
      'RealtimeMessaging 0.08',
      'APIRequests 0.02',
      'FileSync 0.15',
      'VirtualMachineHours 0.5',
      'UserAuthentication 0.01',
      'DatabaseQueries 0.03',
    ]);
  });
});

describe('wrong usage', () => {
  test.each<[Command, string[], RegExp]>([
    [customers, [], /which file/],
    [customers, ['a', 'b'], /one file at a time/],
    [customers, ['a', '--nonsense'], /--nonsense/],
    [customers, ['a', '--data', 'd', '--url', 'http://x'], /not both/],
    [services, ['a', '--url', 'nowhere'], /--url must be/],
    [services, ['a', '--currency', 'usd'], /--currency must be/],
  ])('%o %j gives 2 and points to the help', async (command, args, reason) => {
    expect(await run(command, ...args)).toBe(2);
    expect(errors).toMatch(reason);
    expect(errors).toContain(`countinghouse ${command.name} --help`);
  });

  test('a file that cannot be read gives 1 with the reason', async () => {
    expect(await run(customers, join(directory, 'none.csv'))).toBe(1);
    expect(errors).toMatch(/cannot read .*none\.csv .*ENOENT/);
  });

  test('--help prints the help and gives 0', async () => {
    expect(await run(services, '--help')).toBe(0);
    expect(output).toContain('Usage: countinghouse import services');
  });
});

async function run(command: Command, ...args: string[]): Promise<number> {
  output = '';
  errors = '';
  return await command.run(args);
}

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** Created, changed and unchanged, as printed. */
function counts(kind: string): number[] {
  const row = new RegExp(`^${kind} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(output);
  return (row ?? []).slice(1).map((digits) => Number.parseInt(digits, 10));
}

type Fields = Record<string, string | undefined>;

/** PUT and GET of records, GET and POST of prices: no more than the imports use. */
function makeServer() {
  const records = new Map<string, Fields>();
  const prices: Fields[] = [];
  const writes: string[] = [];
  const targets: unknown[] = [];
  let connections = 0;
  let left = Number.POSITIVE_INFINITY;

  const answer = (method: string, path: string, body: Fields) => {
    left -= 1;
    if (left < 0) return { status: 503, body: { title: 'too busy' } };
    const url = new URL(path, 'http://server');
    if (method === 'GET' && url.pathname === '/v1/prices')
      return {
        status: 200,
        body: {
          items: prices.filter(({ service }) => service === url.searchParams.get('service')),
          next_cursor: null,
        },
      };
    if (method === 'GET')
      return records.has(path) ? { status: 200, body: records.get(path) } : { status: 404, body: {} };
    writes.push(path);
    if (method === 'POST') return { status: 201, body: prices.push(body) };
    if (body.time_zone === 'Mars/Olympus') {
      return { status: 422, body: { code: 'time_zone_invalid', detail: 'no such zone' } };
    }
    const status = records.has(path) ? 200 : 201;
    records.set(path, { ...records.get(path), ...body });
    return { status, body: {} };
  };
  const request = async (method: string, path: string, body?: unknown) => {
    await new Promise(setImmediate);
    return answer(method, path, (body ?? {}) as Fields);
  };
  const open = (target?: unknown) => {
    connections += 1;
    targets.push(target);
    return {
      request,
      close: async () => {
        connections -= 1;
      },
    };
  };
  return {
    records,
    prices,
    writes,
    targets,
    open,
    connections: () => connections,
    failAfter: (requests: number) => {
      left = requests;
    },
  };
}
