/** A key's life, from the command line: made, sent, rotated, revoked; kept nowhere in clear (issue: API keys). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { bearer, createKey, keyIn, runKeys } from '../support/keys.ts';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, type ServerProcess, startServer } from '../support/server-process.ts';

const event = { customer_id: 'c', service: 's' };
const statusWith = async ({ url }: ServerProcess, key: string) =>
  (await apiOf(() => url).get('/v1/customers', bearer(key))).status;

/** Every file below a folder that holds one of the texts, in any of the ways a text might be kept. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    const kept = texts.flatMap((text) => [
      Buffer.from(text),
      Buffer.from(Buffer.from(text).toString('base64').slice(0, -4)),
      Buffer.from(Buffer.from(text).toString('hex')),
      Buffer.from(text, 'utf16le'),
    ]);
    if (kept.some((one) => bytes.includes(one))) found.push(entry.name);
  }
  return found;
}

it('a key is made in a folder that is not there yet, printed alone, and opens the server that is started on it', async () => {
  const data = join(await makeFolder(), 'deep', 'data');
  const made = await runKeys([
    ...['create', '--name', 'gateway', '--scope', 'events:write', '--scope', 'read'],
    ...['--data', data],
  ]);
  const key = keyIn(made);
  expect(made.output).toBe(`${key}\n`);
  expect(made.errors).toContain('events:write, read');
  const server = await startServer({ data });
  const api = apiOf(() => server.url);
  const sent = await api.post<Ingested>('/v1/events?results=all', { ...event, id: 'a' }, bearer(key));
  expect(sent.body.results).toMatchObject([{ source: 'gateway', id: 'a', status: 'accepted' }]);
  expect((await api.get<Refused>('/v1/keys', bearer(key))).body.code).toBe('scope_missing');
});

it('a revocation through the running server acts within a second, on open connections too, and for good', async () => {
  const server = await startServer();
  const key = await createKey(server.data, 'gone', '--scope', 'read');
  const other = await createKey(server.data, 'stays', '--scope', 'read');
  expect(await statusWith(server, key)).toBe(200);
  const revoking = runKeys(['revoke', 'gone', '--data', server.data]);
  let endedAt = Number.POSITIVE_INFINITY;
  void revoking.then(() => {
    endedAt = Date.now();
  });
  await expect.poll(() => statusWith(server, key), { timeout: 60_000, interval: 20 }).toBe(401);
  expect(Date.now() - endedAt).toBeLessThan(1_000);
  expect((await revoking).code).toBe(0);
  expect(await statusWith(server, key)).toBe(401);
  expect(await statusWith(server, other)).toBe(200);
  const again = await runKeys(['revoke', 'gone', '--data', server.data]);
  expect(again.code).toBe(0);
  for (const args of [
    ['rotate', 'gone'],
    ['revoke', 'nobody'],
    ['create', '--name', 'gone', '--scope', 'read'],
  ]) {
    const refused = await runKeys([...args, '--data', server.data]);
    expect([refused.code, refused.output]).toEqual([1, '']);
    expect(refused.errors).toMatch(/not_found|name_taken/);
  }
  server.kill('SIGKILL');
  await server.exited;
  const restarted = await startServer({ data: server.data });
  expect([await statusWith(restarted, key), await statusWith(restarted, other)]).toEqual([401, 200]);
});

it('a rotation overlaps, keeps name, scopes and source, and ends the old secret when it is told to', async () => {
  const server = await startServer();
  const api = apiOf(() => server.url);
  const first = await createKey(server.data, 'gw', '--scope', 'events:write', '--source', 'edge');
  const second = keyIn(await runKeys(['rotate', 'gw', '--data', server.data]));
  const report = async (id: string, key: string) =>
    (await api.post<Ingested>('/v1/events?results=all', { ...event, id }, bearer(key))).body.results?.[0];
  expect(await report('1', first)).toMatchObject({ source: 'edge', status: 'accepted' });
  expect(await report('1', second)).toMatchObject({ source: 'edge', status: 'duplicate' });
  const third = keyIn(await runKeys(['rotate', 'gw', '--overlap', '0', '--data', server.data]));
  for (const [key, status] of [
    [first, 401],
    [second, 401],
    [third, 403],
  ] as const) {
    expect(await statusWith(server, key)).toBe(status);
  }
  const fourth = keyIn(await runKeys(['rotate', 'gw', '--overlap', '1', '--data', server.data]));
  await expect.poll(() => statusWith(server, third), { timeout: 10_000 }).toBe(401);
  expect(await statusWith(server, fourth)).toBe(403);
  expect((await server.stop()).code).toBe(0);
  // Without a server: the same.
  const fifth = keyIn(await runKeys(['rotate', 'gw', '--data', server.data]));
  const list = await runKeys(['list', '--data', server.data]);
  expect(list.output).toMatch(
    new RegExp(`gw +active +events:write +edge .*${fourth.slice(0, 12)}… until .*${fifth.slice(0, 12)}`),
  );
});

it('no secret is ever in the folder, in the log, in a list, or in the output of any other command', async () => {
  const data = join(await makeFolder(), 'data');
  const logFile = join(await makeFolder(), 'server.log');
  const offline = await createKey(data, 'offline', '--scope', 'admin');
  const server = await startServer({ data, args: ['--log-level', 'trace'] });
  const api = apiOf(() => server.url);
  const online = await createKey(data, 'online', '--scope', 'events:write');
  const rotated = keyIn(await runKeys(['rotate', 'online', '--data', data]));
  const keys = [offline, online, rotated];
  for (const key of keys) {
    await api.post('/v1/events', { ...event, id: 'x' }, bearer(key));
    await api.get('/v1/customers', bearer(`${key}x`));
    await api.get('/v1/customers', { authorization: key });
    await api.get(`/v1/customers?key=${key}`, bearer(key));
    await api.get(`/${key}`, bearer(key));
  }
  const listed = [
    (await runKeys(['list', '--data', data])).output,
    (await api.get('/v1/keys', bearer(offline))).text,
    (await runKeys(['revoke', 'online', '--data', data])).output,
    (await api.get('/metrics', bearer(offline))).text,
  ];
  const secrets = keys.map((key) => key.slice(12));
  for (const text of [...listed, server.output(), server.errors()]) {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  expect(listed[0]).toContain(offline.slice(0, 12));
  expect(await filesWith(data, secrets)).toEqual([]);
  await server.stop();
  const prefixes = keys.map((key) => key.slice(0, 12));
  expect(await filesWith(data, secrets)).toEqual([]);
  // The search finds what is there.
  expect(await filesWith(data, prefixes)).not.toEqual([]);
  const toFile = await startServerLoggingTo(data, logFile, offline);
  expect(await filesWith(join(logFile, '..'), secrets)).toEqual([]);
  expect(toFile).toBe(200);
});

/** With `--log-file` the output says nothing: the address stands in the folder. */
async function startServerLoggingTo(data: string, logFile: string, key: string): Promise<number> {
  const program = runProgram(['serve', '--port', '0', '--data', data, '--log-file', logFile]);
  const address = async () => {
    const text = await readFile(join(data, 'server.json'), 'utf8').catch(() => 'null');
    return (JSON.parse(text) as { url: string } | null)?.url ?? '';
  };
  await expect.poll(address, { timeout: 60_000 }).not.toBe('');
  const url = await address();
  const { status } = await apiOf(() => url).get('/v1/keys', bearer(key));
  program.kill('SIGTERM');
  await program.exited;
  return status;
}

it('commands from afar need a key that may administer, and get one from the environment', async () => {
  const server = await startServer();
  const key = await createKey(server.data, 'admin', '--scope', 'admin');
  const weak = await createKey(server.data, 'weak', '--scope', 'read');
  const create = ['create', '--name', 'remote', '--scope', 'read', '--url', server.url];
  const refused = await runKeys(create, { COUNTINGHOUSE_API_KEY: weak });
  expect([refused.code, refused.output]).toEqual([1, '']);
  expect(refused.errors).toContain('scope_missing');
  const wrong = await runKeys(create, { COUNTINGHOUSE_API_KEY: `${key}x` });
  expect(wrong.errors).toContain('key_invalid');
  const made = keyIn(await runKeys(create, { COUNTINGHOUSE_API_KEY: key }));
  expect(await statusWith(server, made)).toBe(200);
  const api = apiOf(() => server.url);
  const { body } = await api.get<{ items: { name: string; created_by: string }[] }>('/v1/keys', bearer(key));
  expect(body.items.map(({ name, created_by }) => [name, created_by])).toEqual([
    ['admin', 'local'],
    ['remote', 'admin'],
    ['weak', 'local'],
  ]);
});

it.each([
  [['create', '--scope', 'read'], /--name/],
  [['create', '--name', 'n'], /--scope/],
  [['create', '--name', 'n', '--scope', 'read', 'more'], /more/],
  [['rotate'], /which key/],
  [['rotate', 'a', 'b'], /"b"/],
  [['rotate', 'a', '--overlap', '1h'], /--overlap/],
  [['revoke'], /which key/],
  [['list', '--data', 'x', '--url', 'http://127.0.0.1'], /--data or --url/],
])('countinghouse keys %j is wrong usage', async (args, about) => {
  const { code, output, errors } = await runKeys(args);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(about);
});
