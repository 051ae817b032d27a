/** What was sent is what is stored: types, texts and identities survive, and lists show every event once. */
import { expect, it } from 'vitest';
import type { Ingested, Listed } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

const server = useServer();
const api = apiOf(() => server().url);
const time = '2025-10-05T10:00:00.123Z';
const event = { customer_id: 'stored', service: 'Stored', time };

async function stored(source: string, id: string) {
  const answer = await api.get<Listed>(pathOf(['v1', 'events', source, id]));
  expect(answer.status, answer.text).toBe(200);
  return answer;
}

it('properties keep their types and names, awkward ones too', async () => {
  const properties = `{
    "text": "1", "number": 1, "fraction": 0.1, "negative": -2.5, "tiny": 1e-7, "big": 123456789012345,
    "yes": true, "no": false, "empty": "", "quote": "\\"'\\\\", "tab-free": "日本語 🎉 é e\\u0301",
    "__proto__": "p", "constructor": 7, "hasOwnProperty": true, "toString": "s", "a.b-c_D": "d", "0": "zero", "length": 3
  }`;
  const body = `{"source":"props","id":"typed","customer_id":"stored","service":"Stored","time":"${time}","properties":${properties}}`;
  const sent = { body, headers: { 'content-type': 'application/json' } };
  expect((await api.send<Ingested>('POST', '/v1/events', sent)).body).toMatchObject({ accepted: 1 });
  const { body: back } = await stored('props', 'typed');
  // Both come from JSON.parse, which makes `__proto__` a member like any other.
  const entries = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  expect(entries(back.properties)).toEqual(entries(JSON.parse(properties)));
  expect((await api.send<Ingested>('POST', '/v1/events', sent)).body).toMatchObject({ duplicates: 1 });
  const again = await api.post<Ingested>('/v1/events', [{ ...event, source: 'props', id: 'typed' }]);
  expect(again.body).toMatchObject({ conflicts: 1 });
});

it('the greatest event that the limits allow survives whole', async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 32 }, (_, at) => [`${at}`.padEnd(64, 'k'), '🎉'.repeat(1024)]),
  );
  const greatest = {
    source: '𝄞'.repeat(128),
    id: '🎉'.repeat(128),
    customer_id: 'é'.repeat(128),
    service: '服'.repeat(128),
    time,
    quantity: `-${'9'.repeat(26)}.${'9'.repeat(12)}`,
    amount: `-${'9'.repeat(26)}.${'9'.repeat(12)}`,
    properties,
  };
  const credits = pathOf(['v1', 'services', greatest.service]);
  expect((await api.put(credits, { name: 'Greatest', allow_negative: true })).status).toBe(201);
  const answer = await api.post<Ingested>('/v1/events', greatest);
  expect(answer.body, answer.text.slice(0, 500)).toMatchObject({ accepted: 1 });
  expect((await stored(greatest.source, greatest.id)).body).toMatchObject(greatest);
});

it.each([
  'a/b/c',
  '/',
  '..',
  '.',
  '%2F',
  '100%',
  'with space',
  '+plus+',
  'it\'s "quoted"',
  'a?b#c&d=e',
  '日本語',
  'e\u0301 is not \u00e9',
  '🎉',
  'back\\slash',
  'semi;colon,comma',
  '{"json":[1]}',
  "'; DROP TABLE usage_events; --",
  'archive',
])('an event whose source and id are %j is found under exactly that identity', async (text) => {
  const sent = { ...event, source: text, id: text, properties: { text } };
  expect((await api.post<Ingested>('/v1/events', [sent])).body).toMatchObject({ accepted: 1 });
  // A URL drops path parts that are dots, encoded or not: such an event is found through the list.
  if (text === '.' || text === '..') {
    const items = await walkPages<Listed>(api, ['v1', 'events'], { source: text });
    expect(items).toMatchObject([sent]);
    return;
  }
  expect((await stored(text, text)).body).toMatchObject(sent);
});

it('an identity is compared byte for byte: no case folding, no normal forms, no trimming', async () => {
  const ids = ['id', 'ID', 'id ', ' id', 'caf\u00e9', 'cafe\u0301'];
  const batch = ids.map((id, at) => ({ ...event, source: 'bytes', id, quantity: `${at + 1}` }));
  expect((await api.post<Ingested>('/v1/events', batch)).body).toMatchObject({ accepted: 6 });
  for (const sent of batch) expect((await stored('bytes', sent.id)).body).toMatchObject(sent);
});

it('an event that is not stored is a 404', async () => {
  const answer = await api.get(pathOf(['v1', 'events', 'nobody', 'nothing']));
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ code: 'not_found' });
});

it('every event has a sequence of its own and the moment of receipt', async () => {
  const { body } = await stored('bytes', 'ID');
  expect(typeof body.sequence).toBe('string');
  expect(body.received_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

it('the traceparent header of a request is kept with its events', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const sent = { ...event, source: 'trace', id: 't' };
  await api.post('/v1/events', sent, { traceparent });
  expect((await stored('trace', 't')).body).toMatchObject({ traceparent });
  const retry = await api.post<Ingested>('/v1/events', sent);
  expect(retry.body).toMatchObject({ duplicates: 1 });
});
