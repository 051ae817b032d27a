/** Meters over HTTP: made once, default ones among them, refused with the part named (MONEY.md 5.1). */
import { beforeAll, expect, it } from 'vitest';
import type { Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Meter {
  id: string;
  name: string;
  service: string;
  aggregation: string;
  value: string;
  filter?: object;
  dimensions: string[];
  series_by?: string[];
  per?: string;
  default?: boolean;
  sequence?: string;
  created_at?: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const makeMeter = (content: object) => api.post<Meter & Refused>('/v1/meters', content);

beforeAll(async () => {
  await api.put('/v1/services/Storage', { name: 'Storage' });
  await api.put('/v1/services/Calls', { name: 'Calls' });
});

it('a meter is made, shows what was sent, and is found again', async () => {
  const content = {
    ...{ id: 'eu-disk', name: 'Disk in Europe', service: 'Storage', aggregation: 'time_weighted' },
    ...{ value: 'properties.bytes', per: 'hour', series_by: ['properties.disk'] },
    filter: { all: [{ field: 'properties.region', op: 'in', value: ['eu', 1, true] }] },
    dimensions: ['properties.plan'],
  };
  const made = await makeMeter(content);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject(content);
  expect(made.body.sequence).toMatch(/^\d+$/);
  expect((await api.get<Meter>('/v1/meters/eu-disk')).body).toEqual(made.body);
});

it('the same id with the same content is the same meter; other content is a conflict', async () => {
  const content = { id: 'calls-max', service: 'Calls', aggregation: 'max' };
  const made = await makeMeter(content);
  expect(made.status).toBe(201);
  const again = await makeMeter({ ...content, value: 'quantity', name: 'calls-max' });
  expect([again.status, again.body]).toEqual([200, made.body]);
  const other = await makeMeter({ ...content, aggregation: 'min' });
  expect([other.status, other.body.code]).toEqual([409, 'conflict']);
});

it('a meter without an id gets one', async () => {
  const made = await makeMeter({ service: 'Calls', aggregation: 'count' });
  expect(made.status).toBe(201);
  expect((await api.get<Meter>(pathOf(['v1', 'meters', made.body.id]))).body).toEqual(made.body);
});

it("a service's default meter has the service's id, and neither can take the other's", async () => {
  const { status, body } = await api.get<Meter>('/v1/meters/Calls');
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: 'Calls', service: 'Calls', aggregation: 'sum', value: 'quantity' });
  expect(body.default).toBe(true);
  expect(body.sequence).toBeUndefined();
  const taken = await makeMeter({ id: 'Calls', service: 'Storage', aggregation: 'count' });
  expect([taken.status, taken.body.code]).toEqual([409, 'conflict']);
  await makeMeter({ id: 'later', service: 'Calls', aggregation: 'count' });
  const service = await api.put<Refused>('/v1/services/later', { name: 'Later' });
  expect([service.status, service.body.code]).toEqual([409, 'conflict']);
  expect((await api.get('/v1/meters/nothing')).status).toBe(404);
});

it('a list has default and made meters in the order of their ids, and narrows to a service', async () => {
  await makeMeter({ id: 'Zeta', service: 'Storage', aggregation: 'count' });
  await makeMeter({ id: '🚀', service: 'Storage', aggregation: 'count' });
  await makeMeter({ id: '\ufffd', service: 'Storage', aggregation: 'count' });
  const listed = await walkPages<Meter>(api, ['v1', 'meters'], { service: 'Storage', limit: '2' });
  expect(listed.map(({ id }) => id)).toEqual(['Storage', 'Zeta', 'eu-disk', '\ufffd', '🚀']);
  const all = await walkPages<Meter>(api, ['v1', 'meters']);
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(['Calls', 'Storage', 'calls-max']));
});

it.each([
  [{ service: 'Nowhere', aggregation: 'sum' }, 'service_unknown', 'service'],
  [{ aggregation: 'sum' }, 'service_missing', 'service'],
  [{ service: 'Calls' }, 'aggregation_missing', 'aggregation'],
  [{ service: 'Calls', aggregation: 'median' }, 'aggregation_invalid', 'aggregation'],
  [{ service: 'Calls', aggregation: 'sum', value: 'bytes' }, 'value_invalid', 'value'],
  [{ service: 'Calls', aggregation: 'sum', dimensions: ['plan'] }, 'dimensions_invalid', 'dimensions'],
  [{ service: 'Calls', aggregation: 'time_weighted' }, 'per_invalid', 'per'],
  [{ service: 'Calls', aggregation: 'sum', per: 'day' }, 'per_invalid', 'per'],
  [{ service: 'Calls', aggregation: 'sum', colour: 1 }, 'field_unknown', 'colour'],
  [
    { service: 'Calls', aggregation: 'sum', filter: { any: [{ field: 'properties.a', op: 'is' }] } },
    'filter_invalid',
    'filter.any.0.op',
  ],
])('the meter %j is refused', async (content, code, field) => {
  const { status, body } = await makeMeter(content);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code, field });
});

it('a long number in a filter is refused with "send it as a string"', async () => {
  const filter = '{"field":"properties.a","op":"eq","value":10000000000000000001}';
  const body = `{"service":"Calls","aggregation":"sum","filter":${filter}}`;
  const refused = await api.send<Refused>('POST', '/v1/meters', {
    ...{ body, headers: { 'content-type': 'application/json' } },
  });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'filter_invalid', field: 'filter.value' });
  expect(refused.body.detail).toContain('string');
});
