/** Events that are wrong are refused with a code and the field, and never by accident counted as something else. */
import { expect, it } from 'vitest';
import type { Ingested, Refused, UsageBody } from '../support/answers.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const event = { id: 'n', customer_id: 'nonsense', service: 'Nonsense' };
const minuteMs = 60_000;
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Alone it is a problem; in a batch it is one result with the same code and field. */
async function check(sent: unknown, code: string, field: string | undefined): Promise<void> {
  const alone = await api.post<Refused>('/v1/events', sent);
  expect(alone.status, alone.text).toBe(422);
  expect(alone.headers.get('content-type')).toContain('application/problem+json');
  expect(alone.body).toMatchObject({ status: 422, code, ...(field !== undefined && { field }) });
  expect(alone.body.type).toContain(code);
  expect(alone.body.request_id).toBe(alone.headers.get('x-request-id'));
  const batch = await api.post<Ingested>('/v1/events', [sent]);
  expect(batch.status).toBe(200);
  expect(batch.body).toMatchObject({ accepted: 0, rejected: 1 });
  expect(batch.body.results).toMatchObject([
    { index: 0, status: 'rejected', code, ...(field !== undefined && { field }) },
  ]);
}

it.each([
  ['an unknown member', { ...event, quantiy: 5 }, 'field_unknown', 'quantiy'],
  ['a member in another case', { ...event, Quantity: 5 }, 'field_unknown', 'Quantity'],
  ['a null quantity', { ...event, quantity: null }, 'quantity_invalid', 'quantity'],
  ['a null time', { ...event, time: null }, 'time_invalid', 'time'],
  ['a null source', { ...event, source: null }, 'source_invalid', 'source'],
  ['a null amount', { ...event, amount: null }, 'amount_invalid', 'amount'],
  ['null properties', { ...event, properties: null }, 'properties_invalid', 'properties'],
  ['a null property', { ...event, properties: { a: null } }, 'property_invalid', 'properties.a'],
  ['a null id', { ...event, id: null }, 'id_invalid', 'id'],
  ['no id', { ...event, id: undefined }, 'id_missing', 'id'],
  ['no customer', { ...event, customer_id: undefined }, 'customer_id_missing', 'customer_id'],
  ['no service', { ...event, service: undefined }, 'service_missing', 'service'],
  ['an empty id', { ...event, id: '' }, 'id_invalid', 'id'],
  ['a number as id', { ...event, id: 7 }, 'id_invalid', 'id'],
  ['an id of 200 characters', { ...event, id: 'x'.repeat(200) }, 'id_too_long', 'id'],
  ['an id of 129 emoji', { ...event, id: '🎉'.repeat(129) }, 'id_too_long', 'id'],
  ['a source of 200 characters', { ...event, source: 'x'.repeat(200) }, 'source_too_long', 'source'],
  [
    'a customer of 200 characters',
    { ...event, customer_id: 'x'.repeat(200) },
    'customer_id_too_long',
    'customer_id',
  ],
  ['a service of 200 characters', { ...event, service: 'x'.repeat(200) }, 'service_too_long', 'service'],
  ['a lone surrogate in the id', { ...event, id: 'a\ud800' }, 'id_invalid', 'id'],
  ['a lone low surrogate in the source', { ...event, source: '\udc00' }, 'source_invalid', 'source'],
  [
    'a lone surrogate in a property',
    { ...event, properties: { a: '\ud800b' } },
    'property_invalid',
    'properties.a',
  ],
  ['a control character in the id', { ...event, id: 'a\u0000b' }, 'id_invalid', 'id'],
  ['a newline in the customer', { ...event, customer_id: 'a\nb' }, 'customer_id_invalid', 'customer_id'],
  ['a C1 control in the service', { ...event, service: 'a\u0085b' }, 'service_invalid', 'service'],
  [
    'a control character in a property',
    { ...event, properties: { a: '\u007f' } },
    'property_invalid',
    'properties.a',
  ],
  ['a property that is a list', { ...event, properties: { a: [1] } }, 'property_invalid', 'properties.a'],
  ['a nested property', { ...event, properties: { a: { b: 1 } } }, 'property_invalid', 'properties.a'],
  ['properties that are a list', { ...event, properties: [] }, 'properties_invalid', 'properties'],
  [
    'a property name with a space',
    { ...event, properties: { 'a b': 1 } },
    'property_invalid',
    'properties.a b',
  ],
  ['a property without a name', { ...event, properties: { '': 1 } }, 'property_invalid', 'properties.'],
  [
    'a property name of 65 characters',
    { ...event, properties: { ['k'.repeat(65)]: 1 } },
    'property_invalid',
    `properties.${'k'.repeat(65)}`,
  ],
  [
    'a property of 1,025 characters',
    { ...event, properties: { a: 'x'.repeat(1025) } },
    'property_invalid',
    'properties.a',
  ],
  [
    '33 properties',
    { ...event, properties: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`p${at}`, at])) },
    'properties_too_many',
    'properties',
  ],
  ['an event of 1960', { ...event, time: '1960-01-01T00:00:00Z' }, 'time_out_of_range', 'time'],
  [
    'the last millisecond of 1999',
    { ...event, time: '1999-12-31T23:59:59.999Z' },
    'time_out_of_range',
    'time',
  ],
  ['an event of 2999', { ...event, time: '2999-01-01T00:00:00Z' }, 'time_in_future', 'time'],
  ['an event of 6 minutes from now', { ...event, time: ahead(6 * minuteMs) }, 'time_in_future', 'time'],
  ['a day that does not exist', { ...event, time: '2025-02-30T00:00:00Z' }, 'time_invalid', 'time'],
  ['a time without a zone', { ...event, time: '2025-02-03T00:00:00' }, 'time_invalid', 'time'],
  ['a time as a number', { ...event, time: 1_700_000_000 }, 'time_invalid', 'time'],
  ['a negative quantity of an unknown service', { ...event, quantity: '-1' }, 'quantity_invalid', 'quantity'],
  ['an empty object', {}, 'id_missing', 'id'],
  ['a number', 5, 'event_invalid', undefined],
  ['a text', 'event', 'event_invalid', undefined],
  ['true', true, 'event_invalid', undefined],
  ['null', null, 'event_invalid', undefined],
  ['a list in a list', [event], 'event_invalid', undefined],
] as [string, unknown, string, string | undefined][])(
  '%s is refused by name',
  async (name, sent, code, field) => {
    // A list alone is a batch of its own, not a wrong event.
    if (Array.isArray(sent)) {
      const { body } = await api.post<Ingested>('/v1/events', [sent]);
      expect(body.results).toMatchObject([{ status: 'rejected', code }]);
    } else await check(sent, code, field);
    expect(name).not.toBe('');
  },
);

it('nothing of all that was counted', async () => {
  const { body } = await api.get<UsageBody>('/v1/usage?from=1900-01-01T00:00:00Z&to=3000-01-01T00:00:00Z');
  expect(body.rows).toEqual([]);
});

it('a deep nest of arrays or objects is refused without harm', async () => {
  const headers = { 'content-type': 'application/json' };
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const arrays = await api.send<Ingested>('POST', '/v1/events', { body: `[${deep}]`, headers });
  expect([200, 400]).toContain(arrays.status);
  if (arrays.status === 200) expect(arrays.body).toMatchObject({ accepted: 0, rejected: 1 });
  const nest = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const body = `{"id":"deep","customer_id":"c","service":"s","properties":${nest}}`;
  const objects = await api.send<Refused>('POST', '/v1/events', { body, headers });
  expect([400, 422]).toContain(objects.status);
  expect(['json_invalid', 'property_invalid']).toContain(objects.body.code);
});

it('the last 5 minutes ahead are allowed, and the first moment of 2000', async () => {
  const { body } = await api.post<Ingested>('/v1/events', [
    { ...event, id: 'soon', time: ahead(4 * minuteMs) },
    { ...event, id: 'first', time: '2000-01-01T00:00:00Z' },
    { ...event, id: 'first-elsewhere', time: '2000-01-01T05:00:00+05:00' },
  ]);
  expect(body).toMatchObject({ accepted: 3 });
});

it('one batch over 300 different months is accepted whole', async () => {
  const batch = Array.from({ length: 300 }, (_, at) => ({
    ...event,
    customer_id: 'months',
    id: `month-${at}`,
    time: new Date(Date.UTC(2000, at, 15)).toISOString(),
  }));
  expect((await api.post<Ingested>('/v1/events', batch)).body).toMatchObject({ accepted: 300 });
  expect((await api.post<Ingested>('/v1/events', batch)).body).toMatchObject({ duplicates: 300 });
  const query = 'customer_id=months&from=2000-01-01T00:00:00Z&to=2025-01-01T00:00:00Z&window=month';
  const { body } = await api.get<UsageBody>(`/v1/usage?${query}`);
  expect(body.rows).toHaveLength(300);
  expect(body.rows.every(({ events, quantity }) => events === 1 && quantity === '1')).toBe(true);
});
