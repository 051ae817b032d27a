/** CloudEvents 1.0 in its three modes become the same stored event (DESIGN.md 3.1). */
import { expect, it } from 'vitest';
import type { Ingested, Listed, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const source = '//billing.example/eu';
const time = '2025-10-05T10:00:00.123Z';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function cloudEvent(id: string, data: unknown = { quantity: '5.5', region: 'eu', replicas: 3, spot: true }) {
  return { specversion: '1.0', id, source, type: 'APIRequests', subject: 'cust_42', time, data };
}

function structured<Body = Ingested>(event: unknown, contentType = 'application/cloudevents+json') {
  return api.post<Body>('/v1/events', event, { 'content-type': contentType });
}

async function stored(id: string): Promise<Listed> {
  const { status, text, body } = await api.get<Listed>(pathOf(['v1', 'events', source, id]));
  expect(status, text).toBe(200);
  return body;
}

const wanted = {
  source,
  customer_id: 'cust_42',
  service: 'APIRequests',
  time,
  quantity: '5.5',
  properties: { region: 'eu', replicas: 3, spot: true },
};

it('a structured event is stored with type as service and subject as customer', async () => {
  const answer = await structured(cloudEvent('structured'), 'application/cloudevents+json; charset=utf-8');
  expect(answer.body).toMatchObject({ accepted: 1 });
  expect(await stored('structured')).toMatchObject({ id: 'structured', ...wanted });
});

it('a batch is stored member by member', async () => {
  const members = [cloudEvent('batch-0'), 7, { ...cloudEvent('batch-2'), specversion: '0.3' }];
  const { status, body } = await structured(members, 'application/cloudevents-batch+json');
  expect(status).toBe(200);
  expect(body).toMatchObject({ accepted: 1, rejected: 2 });
  const rejected = body.results.filter((result) => result.status === 'rejected');
  expect(rejected).toMatchObject([
    { index: 1, code: 'event_invalid' },
    { index: 2, code: 'specversion_invalid', field: 'specversion' },
  ]);
  expect(await stored('batch-0')).toMatchObject(wanted);
});

it('in binary mode the attributes are percent-encoded headers', async () => {
  const id = 'binär "1" 100% €';
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': encodeURIComponent(id),
    'ce-source': source,
    'ce-type': 'APIRequests',
    'ce-subject': 'cust_42',
    'ce-time': time,
    'ce-traceparent': traceparent,
  };
  const answer = await api.post<Ingested>('/v1/events', cloudEvent('').data, headers);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body).toMatchObject({ accepted: 1 });
  expect(await stored(id)).toMatchObject({ id, ...wanted, traceparent });
});

it('the three modes and our own shape say the same event: all but the first are duplicates', async () => {
  const id = 'all-modes';
  const ours = { id, ...wanted };
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-source': source,
    'ce-type': 'APIRequests',
    'ce-subject': 'cust_42',
    'ce-time': time,
  };
  expect((await api.post<Ingested>('/v1/events', ours)).body).toMatchObject({ accepted: 1 });
  const others = [
    await structured(cloudEvent(id)),
    await structured([cloudEvent(id)], 'application/cloudevents-batch+json'),
    await api.post<Ingested>('/v1/events', cloudEvent('').data, headers),
  ];
  for (const { body } of others) expect(body).toMatchObject({ accepted: 0, duplicates: 1 });
});

it('data.value is the quantity where data.quantity is not given, and both may be missing', async () => {
  await structured(cloudEvent('value', { value: 7, amount: '0.25' }));
  expect(await stored('value')).toMatchObject({ quantity: '7', amount: '0.25', properties: {} });
  const { data: _, ...bare } = cloudEvent('no-data');
  await structured(bare);
  expect(await stored('no-data')).toMatchObject({ quantity: '1', properties: {} });
});

it('a value beside a quantity is a property', async () => {
  await structured(cloudEvent('both', { quantity: '2', value: 'gold' }));
  expect(await stored('both')).toMatchObject({ quantity: '2', properties: { value: 'gold' } });
});

it('the trace context is kept beside the event and is no part of its content; extensions are ignored', async () => {
  const traced = { ...cloudEvent('traced'), traceparent, partitionkey: 'p', comment: 'ignored' };
  expect((await structured(traced)).body).toMatchObject({ accepted: 1 });
  expect(await stored('traced')).toMatchObject({ traceparent, ...wanted });
  const retry = { ...traced, traceparent: traceparent.replaceAll('b7', 'c8'), partitionkey: 'q' };
  expect((await structured(retry)).body).toMatchObject({ duplicates: 1 });
  expect(await stored('traced')).toMatchObject({ traceparent });
});

it.each([
  ['no specversion', { specversion: undefined }, 'specversion_missing', 'specversion'],
  ['another specversion', { specversion: '0.3' }, 'specversion_invalid', 'specversion'],
  ['base64 data', { data: undefined, data_base64: 'eA==' }, 'data_invalid', 'data_base64'],
  ['data that is no JSON', { datacontenttype: 'text/plain', data: 'x' }, 'data_invalid', 'datacontenttype'],
  ['data that is a list', { data: [1] }, 'data_invalid', 'data'],
  ['data that is a text', { data: 'x' }, 'data_invalid', 'data'],
  ['nested data', { data: { deep: { er: 1 } } }, 'property_invalid', 'properties.deep'],
  ['a null quantity', { data: { quantity: null } }, 'quantity_invalid', 'quantity'],
  ['a null value', { data: { value: null } }, 'quantity_invalid', 'quantity'],
  ['null data', { data: null }, 'data_invalid', 'data'],
  ['no type', { type: undefined }, 'service_missing', 'service'],
  ['no subject', { subject: undefined }, 'customer_id_missing', 'customer_id'],
  ['no id', { id: undefined }, 'id_missing', 'id'],
])('a structured event with %s is a 422 that says so', async (name, change, code, field) => {
  const answer = await structured<Refused>({ ...cloudEvent(`bad ${name}`), ...change });
  expect(answer.status, answer.text).toBe(422);
  expect(answer.body).toMatchObject({ code, field });
});
