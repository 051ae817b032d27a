/** Every body that DESIGN.md 3.1 allows says the same event; what cannot be read costs only itself. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Ingested, Listed, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const time = '2025-10-05T10:00:00.123Z';
const zeros = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, results: [] };

function event(id: string) {
  return { source: 'formats', id, customer_id: 'formats', service: 'Formats', time, quantity: '5.5' };
}

async function stored(id: string): Promise<Listed> {
  const { status, text, body } = await api.get<Listed>(pathOf(['v1', 'events', 'formats', id]));
  expect(status, text).toBe(200);
  return body;
}

function report<Body = Ingested>(
  contentType: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  return api.send<Body>('POST', '/v1/events', { body, headers: { 'content-type': contentType, ...headers } });
}

it.each([
  ['one event', 'application/json', JSON.stringify(event('one')), 1],
  ['an array', 'application/json', JSON.stringify([event('two'), event('three')]), 2],
  ['an array with white space', 'application/json', ` \r\n\t[ ${JSON.stringify(event('white'))} ]\n`, 1],
  ['a byte order mark', 'application/json', `\ufeff${JSON.stringify(event('bom'))}`, 1],
  ['a charset', 'application/json; charset=utf-8', JSON.stringify(event('charset')), 1],
  ['a quoted charset in capitals', 'Application/JSON;Charset="UTF-8"', JSON.stringify(event('quoted')), 1],
  ['another parameter', 'application/json; profile="x"', JSON.stringify(event('profile')), 1],
  [
    'lines',
    'application/x-ndjson',
    `${JSON.stringify(event('line-1'))}\n${JSON.stringify(event('line-2'))}\n`,
    2,
  ],
  [
    'lines with a charset',
    'application/x-ndjson; charset=utf-8',
    `${JSON.stringify(event('line-3'))}\r\n${JSON.stringify(event('line-4'))}`,
    2,
  ],
])('%s is taken', async (_, contentType, body, accepted) => {
  const answer = await report(contentType, body);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body).toMatchObject({ accepted, duplicates: 0, conflicts: 0, rejected: 0 });
});

it('an empty array, and a body of blank lines, are answered with zeros', async () => {
  expect((await report('application/json', '[]')).body).toEqual(zeros);
  expect((await report('application/x-ndjson', '\n\r\n  \n')).body).toEqual(zeros);
});

it('a broken line among good ones is one bad member, and blank lines are none', async () => {
  const lines = [JSON.stringify(event('nd-0')), '', '{"source": "formats", ', '"text"', '   '];
  const { status, body } = await report('application/x-ndjson', [...lines, '[1]', 'null'].join('\n'));
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 1, rejected: 4 });
  const rejected = body.results.filter((result) => result.status === 'rejected');
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([
    [1, 'json_invalid'],
    [2, 'event_invalid'],
    [3, 'event_invalid'],
    [4, 'event_invalid'],
  ]);
});

it('members of an array that are no objects are named, the others kept', async () => {
  const { status, body } = await report(
    'application/json',
    JSON.stringify([1, event('among'), null, [event('nested')]]),
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 1, rejected: 3 });
  const rejected = body.results.filter((result) => result.status === 'rejected');
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([
    [0, 'event_invalid'],
    [2, 'event_invalid'],
    [3, 'event_invalid'],
  ]);
});

it.each([
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['br', brotliCompressSync],
])('a body compressed with %s is read', async (encoding, compress) => {
  const id = `compressed-${encoding}`;
  const bytes = compress(JSON.stringify(event(id)));
  const answer = await report('application/json', bytes, { 'content-encoding': encoding });
  expect(answer.body).toMatchObject({ accepted: 1 });
  expect(await stored(id)).toMatchObject({ quantity: '5.5', time });
});

it('only with results=all is every result listed, in the order sent', async () => {
  const known = { ...event('known-1'), customer_id: 'known', service: 'Known' };
  await api.put('/v1/customers/known', { name: 'Known' });
  await api.put('/v1/services/Known', { name: 'Known' });
  const brief = await api.post<Ingested>('/v1/events', [known, { ...known, id: 'known-2' }]);
  expect(brief.body).toMatchObject({ accepted: 2, results: [] });
  const whole = await api.post<Ingested>('/v1/events?results=all', [
    { ...known, id: 'known-3' },
    known,
    { ...known, id: '' },
  ]);
  expect(whole.body.results).toMatchObject([
    { index: 0, source: 'formats', id: 'known-3', status: 'accepted' },
    { index: 1, source: 'formats', id: 'known-1', status: 'duplicate' },
    { index: 2, source: 'formats', status: 'rejected', code: 'id_invalid', field: 'id' },
  ]);
});

it('an accepted event of an unknown customer and service is listed with warnings', async () => {
  const answer = await report('application/json', JSON.stringify(event('warned')));
  expect(answer.body.results).toEqual([
    {
      index: 0,
      source: 'formats',
      id: 'warned',
      status: 'accepted',
      warnings: ['customer_unknown', 'service_unknown'],
    },
  ]);
});

it('for a lone event the Idempotency-Key stands in for the id', async () => {
  const { id: _, ...nameless } = event('unused');
  const key = { 'idempotency-key': 'from-header' };
  const body = JSON.stringify(nameless);
  expect((await report('application/json', body, key)).body).toMatchObject({ accepted: 1 });
  expect((await report('application/json', body, key)).body).toMatchObject({ duplicates: 1 });
  expect(await stored('from-header')).toMatchObject({ id: 'from-header' });
  const both = JSON.stringify(event('from-header'));
  expect((await report('application/json', both, key)).body).toMatchObject({ duplicates: 1 });
});

it('an Idempotency-Key that differs from the id is a 422', async () => {
  const answer = await report<Refused>('application/json', JSON.stringify(event('differs-a')), {
    'idempotency-key': 'differs-b',
  });
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'id_invalid', field: 'id' });
  for (const id of ['differs-a', 'differs-b']) {
    expect((await api.get(pathOf(['v1', 'events', 'formats', id]))).status).toBe(404);
  }
});

it('an Idempotency-Key gives no id to the members of a batch', async () => {
  const { id: _, ...nameless } = event('unused');
  const answer = await report('application/json', JSON.stringify([nameless]), { 'idempotency-key': 'batch' });
  expect(answer.body.results).toMatchObject([{ status: 'rejected', code: 'id_missing', field: 'id' }]);
});

it('what an event leaves out is the default: source, quantity, no properties, the moment of receipt', async () => {
  const bare = { id: 'bare', customer_id: 'bare', service: 'Formats' };
  const before = Date.now();
  await api.post('/v1/events', bare);
  const { body } = await api.get<Listed>('/v1/events/default/bare');
  expect(body).toMatchObject({ source: 'default', quantity: '1', properties: {} });
  expect(body).not.toHaveProperty('amount');
  expect(body.time).toBe(body.received_at);
  // The server's clock is this machine's.
  expect(Date.parse(body.time)).toBeGreaterThanOrEqual(before);
});
