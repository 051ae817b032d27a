/** What a key may do: every scope against every route, and what is answered without the right (issue: API keys). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { bearer } from '../support/keys.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const scopes = ['events:write', 'read', 'records:write', 'statements:write', 'admin'] as const;
type Scope = (typeof scopes)[number];

/** Every route of the API, written down a second time. */
type Route = readonly [method: string, path: string, scope: Scope, body: object | undefined];
const routes: readonly Route[] = [
  ['POST', '/v1/events', 'events:write', { id: 'a', customer_id: 'c', service: 's' }],
  ['GET', '/v1/events', 'read', undefined],
  ['HEAD', '/v1/events', 'read', undefined],
  ['GET', '/v1/events/a/b', 'read', undefined],
  ['GET', '/v1/customers', 'read', undefined],
  ['GET', '/v1/customers/c', 'read', undefined],
  ['GET', '/v1/customers/c/usage', 'read', undefined],
  ['PUT', '/v1/customers/c', 'records:write', { name: 'C' }],
  ['POST', '/v1/customers/d/archive', 'records:write', undefined],
  ['GET', '/v1/services', 'read', undefined],
  ['GET', '/v1/services/s', 'read', undefined],
  ['PUT', '/v1/services/s', 'records:write', { name: 'S' }],
  ['POST', '/v1/services/t/archive', 'records:write', undefined],
  ['GET', '/v1/prices', 'read', undefined],
  ['GET', '/v1/prices/p', 'read', undefined],
  ['POST', '/v1/prices', 'records:write', { model: 'per_unit', service: 'none', unit_amount: '1' }],
  ['GET', '/v1/usage', 'read', undefined],
  ['GET', '/v1/costs', 'read', undefined],
  ['GET', '/v1/suspense', 'read', undefined],
  ['GET', '/v1/analysis/customers', 'read', undefined],
  ['GET', '/v1/events/a/b/explain', 'read', undefined],
  [
    'POST',
    '/v1/corrections',
    'records:write',
    { id: 'k', action: 'void', source: 'a', event_id: 'b', reason: 'r' },
  ],
  [
    'POST',
    '/v1/corrections/preview',
    'read',
    { id: 'k', action: 'void', source: 'a', event_id: 'b', reason: 'r' },
  ],
  ['GET', '/v1/corrections', 'read', undefined],
  ['GET', '/v1/corrections/k', 'read', undefined],
  ['POST', '/v1/meters', 'records:write', { id: 'm', service: 'none', aggregation: 'count' }],
  ['GET', '/v1/meters', 'read', undefined],
  ['GET', '/v1/meters/m', 'read', undefined],
  ['POST', '/v1/prices/what-if', 'read', { prices: [] }],
  ['GET', '/v1/analysis/top?by=service', 'read', undefined],
  ['GET', '/v1/analysis/growth?by=service', 'read', undefined],
  ['GET', '/v1/analysis/forecast?customer_id=c', 'read', undefined],
  ['GET', '/v1/analysis/anomalies?customer_id=c', 'read', undefined],
  ['GET', '/v1/customers/c/statements/draft?period=2026-01', 'read', undefined],
  ['GET', '/v1/customers/c/statements', 'read', undefined],
  ['POST', '/v1/customers/none/statements', 'statements:write', { period: '2026-01' }],
  ['POST', '/v1/statements', 'statements:write', { period: '2026-01' }],
  ['GET', '/v1/statements', 'read', undefined],
  ['GET', '/v1/statements/c:2026-01', 'read', undefined],
  ['GET', '/v1/statements/c:2026-01/lines', 'read', undefined],
  ['GET', '/v1/statements/c:2026-01/lines/s/explain', 'read', undefined],
  ['GET', '/v1/statements/c:2026-01/lines/s/events', 'read', undefined],
  ['GET', '/v1/statements/c:2026-01/canonical', 'read', undefined],
  ['GET', '/v1/verification', 'read', undefined],
  ['GET', '/v1/audit', 'admin', undefined],
  ['GET', '/metrics', 'read', undefined],
  ['GET', '/v1/keys', 'admin', undefined],
  ['POST', '/v1/keys', 'admin', { name: 'keyless', scopes: [] }],
  ['POST', '/v1/keys/none/rotate', 'admin', {}],
  ['POST', '/v1/keys/none/revoke', 'admin', undefined],
];

const json = { 'content-type': 'application/json' };
const send = (method: string, path: string, body: unknown, headers: Record<string, string>) =>
  api.send<Refused>(method, path, {
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && json), ...headers },
  });

const keys = new Map<Scope, string>();
beforeAll(async () => {
  for (const scope of scopes) {
    const made = await api.post<{ key: string }>('/v1/keys', { name: `only ${scope}`, scopes: [scope] });
    expect(made.status).toBe(201);
    keys.set(scope, made.body.key);
  }
});

it('the list of routes here is that of the server', async () => {
  const { body } = await api.get<{ paths: Record<string, Record<string, { security?: unknown }>> }>(
    '/openapi.json',
  );
  const described = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({ method, path, security })),
  );
  const guarded = described.filter(({ path }) => path.startsWith('/v1/'));
  expect(guarded).toHaveLength(
    routes.filter(([method, path]) => method !== 'HEAD' && path !== '/metrics').length,
  );
  for (const { method, path, security } of guarded) {
    expect(security, `${method} ${path}`).toEqual([{ key: [expect.any(String)] }, {}]);
  }
});

describe.each(scopes)('a key with the scope %s', (held) => {
  it.each(routes)('%s %s', async (method, path, needed, body) => {
    const answer = await send(method, path, body, bearer(keys.get(held) ?? ''));
    const isAllowed = held === needed || held === 'admin';
    expect(answer.status === 403, answer.text).toBe(!isAllowed);
    expect(answer.status).not.toBe(401);
    if (!isAllowed && method !== 'HEAD') {
      expect(answer.body).toMatchObject({ status: 403, code: 'scope_missing' });
      expect(answer.body.detail).toContain(needed);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });
});

it.each(routes)('a key that is not known opens nothing: %s %s', async (method, path, _, body) => {
  const answer = await send(method, path, body, bearer(`chk_${'x'.repeat(39)}`));
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  if (method !== 'HEAD') expect(answer.body).toMatchObject({ status: 401, code: 'key_invalid' });
});

it('no part of a key, and no other way of sending it, opens anything', async () => {
  const key = keys.get('admin') ?? '';
  const sent = [
    ...[key.slice(0, -1), key.slice(0, 12), key.slice(1), `${key}x`, key.toLowerCase(), ''].map(
      (text) => `Bearer ${text}`,
    ),
    ...[key, `Basic ${key}`, `Bearer ${key} ${key}`, `Bearer "${key}"`, `Bearer${key}`, `Token ${key}`],
  ];
  for (const authorization of sent) {
    expect((await api.get('/v1/customers', { authorization })).status, authorization).toBe(401);
  }
  // The scheme's name is not about case (RFC 9110, 11.1).
  expect((await api.get('/v1/customers', { authorization: `bearer ${key}` })).status).toBe(200);
  // In the address it is an unknown parameter.
  expect((await api.get(`/v1/customers?key=${key}`)).status).toBe(422);
});

it('without the right nothing is stored, and the body is not even looked at', async () => {
  const event = { id: 'unread', customer_id: 'c', service: 's' };
  const refused = await api.post<Refused>('/v1/events', event, bearer(keys.get('read') ?? ''));
  expect(refused.status).toBe(403);
  const nonsense = { body: '{', headers: { 'content-type': 'x', ...bearer(keys.get('read') ?? '') } };
  expect((await api.send('POST', '/v1/events', nonsense)).status).toBe(403);
  expect((await api.get('/v1/events/default/unread')).status).toBe(404);
});

it('what is not there is a 404 and a wrong method a 405 for every key', async () => {
  const headers = bearer(keys.get('statements:write') ?? '');
  expect((await api.get('/v1/nowhere', headers)).status).toBe(404);
  expect((await api.send('DELETE', '/v1/events', { headers })).status).toBe(405);
});

it("an event without a source has the key's; one that names a source keeps it", async () => {
  const made = await api.post<{ key: string }>('/v1/keys', {
    name: 'gateway',
    scopes: ['events:write'],
    source: 'edge/eu',
  });
  const event = { id: 'sourced', customer_id: 'c', service: 's' };
  const headers = bearer(made.body.key);
  const named = bearer(keys.get('events:write') ?? '');
  const sources = async (sent: unknown, with_: Record<string, string>) =>
    (await api.post<Ingested>('/v1/events?results=all', sent, with_)).body.results.map(
      ({ source }) => source,
    );
  expect(await sources(event, headers)).toEqual(['edge/eu']);
  expect(await sources(event, named)).toEqual(['only events:write']);
  expect(await sources([event, { ...event, source: 'mine' }], headers)).toEqual(['edge/eu', 'mine']);
  expect(await sources(event, {})).toEqual(['default']);
});

it.each([
  [{}, 'name_missing'],
  [{ name: 'n' }, 'scopes_missing'],
  [{ name: 'n', scopes: [] }, 'scopes_missing'],
  [{ name: 'n', scopes: 'read' }, 'scopes_invalid'],
  [{ name: 'n', scopes: ['write'] }, 'scopes_invalid'],
  [{ name: '', scopes: ['read'] }, 'name_invalid'],
  [{ name: 'local', scopes: ['read'] }, 'name_invalid'],
  [{ name: 'n', scopes: ['read'], source: '' }, 'source_invalid'],
  [{ name: 'n', scopes: ['read'], customer_id: null }, 'customer_id_invalid'],
  [{ name: 'n', scopes: ['admin'], customer_id: 'c' }, 'scopes_invalid'],
  [{ name: 'n', scopes: ['read'], expires: 1 }, 'field_unknown'],
])('a key like %j is not made: %s', async (content, code) => {
  const answer = await api.post<Refused>('/v1/keys', content);
  expect([answer.status, answer.body.code]).toEqual([422, code]);
});

it('keys are listed page by page, without their secrets, and a taken name is refused', async () => {
  const taken = await api.post<Refused>('/v1/keys', { name: 'only read', scopes: ['admin'] });
  expect([taken.status, taken.body.code]).toEqual([409, 'name_taken']);
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { body: { items: { name: string }[]; next_cursor: string | null }; text: string } =
      await api.get(`/v1/keys?limit=2${cursor && `&cursor=${cursor}`}`);
    names.push(...page.body.items.map(({ name }) => name));
    for (const key of keys.values()) expect(page.text).not.toContain(key.slice(12));
    cursor = page.body.next_cursor;
  }
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).toEqual(expect.arrayContaining(scopes.map((scope) => `only ${scope}`)));
});
