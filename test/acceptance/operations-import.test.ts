/** `countinghouse import`: the same with a running server and without one, and twice is once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer, useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface ListedPrice {
  id: string;
  service: string;
  unit_amount: string;
  currency: string;
}

interface Stamped {
  id: string;
  name: string;
  sequence: string;
}

const customers =
  'name,time_zone,currency\n"Café São Paulo, Inc.",America/Sao_Paulo,BRL\nPlain,,\n\nPlain,,\nBroken,Mars/Olympus,\n';
const services =
  '[{"name":"Storage","rate":0.10,"unit":"GB"},{"name":"Calls","rate":"0.000000000001"},{"name":"Bad","rate":-1}]';

interface Files {
  readonly data: string;
  readonly customersFile: string;
  readonly servicesFile: string;
}

const running = useServer();

async function makeFiles(): Promise<Files> {
  const folder = await makeFolder();
  const [customersFile, servicesFile] = [join(folder, 'customers.csv'), join(folder, 'services.json')];
  await writeFile(customersFile, customers);
  await writeFile(servicesFile, services);
  return { data: join(folder, 'data'), customersFile, servicesFile };
}

async function runImport(kind: string, file: string, target: readonly string[]) {
  const program = runProgram(['import', kind, file, ...target]);
  const { code } = await program.exited;
  return { code, output: program.output(), errors: program.errors() };
}

const counts = (kind: string, ...numbers: number[]) =>
  new RegExp(`^${kind}\\s+${numbers.join('\\s+')}\\s*$`, 'm');

async function recordsOf(url: string) {
  const api = apiOf(() => url);
  const all = (kind: string) => walkPages<Stamped>(api, ['v1', kind], { limit: '1000' });
  return {
    customers: await all('customers'),
    services: await all('services'),
    prices: await walkPages<ListedPrice>(api, ['v1', 'prices']),
  };
}

const wanted = {
  customers: [
    {
      id: 'cafe-sao-paulo-inc',
      name: 'Café São Paulo, Inc.',
      time_zone: 'America/Sao_Paulo',
      currency: 'BRL',
    },
    { id: 'plain', name: 'Plain', time_zone: 'UTC', currency: 'USD' },
  ],
  services: [
    { id: 'Calls', name: 'Calls', unit: 'unit' },
    { id: 'Storage', name: 'Storage', unit: 'GB' },
  ],
};

const ratesOf = (prices: readonly ListedPrice[]) =>
  prices.map(({ service, unit_amount, currency }) => `${service} ${unit_amount} ${currency}`).sort();

async function importBoth(files: Files, target: readonly string[]) {
  const first = await runImport('customers', files.customersFile, target);
  const second = await runImport('services', files.servicesFile, target);
  expect([first.code, second.code], first.errors + second.errors).toEqual([0, 0]);
  return { customers: first.output, services: second.output };
}

function expectCreated(said: { customers: string; services: string }): void {
  expect(said.customers).toMatch(counts('customers', 2, 0, 0));
  expect(said.customers).toMatch(/line 4: blank/);
  expect(said.customers).toMatch(/line 5: duplicate/);
  expect(said.customers).toMatch(/line 6: .*time_zone_invalid/);
  expect(said.services).toMatch(counts('services', 2, 0, 0));
  expect(said.services).toMatch(counts('prices', 2, 0, 0));
  expect(said.services).toMatch(/entry 3: rate is negative/);
}

function expectUnchanged(said: { customers: string; services: string }): void {
  expect(said.customers).toMatch(counts('customers', 0, 0, 2));
  expect(said.services).toMatch(counts('services', 0, 0, 2));
  expect(said.services).toMatch(counts('prices', 0, 0, 2));
}

const rates = ['Calls 0.000000000001 USD', 'Storage 0.1 USD'];

it('with a running server, importing twice changes nothing the second time', async () => {
  const files = await makeFiles();
  const target = ['--data', running().data];
  expectCreated(await importBoth(files, target));
  const before = await recordsOf(running().url);
  expect(before).toMatchObject(wanted);
  expect(ratesOf(before.prices)).toEqual(rates);
  expectUnchanged(await importBoth(files, target));
  expect(await recordsOf(running().url)).toEqual(before);
});

it('without a server, the folder is opened; a server that starts later has it all, and nothing twice', async () => {
  const files = await makeFiles();
  expectCreated(await importBoth(files, ['--data', files.data]));
  expectUnchanged(await importBoth(files, ['--data', files.data]));
  const server = await startServer({ data: files.data });
  const records = await recordsOf(server.url);
  expect(records).toMatchObject(wanted);
  expect(ratesOf(records.prices)).toEqual(rates);
});

it('another rate is a new version from now on, beside the one before', async () => {
  const { servicesFile } = await makeFiles();
  const target = ['--url', running().url];
  for (const rate of ['1.5', '2.5']) {
    await writeFile(servicesFile, `[{"name":"Rerated","rate":${rate}},{"name":"Steady","rate":1}]`);
    const { output } = await runImport('services', servicesFile, target);
    expect(output).toMatch(rate === '1.5' ? counts('prices', 2, 0, 0) : counts('prices', 0, 1, 1));
  }
  const prices = (await recordsOf(running().url)).prices.filter(({ service }) => service === 'Rerated');
  expect(ratesOf(prices)).toEqual(['Rerated 1.5 USD', 'Rerated 2.5 USD']);
  expect(prices.map((price) => 'effective_from' in price).sort()).toEqual([false, true]);
});

it('a file that cannot be read, or holds nothing, is exit code 1', async () => {
  const { data, customersFile } = await makeFiles();
  const missing = await runImport('customers', join(data, 'none.csv'), ['--data', data]);
  expect(missing.code).toBe(1);
  expect(missing.errors).toMatch(/cannot read .*none\.csv/);
  await writeFile(customersFile, '');
  expect((await runImport('customers', customersFile, ['--data', data])).code).toBe(1);
  const { code, errors } = await runImport('customers', customersFile.replace('.csv', '.json'), [
    '--data',
    data,
  ]);
  expect([code, errors.includes('\n    at ')]).toEqual([1, false]);
});
