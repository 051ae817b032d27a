/** When a key is needed: always, once other machines can reach the server; on loopback, of what comes from outside. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Refused } from '../support/answers.ts';
import { bearer, createKey, keyIn, runKeys } from '../support/keys.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { apiOf } from '../support/requests.ts';
import { makeFolder, readToken, runProgram, startServer, useServer } from '../support/server-process.ts';

const local = useServer();
const openPaths = ['/health', '/livez', '/readyz', '/openapi.json', '/docs', '/docs/json'];
const host = '127.0.0.1:80';

/** The status of a GET with exactly these headers. */
async function statusOf(url: string, path: string, headers: Record<string, string>): Promise<number> {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return Number.parseInt(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? '0', 10);
}

const outside: Record<string, string>[] = [
  { Host: 'billing.example' },
  { Host: '10.1.2.3:8787' },
  { Host: '' },
  { Host: host, Forwarded: 'for=192.0.2.1' },
  { Host: host, 'X-Forwarded-For': '192.0.2.1' },
  { Host: host, 'X-Forwarded-For': '127.0.0.1' },
  { Host: host, 'x-forwarded-host': 'localhost' },
  { Host: host, 'X-Forwarded-Proto': 'https' },
  { Host: host, 'X-Real-IP': '127.0.0.1' },
  { Host: host, Via: '1.1 proxy' },
  { Host: host, Origin: 'https://elsewhere.example' },
];

it.each(outside)('on loopback a key is needed of %j', async (headers) => {
  const { url, data } = local();
  const Authorization = `Bearer ${await readToken(local())}`;
  for (const path of ['/v1/customers', '/metrics', '/v1/nowhere']) {
    expect(await statusOf(url, path, headers), path).toBe(401);
  }
  expect(await statusOf(url, '/v1/customers', { ...headers, Authorization })).toBe(200);
  for (const path of openPaths) expect(await statusOf(url, path, headers), path).toBe(200);
  expect(data).not.toBe('');
});

it.each([
  { Host: host },
  { Host: 'localhost:8787' },
  { Host: '[::1]:8787' },
  { Host: host, Origin: 'http://localhost:5173' },
])('on loopback no key is needed of %j, but one that is sent is checked', async (headers) => {
  const { url } = local();
  for (const path of ['/v1/customers', '/metrics']) {
    expect(await statusOf(url, path, headers)).toBe(200);
    expect(await statusOf(url, path, { ...headers, Authorization: 'Bearer wrong' })).toBe(401);
  }
});

it('HTTP/1.0 without a Host comes from nobody knows where', async () => {
  expect(await sendRaw(local().url, 'GET /v1/customers HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
});

it('a key that is missing is asked for, with the reason', async () => {
  const answer = await apiOf(() => local().url).get<Refused>('/v1/customers', {
    'x-forwarded-for': '192.0.2.1',
  });
  expect([answer.status, answer.body.code]).toEqual([401, 'key_missing']);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(answer.body.detail).toContain('x-forwarded-for');
});

it.each(['0.0.0.0', '::'])(
  'a server that other machines reach (%s) does not start without a key, and says how to make one',
  async (address) => {
    const data = join(await makeFolder(), "a folder's data");
    const serve = ['serve', '--host', address, '--port', '0', '--data', data];
    const refused = runProgram(serve);
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.errors()).not.toMatch(/\n\s+at /);
    expect(refused.errors()).toContain(
      `countinghouse keys create --name admin --scope admin --data '${data.replace("'", "'\\''")}'`,
    );
    expect(refused.output()).not.toContain('"listening"');
    // A key that was revoked opens nothing, so it is none.
    await createKey(data, 'gone', '--scope', 'admin');
    await runKeys(['revoke', 'gone', '--data', data]);
    const again = runProgram(serve);
    expect((await again.exited).code).toBe(1);

    const key = await createKey(data, 'admin', '--scope', 'admin');
    const server = await startServer({ data, args: ['--host', address] });
    const url = server.url.replace('[::]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1');
    for (const path of ['/v1/customers', '/metrics', '/v1/nowhere']) {
      expect(await statusOf(url, path, { Host: host }), path).toBe(401);
    }
    for (const path of openPaths) expect(await statusOf(url, path, { Host: host }), path).toBe(200);
    expect((await apiOf(() => url).get('/v1/customers', bearer(key))).status).toBe(200);
    expect((await apiOf(() => url).get('/metrics', bearer(key))).status).toBe(200);
    // Commands on the same folder go through it all the same.
    const made = keyIn(await runKeys(['create', '--name', 'gw', '--scope', 'read', '--data', data]));
    expect((await apiOf(() => url).get('/v1/customers', bearer(made))).status).toBe(200);
  },
);

it('a key in the environment is for another server than that of the demo', async () => {
  const demo = runProgram(['demo', '--once', '--events', '50', '--port', '0'], {
    COUNTINGHOUSE_API_KEY: 'chk_of_another_server',
  });
  expect(await demo.exited, demo.errors()).toEqual({ code: 0, signal: null });
});
