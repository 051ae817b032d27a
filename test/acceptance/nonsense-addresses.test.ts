/** What an address or a body says beyond what is asked for is a problem of the caller, never a 500 and never ignored. */
import { beforeAll, expect, it } from 'vitest';
import type { Refused } from '../support/answers.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

beforeAll(async () => {
  await api.put('/v1/customers/c', { name: 'C' });
  await api.put('/v1/services/s', { name: 'S' });
  await api.post('/v1/events', { source: 'gw', id: 'e', customer_id: 'c', service: 's' });
});

it.each([
  ['GET', '/v1/customers/c?as_of=1', 'as_of'],
  ['GET', '/v1/events/gw/e?as_of=0', 'as_of'],
  ['GET', '/v1/services/s?x=1', 'x'],
  ['GET', '/v1/prices/p?currency=EUR', 'currency'],
  ['GET', '/v1/statements/c:2025-10/canonical?format=csv', 'format'],
  ['POST', '/v1/customers/c/archive?dry_run=true', 'dry_run'],
  ['POST', '/v1/keys/k/revoke?at=2030-01-01T00:00:00Z', 'at'],
])('%s %s: a parameter where there is none to give is a 422 that names it', async (method, path, field) => {
  const { status, body } = await api.send<Refused>(method, path);
  expect([status, body.code, body.field]).toEqual([422, 'parameter_invalid', field]);
});

it('a body where none is taken is a 422, an empty object is not', async () => {
  const refused = await api.post<Refused>('/v1/services/s/archive', { at: '2030-01-01T00:00:00Z' });
  expect([refused.status, refused.body.code]).toEqual([422, 'body_invalid']);
  expect((await api.get('/v1/services/s')).body).toMatchObject({ archived: false });
  expect((await api.post('/v1/services/s/archive', {})).status).toBe(200);
});

it.each([
  ['/v1/customers/%00', 'id_invalid', 'id'],
  ['/v1/services/a%00b', 'id_invalid', 'id'],
  ['/v1/prices/%00', 'id_invalid', 'id'],
  ['/v1/statements/%00', 'id_invalid', 'id'],
  ['/v1/prices?meter=%00', 'parameter_invalid', 'meter'],
  ['/v1/audit?actor=%00', 'parameter_invalid', 'actor'],
  ['/v1/statements?period=2025-10%00', 'parameter_invalid', 'period'],
  [`/v1/customers?cursor=${cursorOf(['\0'])}`, 'parameter_invalid', 'cursor'],
  [`/v1/prices?cursor=${cursorOf(['\ud800'])}`, 'parameter_invalid', 'cursor'],
  [`/v1/verification?cursor=${cursorOf(['\0'])}`, 'parameter_invalid', 'cursor'],
  [`/v1/suspense?cursor=${cursorOf(['\ud800', ''])}`, 'parameter_invalid', 'cursor'],
  [`/v1/corrections?cursor=${cursorOf([-1])}`, 'parameter_invalid', 'cursor'],
  [`/v1/events?cursor=${cursorOf([-1, 5])}`, 'parameter_invalid', 'cursor'],
])('%s is a 422 (%s)', async (path, code, field) => {
  const { status, body } = await api.get<Refused>(path);
  expect([status, body.code, body.field]).toEqual([422, code, field]);
});

it('an id that only looks encoded is another one', async () => {
  await api.put('/v1/customers/%2500', { name: 'Percent' });
  expect((await api.get('/v1/customers/%2500')).body).toMatchObject({ id: '%00' });
});

it.each(['TRACE', 'QUERY'])('%s, which fetch does not send, is a 405 too', async (method) => {
  const request = `${method} /v1/usage HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  const received = await sendRaw(server().url, request);
  expect(received).toMatch(/^HTTP\/1\.1 405 /);
  expect(received).toMatch(/\r\nallow: GET, HEAD\r\n/i);
});

it('a record whose id is the name of another address is found by it', async () => {
  const correction = { id: 'preview', action: 'void', source: 'gw', event_id: 'e', reason: 'test' };
  expect((await api.post('/v1/corrections', correction)).status).toBe(201);
  expect((await api.get('/v1/corrections/preview')).body).toMatchObject(correction);
  const refused = await api.send<Refused>('DELETE', '/v1/corrections/preview');
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
});

it("a made meter's id is no service: asking for its meters gives none", async () => {
  await api.post('/v1/meters', { id: 'm', service: 's', aggregation: 'count' });
  expect((await api.get('/v1/meters?service=m')).body).toMatchObject({ items: [] });
  expect((await api.get('/v1/meters?service=s')).body).toMatchObject({ items: [{ id: 'm' }, { id: 's' }] });
});
