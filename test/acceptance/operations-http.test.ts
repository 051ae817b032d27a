/** The edge as operators and their tools meet it: documentation, health, keys, request ids and the log. */
import { expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { readToken, useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const event = { id: 'op-1', customer_id: 'ops', service: 'Ops', time: '2025-10-05T00:00:00Z' };

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
}

it.each([
  ['/v1/events', 'get post'],
  ['/v1/events/{source}/{id}', 'get'],
  ['/v1/customers', 'get'],
  ['/v1/customers/{id}', 'get put'],
  ['/v1/customers/{id}/archive', 'post'],
  ['/v1/customers/{id}/usage', 'get'],
  ['/v1/services', 'get'],
  ['/v1/services/{id}', 'get put'],
  ['/v1/services/{id}/archive', 'post'],
  ['/v1/prices', 'get post'],
  ['/v1/prices/{id}', 'get'],
  ['/v1/usage', 'get'],
  ['/v1/costs', 'get'],
  ['/v1/suspense', 'get'],
  ['/v1/analysis/customers', 'get'],
  ['/health', 'get'],
  ['/livez', 'get'],
  ['/readyz', 'get'],
])('the OpenAPI document describes %s (%s)', async (path, methods) => {
  const { body } = await api.get<OpenApi>('/openapi.json');
  expect(body.openapi).toMatch(/^3\.1\.\d+$/);
  const route = body.paths[path] ?? {};
  expect(Object.keys(route).sort().join(' ')).toBe(methods);
  for (const operation of Object.values(route)) {
    expect(operation.summary).toBeTruthy();
    expect(Object.keys(operation.responses)).toContain('200');
  }
});

it('every reference inside the OpenAPI document leads somewhere', async () => {
  const { body, text } = await api.get<OpenApi>('/openapi.json');
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = '']) => pointer);
  for (const pointer of references) {
    const found = pointer
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body);
    expect(found, pointer).toBeDefined();
  }
});

it('the documentation page brings everything it needs along: it names no foreign host', async () => {
  const { status, text, headers } = await api.get('/docs');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/html');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\//);
    expect((await api.get(link)).status, link).toBe(200);
  }
  const start = await api.get('/docs/static/swagger-initializer.js');
  expect(start.text.replaceAll(/^\s*\/\/.*$/gm, '')).not.toMatch(/https?:\/\//);
  expect((await api.get<OpenApi>('/docs/json')).body.openapi).toMatch(/^3\.1\./);
});

it('the health addresses answer, and say in words that all is well', async () => {
  expect((await api.get('/health')).body).toEqual({ status: 'healthy' });
  expect((await api.get('/livez')).body).toEqual({ status: 'healthy' });
  expect((await api.get('/readyz')).body).toEqual({ status: 'ready', reasons: [] });
});

it.each(['/health', '/v1/usage', '/v1/events', '/v1/customers', '/openapi.json'])(
  'HEAD %s has the headers of GET and no body',
  async (path) => {
    const head = await api.send('HEAD', path);
    const get = await api.get(path);
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  },
);

it('HEAD of what is not there is a 404 without a body', async () => {
  const head = await api.send('HEAD', '/v1/customers/nobody');
  expect([head.status, head.text]).toEqual([404, '']);
});

it('every answer carries a request id of its own', async () => {
  const paths = ['/health', '/v1/usage', '/nowhere', '/v1/customers/%zz', '/docs', '/openapi.json'];
  const answers = await Promise.all(paths.map((path) => api.get(path)));
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  for (const id of ids) expect(id).toMatch(/^[\w-]{8,}$/);
  expect(new Set(ids).size).toBe(paths.length);
});

it('a caller cannot choose the request id that is logged', async () => {
  const { headers } = await api.get('/health', { 'request-id': 'mine', 'x-request-id': 'mine' });
  expect(headers.get('x-request-id')).not.toBe('mine');
});

it('a key that is not known is a 401 that says how to ask, and changes nothing', async () => {
  for (const authorization of ['Bearer wrong', 'Bearer ', 'Basic dTpw', 'x']) {
    const answer = await api.post<Refused>('/v1/events', { ...event, id: 'unauthorised' }, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.code).toBe('key_invalid');
  }
  expect((await api.get('/v1/events/default/unauthorised')).status).toBe(404);
});

it('the token in the data folder is a key; on this machine none is needed', async () => {
  const authorization = `Bearer ${await readToken(server())}`;
  const answer = await api.post<Ingested>('/v1/events', { ...event, id: 'token' }, { authorization });
  expect(answer.body).toMatchObject({ accepted: 1 });
  expect((await api.post<Ingested>('/v1/events', { ...event, id: 'none' })).status).toBe(200);
});

it.each(['/health', '/livez', '/readyz', '/openapi.json', '/docs'])('%s never needs a key', async (path) => {
  expect((await api.get(path, { authorization: 'Bearer wrong' })).status).toBe(200);
});

it('the log has one line a request: id, method, route, status, duration and counts, and nothing of its content', async () => {
  const secret = 'hush-4711';
  const batch = [
    { ...event, id: `${secret}-a`, source: secret, customer_id: secret, properties: { note: secret } },
    { ...event, id: `${secret}-a`, source: secret, customer_id: secret, properties: { note: secret } },
    { ...event, id: `${secret}-b`, quantity: secret },
  ];
  const sent = await api.post<Ingested>(`/v1/events?results=all`, batch, {
    traceparent: secret,
    cookie: secret,
  });
  const found = await api.get(`/v1/events/${secret}/${secret}-a`);
  const refused = await api.get(`/v1/usage?customer_id=${secret}&window=${secret}`);
  await api.get('/v1/usage', { authorization: `Bearer ${secret}` });
  const lines = [await lineOf(sent.headers), await lineOf(found.headers), await lineOf(refused.headers)];
  expect(lines).toMatchObject([
    {
      method: 'POST',
      route: '/v1/events',
      status: 200,
      events: { accepted: 1, duplicates: 1, conflicts: 0, rejected: 1 },
    },
    { method: 'GET', route: '/v1/events/:source/:id', status: 200 },
    { method: 'GET', route: '/v1/usage', status: 422 },
  ]);
  for (const line of lines) expect(typeof line.duration_ms).toBe('number');
  expect(server().output()).not.toContain(secret);
  expect(server().errors()).not.toContain(secret);
});

/** The answer may be here before the line is. */
async function lineOf(headers: Headers): Promise<Record<string, unknown>> {
  const id = headers.get('x-request-id');
  const lines = () =>
    server()
      .log()
      .filter((line) => line.reqId === id);
  await expect.poll(() => lines().length).toBe(1);
  return lines()[0] ?? {};
}
