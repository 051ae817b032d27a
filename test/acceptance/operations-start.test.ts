/** What keeps a server from starting is said in one line, with the exit code that scripts expect. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer, useServer } from '../support/server-process.ts';

const running = useServer();

/** Runs a command to its end; one that starts a server where it must not is ended, and its code is null. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const program = runProgram(args, environment);
  let ended = false;
  void program.exited.then(() => {
    ended = true;
  });
  await expect.poll(() => ended || program.output().includes('"listening"'), { timeout: 60_000 }).toBe(true);
  program.kill('SIGKILL');
  const { code } = await program.exited;
  return { code, output: program.output(), errors: program.errors() };
}

/** One line, no stack: it is not a bug report. */
function expectOneLine(errors: string, about: RegExp): void {
  expect(errors).toMatch(about);
  expect(errors).not.toMatch(/\n\s+at /);
}

it('a second server on the same folder is refused, and the first goes on', async () => {
  const first = running();
  const before = await readFile(join(first.data, 'server.json'), 'utf8');
  const second = await run(['serve', '--port', '0', '--data', first.data]);
  expect(second.code).toBe(1);
  expectOneLine(second.errors, /another process has the data folder .* open/);
  expect(second.errors).toContain(first.data);
  expect(await readFile(join(first.data, 'server.json'), 'utf8')).toBe(before);
  const api = apiOf(() => first.url);
  const event = { id: 'a', customer_id: 'c', service: 's' };
  expect((await api.post<Ingested>('/v1/events', event)).body).toMatchObject({ accepted: 1 });
});

it("a folder that is somebody else's is refused and left as it is", async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'letters.txt'), 'dear reader');
  const { code, errors } = await run(['serve', '--port', '0', '--data', folder]);
  expect(code).toBe(1);
  expectOneLine(errors, /is not a data folder of Countinghouse/);
  expect(await readdir(folder)).toEqual(['letters.txt']);
});

it('a folder of a newer version is refused and left as it is', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'countinghouse.json'), '{"product":"countinghouse","format":999}\n');
  const { code, errors } = await run(['serve', '--port', '0', '--data', folder]);
  expect(code).toBe(1);
  expectOneLine(errors, /format 999.*newer version/);
  expect(await readdir(folder)).toEqual(['countinghouse.json']);
});

it('a folder that is a file, or lies under one, is refused', async () => {
  const folder = await makeFolder();
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const data of [file, join(file, 'below')]) {
    const { code, errors } = await run(['serve', '--port', '0', '--data', data]);
    expect(code).toBe(1);
    expectOneLine(errors, /cannot use the data folder/);
  }
});

it('a missing folder is made, readable for its owner alone; after a kill it opens again at once', async () => {
  const data = join(await makeFolder(), 'deep', 'data');
  const killed = await startServer({ data });
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect((await stat(join(data, 'server.json'))).mode & 0o777).toBe(0o600);
  const address = async () => JSON.parse(await readFile(join(data, 'server.json'), 'utf8'));
  expect(await address()).toMatchObject({ url: killed.url, pid: killed.pid });
  killed.kill('SIGKILL');
  await killed.exited;
  const next = await startServer({ data });
  expect(await address()).toMatchObject({ url: next.url, pid: next.pid });
});

it('a port that is taken is refused by number', async () => {
  const { port } = new URL(running().url);
  const { code, errors } = await run(['serve', '--port', port, '--data', await makeFolder()]);
  expect(code).toBe(1);
  expectOneLine(errors, new RegExp(`port ${port} .* is taken`));
});

it.each([
  [['serve', '--prot', '8787'], /--prot/],
  [['serve', '--port'], /--port/],
  [['serve', 'now'], /now/],
  [['serve', '--strict=maybe'], /strict/],
  [['import', 'customers'], /file/],
  [['import', 'customers', 'a.csv', '--colour', 'red'], /--colour/],
  [['import', 'customers', 'a.csv', '--data', 'x', '--url', 'http://127.0.0.1'], /--data or --url/],
  [['invoice'], /invoice/],
])('countinghouse %j is wrong usage: exit code 2', async (args, about) => {
  const { code, errors } = await run(args);
  expectOneLine(errors, about);
  expect(code).toBe(2);
});

it.each([
  [{ COUNTINGHOUSE_PORT: 'many' }, /COUNTINGHOUSE_PORT/],
  [{ COUNTINGHOUSE_LOG_LEVEL: 'loud' }, /COUNTINGHOUSE_LOG_LEVEL/],
])('a wrong setting in the environment is named: %j', async (environment, about) => {
  const { code, errors } = await run(['serve', '--data', await makeFolder()], environment);
  expect(code).not.toBe(0);
  expectOneLine(errors, about);
});

it('an unknown setting in the config file is named', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, 'etc'));
  const file = join(folder, 'etc', 'config.json');
  await writeFile(file, '{"prot": 1}');
  const { code, errors } = await run(['serve', '--config', file, '--data', join(folder, 'data')]);
  expect(code).not.toBe(0);
  expectOneLine(errors, /prot/);
});

it('help and version are answers, not errors', async () => {
  for (const args of [['--help'], ['serve', '--help'], ['import', 'customers', '--help'], ['--version']]) {
    const { code, output, errors } = await run(args);
    expect([code, errors]).toEqual([0, '']);
    expect(output).not.toBe('');
  }
});
