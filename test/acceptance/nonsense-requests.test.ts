/** Whatever is sent, the answer is a problem with a code and a request id, and the server goes on (DESIGN.md 3). */
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { type Answer, apiOf, type Sent } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const mebibyte = 1024 * 1024;
const event = { id: 'n', customer_id: 'nonsense', service: 'Nonsense' };
const json = { 'content-type': 'application/json' };
const report = (sent: Sent) => api.send<Refused>('POST', '/v1/events', sent);

function expectProblem({ status, headers, body, text }: Answer<Refused>, wanted: number, code: string): void {
  expect(status, text.slice(0, 500)).toBe(wanted);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(body).toMatchObject({ status: wanted, code });
  expect(body.type).toBeTruthy();
  expect(body.title).toBeTruthy();
  expect(body.detail).toBeTruthy();
  expect(body.request_id).toBe(headers.get('x-request-id'));
  // Nothing of the inside: no stack, no path, no SQL.
  expect(text).not.toMatch(/\.ts\b|\.js\b|node_modules|SELECT|usage_events/);
}

afterEach(async () => {
  const health = await api.get('/health');
  expect(health.body).toEqual({ status: 'healthy' });
});

it.each([
  ['nothing at all', ''],
  ['half an object', '{"id": "n", '],
  ['words', 'hello'],
  ['single quotes', "{'id': 'n'}"],
  ['a trailing comma', '[{},]'],
  ['two objects', '{} {}'],
  ['NaN', '{"quantity": NaN}'],
  ['a leading zero', '{"quantity": 0123}'],
  ['a plus sign', '{"quantity": +1}'],
  ['a raw control character in a text', '{"id": "a\u0001"}'],
  ['a long number in broken JSON', '{"quantity": 10000000000000000001'],
])('a body that is %s is a 400', async (_, body) => {
  expectProblem(await report({ body, headers: json }), 400, 'json_invalid');
});

it('a body that is not UTF-8 is a 400', async () => {
  const body = Buffer.from(JSON.stringify({ ...event, id: 'caf\u00e9' }), 'latin1');
  expectProblem(await report({ body, headers: json }), 400, 'json_invalid');
});

it('a CloudEvents batch that is no list is a 422', async () => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  expectProblem(await report({ body: '{}', headers }), 422, 'body_invalid');
});

it.each([
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=latin1',
  'application/jsonx',
  'json',
  ';',
])('the content type %s is a 415', async (contentType) => {
  const sent = { body: JSON.stringify(event), headers: { 'content-type': contentType } };
  expectProblem(await report(sent), 415, 'media_type_unsupported');
});

it('a body without a content type is a 415, and so is no body at all', async () => {
  expectProblem(await report({ body: Buffer.from(JSON.stringify(event)) }), 415, 'media_type_unsupported');
  expectProblem(await report({}), 415, 'media_type_unsupported');
});

it.each(['compress', 'deflate-raw', 'gzip, gzip', 'x', 'identity, br'])(
  'the encoding %s is a 415',
  async (encoding) => {
    const sent = { body: JSON.stringify(event), headers: { ...json, 'content-encoding': encoding } };
    expectProblem(await report(sent), 415, 'media_type_unsupported');
  },
);

it('a body of 20 MiB is a 413, with or without its length told beforehand', async () => {
  const body = Buffer.alloc(20 * mebibyte, ' ');
  expectProblem(await report({ body, headers: json }), 413, 'body_too_large');
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let sent = 0; sent < 20; sent += 1) controller.enqueue(Buffer.alloc(mebibyte, ' '));
      controller.close();
    },
  });
  const chunked = await fetch(`${server().url}/v1/events`, {
    method: 'POST',
    headers: json,
    body: stream,
    duplex: 'half',
  } as RequestInit);
  expect(chunked.status).toBe(413);
  expect(await chunked.json()).toMatchObject({ code: 'body_too_large' });
});

it('a body just under 16 MiB is read', async () => {
  const padding = ' '.repeat(16 * mebibyte - 10_000);
  const body = `[${padding}${JSON.stringify({ ...event, id: 'padded' })}]`;
  const answer = await api.send<Ingested>('POST', '/v1/events', { body, headers: json });
  expect(answer.body).toMatchObject({ accepted: 1 });
});

it('a gzip bomb is a 413', async () => {
  const body = gzipSync(Buffer.alloc(128 * mebibyte, ' '));
  expect(body.length).toBeLessThan(mebibyte);
  const sent = { body, headers: { ...json, 'content-encoding': 'gzip' } };
  expectProblem(await report(sent), 413, 'body_too_large');
});

it('a gzip body that is cut off, or is none, is a 400', async () => {
  const whole = gzipSync(JSON.stringify({ ...event, properties: { text: 'x'.repeat(1000) } }));
  const headers = { ...json, 'content-encoding': 'gzip' };
  expectProblem(await report({ body: whole.subarray(0, -9), headers }), 400, 'json_invalid');
  expectProblem(await report({ body: JSON.stringify(event), headers }), 400, 'json_invalid');
  expectProblem(await report({ body: '', headers }), 400, 'json_invalid');
});

it('10,001 events are a 413, and 10,000 are not', async () => {
  const batch = Array.from({ length: 10_001 }, (_, at) => ({ ...event, id: `many-${at}` }));
  expectProblem(await report({ body: JSON.stringify(batch), headers: json }), 413, 'batch_too_large');
  const lines = batch.map((member) => JSON.stringify(member)).join('\n');
  const ndjson = { 'content-type': 'application/x-ndjson' };
  expectProblem(await report({ body: lines, headers: ndjson }), 413, 'batch_too_large');
  const allowed = await api.post<Ingested>('/v1/events', batch.slice(1));
  expect(allowed.body).toMatchObject({ accepted: 10_000 });
});

it.each([
  ['/v1/usage?window=fortnight', 'window'],
  ['/v1/usage?window=0day', 'window'],
  ['/v1/usage?windw=day', 'windw'],
  ['/v1/usage?time_zone=Mars/Olympus', 'time_zone'],
  ['/v1/usage?group_by=colour', 'group_by'],
  ['/v1/usage?group_by=service,service', 'group_by'],
  ['/v1/usage?group_by=', 'group_by'],
  ['/v1/usage?format=xml', 'format'],
  ['/v1/usage?from=yesterday', 'from'],
  ['/v1/usage?from=2025-01-01', 'from'],
  ['/v1/usage?customer_id=', 'customer_id'],
  ['/v1/usage?customer_id=a&customer_id=b', 'customer_id'],
  ['/v1/usage?window=day&window=day', 'window'],
  ['/v1/costs?limit=1', 'limit'],
  ['/v1/customers?limit=0', 'limit'],
  ['/v1/customers?cursor=%00', 'cursor'],
  ['/v1/customers/nobody/usage?window=day', 'window'],
  ['/v1/analysis/customers?low_below=many', 'low_below'],
  ['/v1/suspense?service=x', 'service'],
  ['/v1/prices?limit=1e3', 'limit'],
])('%s is a 422 that names %s', async (path, field) => {
  const answer = await api.get<Refused>(path);
  expectProblem(answer, 422, 'parameter_invalid');
  expect(answer.body.field).toBe(field);
});

it('a wrong parameter of a report is a 422, and nothing is stored', async () => {
  const sent = { body: JSON.stringify({ ...event, id: 'parameter' }), headers: json };
  for (const query of ['results=some', 'result=all', 'results=all&results=all']) {
    expectProblem(await api.send<Refused>('POST', `/v1/events?${query}`, sent), 422, 'parameter_invalid');
  }
  expect((await api.get('/v1/events/default/parameter')).status).toBe(404);
});

it.each([
  ['GET', '/'],
  ['GET', '/v1'],
  ['GET', '/v2/events'],
  ['GET', '/v1/event'],
  ['POST', '/v1/events/a/b/c/d'],
  ['GET', '/V1/events'],
  ['GET', `/${'x'.repeat(5000)}`],
  ['GET', '/v1/customers/nobody'],
  ['GET', '/v1/services/nothing'],
  ['GET', '/v1/prices/none'],
  ['GET', '/v1/customers/nobody/usage'],
  ['POST', '/v1/customers/nobody/archive'],
  ['POST', '/v1/services/nothing/archive'],
])('%s %s is a 404', async (method, path) => {
  expectProblem(await api.send<Refused>(method, path), 404, 'not_found');
});

it.each([
  ['DELETE', '/v1/events', 'GET, HEAD, POST'],
  ['PUT', '/v1/events', 'GET, HEAD, POST'],
  ['POST', '/v1/usage', 'GET, HEAD'],
  ['POST', '/v1/customers/a', 'GET, HEAD, PUT'],
  ['DELETE', '/v1/customers/a', 'GET, HEAD, PUT'],
  ['PATCH', '/v1/services/a', 'GET, HEAD, PUT'],
  ['PUT', '/v1/prices', 'GET, HEAD, POST'],
  ['GET', '/v1/customers/a/archive', 'POST'],
  ['DELETE', '/health', 'GET, HEAD'],
])('%s %s is a 405 that says what is allowed', async (method, path, allowed) => {
  const answer = await api.send<Refused>(method, path);
  expectProblem(answer, 405, 'method_not_allowed');
  const names = (answer.headers.get('allow') ?? '').split(/,\s*/).sort();
  expect(names).toEqual(allowed.split(', '));
});

it.each(['/v1/customers/%zz', '/v1/customers/%', '/v1/events/a/%E0%A4%A', '/%c0%af', '/v1/customers/%FF'])(
  'malformed percent-encoding is a 400: %s',
  async (path) => {
    expectProblem(await api.get<Refused>(path), 400, 'request_invalid');
  },
);

it.each([
  ['PUT', '/v1/customers/%00', { name: 'Zero' }, 'id_invalid'],
  ['PUT', `/v1/customers/${'x'.repeat(129)}`, { name: 'Long' }, 'id_too_long'],
  ['PUT', '/v1/customers/a', [], 'body_invalid'],
  ['PUT', '/v1/customers/a', 'text', 'body_invalid'],
  ['PUT', '/v1/customers/a', null, 'body_invalid'],
  ['PUT', '/v1/customers/a', {}, 'name_missing'],
  ['PUT', '/v1/customers/a', { name: null }, 'name_invalid'],
  ['PUT', '/v1/customers/a', { name: 7 }, 'name_invalid'],
  ['PUT', '/v1/customers/a', { name: '' }, 'name_invalid'],
  ['PUT', '/v1/customers/a', { name: 'x'.repeat(129) }, 'name_too_long'],
  ['PUT', '/v1/customers/a', { name: 'a\ud800' }, 'name_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', colour: 'red' }, 'field_unknown'],
  ['PUT', '/v1/customers/a', { name: 'A', currency: null }, 'currency_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', currency: 'usd' }, 'currency_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', currency: 'XXX' }, 'currency_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', time_zone: 'Berlin' }, 'time_zone_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', time_zone: '+01:00' }, 'time_zone_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', tags: ['x'] }, 'tags_invalid'],
  ['PUT', '/v1/customers/a', { name: 'A', tags: { a: 1 } }, 'tags_invalid'],
  ['PUT', '/v1/services/a', { name: 'A', allow_negative: 'yes' }, 'allow_negative_invalid'],
  ['PUT', '/v1/services/a', { name: 'A', unit: '' }, 'unit_invalid'],
  ['PUT', '/v1/services/a', { name: 'A', unit: 'u'.repeat(129) }, 'unit_too_long'],
  ['POST', '/v1/prices', {}, 'model_missing'],
  ['POST', '/v1/prices', { model: 'per_unit', service: 'a' }, 'unit_amount_missing'],
  ['POST', '/v1/prices', { model: 'per_unit', unit_amount: '1' }, 'service_missing'],
  ['POST', '/v1/prices', { model: 'barter', service: 'a', unit_amount: '1' }, 'model_invalid'],
  ['POST', '/v1/prices', { model: 'per_unit', service: 'a', unit_amount: '-1' }, 'unit_amount_invalid'],
  ['POST', '/v1/prices', { model: 'per_unit', service: 'a', unit_amount: '1e3' }, 'unit_amount_invalid'],
  ['POST', '/v1/prices', { model: 'per_unit', service: 'no', unit_amount: '1' }, 'service_unknown'],
  [
    'POST',
    '/v1/prices',
    { model: 'per_unit', service: 'a', unit_amount: '1', effective_from: 'now' },
    'effective_from_invalid',
  ],
  ['POST', '/v1/prices', { model: 'per_unit', service: 'a', unit_amount: '1', per: 2 }, 'field_unknown'],
] as const)('%s %s with %j is a 422: %s', async (method, path, content, code) => {
  const answer = await api.send<Refused>(method, path, { body: JSON.stringify(content), headers: json });
  expectProblem(answer, 422, code);
});

it('a record body is judged like an event body: JSON, UTF-8, type, size', async () => {
  const put = (sent: Sent) => api.send<Refused>('PUT', '/v1/customers/a', sent);
  expectProblem(await put({ body: '{', headers: json }), 400, 'json_invalid');
  expectProblem(await put({ body: '', headers: json }), 400, 'json_invalid');
  expectProblem(
    await put({ body: '{}', headers: { 'content-type': 'text/plain' } }),
    415,
    'media_type_unsupported',
  );
  expectProblem(await put({ body: Buffer.alloc(mebibyte, ' '), headers: json }), 413, 'body_too_large');
});

it.each([
  ['no HTTP', 'hello, is this HTTP?\r\n\r\n'],
  ['an unknown method', 'BREW /v1/events HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a broken length', 'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n'],
  ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  [
    'a length and chunks',
    'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  [
    'broken chunks',
    'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ],
  ['a header without a colon', 'GET /health HTTP/1.1\r\nHost x\r\n\r\n'],
  ['binary', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
])('broken HTTP is answered with 400 on the socket: %s', async (_, bytes) => {
  const received = await sendRaw(server().url, bytes);
  expect(received).toMatch(/^HTTP\/1\.1 400 /);
  expect(received).toContain('application/problem+json');
  expect(received).toContain('"code":"request_invalid"');
  expect(received).toMatch(/"request_id":"[^"]+"/);
});

it('headers that are too large are a 431', async () => {
  const bytes = `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`;
  expect(await sendRaw(server().url, bytes)).toMatch(/^HTTP\/1\.1 431 /);
});
