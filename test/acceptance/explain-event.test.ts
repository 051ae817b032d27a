/** From an event up to every line it is in, or the reason why it is in none (promise 4, MONEY.md 5). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Listed, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

interface Explained {
  state: string;
  event: Listed;
  counts_as: Listed | null;
  corrections: { id: string; action: string; reason: string; actor: string }[];
  missing: string[];
  meters: {
    meter: string;
    in: boolean;
    value?: string;
    reason?: string;
    filter?: unknown;
    property?: string;
  }[];
  periods: {
    period: string;
    status: string;
    statement: string | null;
    currency: string;
    lines: { line: string; dimension?: unknown; in: boolean; quantity: Compared; exact_amount: Compared }[];
    unpriced: { meter: string; reason: string }[];
    late?: { policy: string; statement: string | null; period: string | null };
  }[];
}
interface Compared {
  now: string;
  without: string;
  difference: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const explain = async (id: string, query: Record<string, string> = {}) => {
  const answer = await api.get<Explained>(pathOf(['v1', 'events', 's/1', id, 'explain'], query));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const made = async (path: string, content: object) => {
  const answer = await api.post(path, content);
  expect(answer.status, answer.text).toBe(201);
};
const send = (id: string, more: object) =>
  api.post('/v1/events', {
    ...{ source: 's/1', id, customer_id: 'ada', service: 'Calls', time: '2025-09-10T00:00:00Z' },
    ...more,
  });

beforeAll(async () => {
  await api.put('/v1/customers/ada', { name: 'Ada', currency: 'USD' });
  for (const service of ['Calls', 'Disk', 'Free'])
    await api.put(`/v1/services/${service}`, { name: service });
  await made('/v1/meters', {
    ...{ id: 'eu-calls', name: 'Europe', service: 'Calls', aggregation: 'sum', value: 'properties.n' },
    filter: {
      all: [
        { field: 'properties.region', op: 'eq', value: 'eu' },
        { field: 'quantity', op: 'gt', value: '1' },
      ],
    },
  });
  await made('/v1/meters', {
    id: 'disk',
    name: 'Disk',
    service: 'Disk',
    aggregation: 'time_weighted',
    per: 'day',
  });
  const price = { currency: 'USD', effective_from: '2025-01-01T00:00:00Z' };
  await made('/v1/prices', {
    ...{ ...price, meter: 'Calls', model: 'graduated' },
    tiers: [
      { from: '0', to: '10', unit_amount: '2' },
      { from: '10', to: null, unit_amount: '1' },
    ],
  });
  await made('/v1/prices', {
    ...price,
    meter: 'eu-calls',
    model: 'per_unit',
    unit_amount: '0.5',
    dimension: undefined,
  });
  await made('/v1/prices', { ...price, meter: 'disk', model: 'per_unit', unit_amount: '3' });
  await send('c1', { quantity: '8', properties: { region: 'eu', n: 4 } });
  await send('c2', { quantity: '5', properties: { region: 'us', n: 'four' } });
  await send('c3', { quantity: '1', properties: { region: 'eu', n: 1 } });
  await send('c4', { quantity: '2', properties: { region: 'eu', n: 'x' } });
  await send('d1', { service: 'Disk', quantity: '10', time: '2025-08-31T00:00:00Z' });
  await send('d2', { service: 'Disk', quantity: '0', time: '2025-09-03T00:00:00Z' });
  await send('u1', { service: 'Nowhere', customer_id: 'nobody' });
  await send('f1', { service: 'Free', quantity: '3' });
});

describe('an event that counts', () => {
  it('says its share of each line, as the difference that it makes', async () => {
    const { state, meters, periods } = await explain('c2');
    expect(state).toBe('counted');
    expect(meters).toEqual([
      { meter: 'Calls', in: true, value: '5' },
      {
        ...{ meter: 'eu-calls', in: false, reason: 'filtered_out' },
        filter: { field: 'properties.region', op: 'eq', value: 'eu' },
      },
    ]);
    // 8 + 5 + 1 + 2 = 16: ten at 2, six at 1; without its 5: ten at 2, one at 1.
    expect(periods).toMatchObject([
      {
        ...{ period: '2025-09', status: 'open', statement: null, currency: 'USD', unpriced: [] },
        lines: [
          {
            ...{ line: 'Calls', in: true, quantity: { now: '16', without: '11', difference: '5' } },
            exact_amount: { now: '26', without: '21', difference: '5' },
          },
        ],
      },
    ]);
  });

  it('says in which lines it is besides, and which part of a filter or which property left it out', async () => {
    const { meters, periods } = await explain('c1');
    expect(meters.map((meter) => [meter.meter, meter.value])).toEqual([
      ['Calls', '8'],
      ['eu-calls', '4'],
    ]);
    expect(periods[0]?.lines.map(({ line, exact_amount }) => [line, exact_amount.difference])).toEqual([
      ['Calls', '10'],
      ['eu-calls', '2'],
    ]);
    expect((await explain('c3')).meters[1]).toEqual({
      ...{ meter: 'eu-calls', in: false, reason: 'filtered_out' },
      filter: { field: 'quantity', op: 'gt', value: '1' },
    });
    expect((await explain('c4')).meters[1]).toEqual({
      ...{ meter: 'eu-calls', in: false, reason: 'property_not_numeric', property: 'properties.n' },
    });
  });

  it('follows a level into the periods that it holds on into', async () => {
    const { periods } = await explain('d1');
    // A day of August, two of September; d2 ends it.
    expect(
      periods.map(({ period, lines }) => [period, lines[0]?.in, lines[0]?.exact_amount.difference]),
    ).toEqual([
      ['2025-08', true, '30'],
      ['2025-09', false, '60'],
    ]);
  });
});

describe('an event in no line', () => {
  it('waits for the records that are missing', async () => {
    const { state, missing, periods } = await explain('u1');
    expect([state, missing, periods]).toEqual(['suspended', ['customer', 'service'], []]);
  });

  it('is unpriced for a reason', async () => {
    const { periods } = await explain('f1');
    expect(periods).toMatchObject([{ lines: [], unpriced: [{ meter: 'Free', reason: 'price_missing' }] }]);
  });

  it('was voided, by whom and why; as of before it counted', async () => {
    await send('v1', { quantity: '3', time: '2025-07-01T00:00:00Z' });
    const before = (await explain('v1')).event.sequence;
    await made('/v1/corrections', {
      id: 'v',
      action: 'void',
      source: 's/1',
      event_id: 'v1',
      reason: 'sent by a test',
    });
    const { state, counts_as, corrections, periods } = await explain('v1');
    expect([state, counts_as, periods]).toEqual(['voided', null, []]);
    expect(corrections).toMatchObject([{ id: 'v', action: 'void', reason: 'sent by a test' }]);
    expect(corrections[0]?.actor).not.toBe('');
    expect(await explain('v1', { as_of: before })).toMatchObject({ state: 'counted', corrections: [] });
  });

  it('is not there', async () => {
    const answer = await api.get<Refused>('/v1/events/s/none/explain');
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});

describe('after a close', () => {
  it('an event is in the statement, a late one is carried to the next', async () => {
    await api.put('/v1/customers/bob', { name: 'Bob', currency: 'USD' });
    const own = { customer_id: 'bob', quantity: '1' };
    await send('b1', own);
    await made('/v1/customers/bob/statements', { period: '2025-09' });
    await send('b2', own);
    expect((await explain('b1')).periods).toMatchObject([{ status: 'closed', statement: 'bob:2025-09' }]);
    const late = { policy: 'next', statement: null, period: '2025-10' };
    expect((await explain('b2')).periods).toMatchObject([{ status: 'closed', statement: null, late }]);
    await made('/v1/customers/bob/statements', { period: '2025-10' });
    const carried = { policy: 'next', statement: 'bob:2025-10', period: '2025-10' };
    const { periods } = await explain('b2');
    expect(periods).toMatchObject([
      { late: carried, lines: [{ line: 'Calls', exact_amount: { difference: '2' } }] },
    ]);
  });

  it('an amend makes it late, as it counts now', async () => {
    const event = { quantity: '4' };
    await made('/v1/corrections', {
      id: 'a',
      action: 'amend',
      source: 's/1',
      event_id: 'b1',
      reason: 'wrong',
      event,
    });
    const { event: first, counts_as, periods } = await explain('b1');
    expect([first.quantity, counts_as?.quantity]).toEqual(['1', '4']);
    expect(periods).toMatchObject([{ statement: null, late: { statement: null, period: '2025-11' } }]);
  });

  it('one that stood unpriced is late since its first price', async () => {
    await api.put('/v1/customers/cleo', { name: 'Cleo', currency: 'USD' });
    await api.put('/v1/services/Lifted', { name: 'Lifted' });
    await send('l1', { customer_id: 'cleo', service: 'Lifted', quantity: '2' });
    await made('/v1/customers/cleo/statements', { period: '2025-09' });
    const price = { service: 'Lifted', currency: 'USD', model: 'per_unit' };
    await made('/v1/prices', { ...price, unit_amount: '3' });
    const lines = [{ line: 'Lifted', in: true, exact_amount: { difference: '6' } }];
    const late = { policy: 'next', statement: null, period: '2025-10' };
    expect((await explain('l1')).periods).toMatchObject([{ statement: null, lines, late }]);
    await made('/v1/customers/cleo/statements', { period: '2025-10' });
    const carried = { ...late, statement: 'cleo:2025-10' };
    expect((await explain('l1')).periods).toMatchObject([{ statement: null, lines, late: carried }]);
  });

  it('one that was billed stays so when another price applies to its period', async () => {
    await send('l2', { customer_id: 'cleo', quantity: '1', time: '2025-11-10T00:00:00Z' });
    await made('/v1/customers/cleo/statements', { period: '2025-11' });
    const price = { meter: 'Calls', customer_id: 'cleo', currency: 'USD', model: 'per_unit' };
    await made('/v1/prices', { ...price, unit_amount: '7', applies_to_closed: true });
    expect((await explain('l2')).periods).toMatchObject([
      { statement: 'cleo:2025-11', lines: [{ line: 'Calls', exact_amount: { difference: '7' } }] },
    ]);
  });
});
