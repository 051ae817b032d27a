/** Decimals from the wire to the cost: no float, no wrap, no rounding (DESIGN.md 1, second promise). */
import { beforeAll, expect, it } from 'vitest';
import type {
  CostBody,
  CustomerUsageBody,
  Ingested,
  Listed,
  Refused,
  UsageBody,
} from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const time = '2025-10-05T10:00:00Z';
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

/** A service of its own for each test, with a price, and one customer for all. */
async function makeService(service: string, unitAmount: string | number): Promise<void> {
  expect((await api.put(`/v1/services/${service}`, { name: service, allow_negative: true })).status).toBe(
    201,
  );
  const price = { service, model: 'per_unit', unit_amount: unitAmount };
  expect((await api.post('/v1/prices', price)).status).toBe(201);
}

beforeAll(async () => {
  expect((await api.put('/v1/customers/exact', { name: 'Exact' })).status).toBe(201);
});

function eventsOf(service: string, quantities: readonly (string | number)[]) {
  return quantities.map((quantity, at) => ({
    source: service,
    id: `${service}-${at}`,
    customer_id: 'exact',
    service,
    time,
    quantity,
  }));
}

async function report(service: string, quantities: readonly (string | number)[]): Promise<void> {
  const { body, text } = await api.post<Ingested>('/v1/events', eventsOf(service, quantities));
  expect(body.accepted, text.slice(0, 500)).toBe(quantities.length);
}

async function totals(service: string): Promise<{ quantity?: string; cost?: string }> {
  const query = { service, customer_id: 'exact', ...span };
  const usage = await api.get<UsageBody>(pathOf(['v1', 'usage'], query));
  const costs = await api.get<CostBody>(pathOf(['v1', 'costs'], query));
  const [used] = usage.body.rows;
  const [cost] = costs.body.rows;
  return { ...(used && { quantity: used.quantity }), ...(cost && { cost: cost.cost }) };
}

const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const nines = `${'9'.repeat(26)}.${'9'.repeat(12)}`;

it.each([
  ['a thousand times 0.1 and 0.2', 'Tenths', '1', [...many(1000, '0.1'), ...many(1000, '0.2')], '300', '300'],
  ['the same as numbers', 'TenthNumbers', 1, [...many(1000, 0.1), ...many(1000, 0.2)], '300', '300'],
  [
    'twelve digits after the point beside twenty before it',
    'Wide',
    '1',
    ['12345678901234567890.123456789012', '0.000000000001'],
    '12345678901234567890.123456789013',
    '12345678901234567890.123456789013',
  ],
  [
    'a hundredth of a cent for 10^12 units',
    'Cheap',
    '0.0001',
    ['1000000000000'],
    '1000000000000',
    '100000000',
  ],
  [
    'a hundredth of a cent for 10^12 units and a bit',
    'CheapAndABit',
    0.0001,
    ['1000000000000', '0.000000000001'],
    '1000000000000.000000000001',
    '100000000.0000000000000001',
  ],
  [
    'the smallest price of the smallest quantity',
    'Smallest',
    '0.000000000001',
    ['0.000000000001'],
    '0.000000000001',
    '0.000000000000000000000001',
  ],
  ['credits', 'Credits', '3', ['10.5', '-0.5', '-20'], '-10', '-30'],
  ['what cancels out', 'Cancelled', '3', ['10.5', '-10.5'], '0', '0'],
  ['0 in other writings', 'Zeros', '3', ['0', '-0', '0.000', '-0.000000000000', 0], '0', '0'],
])('%s', async (_, service, price, quantities, quantity, cost) => {
  await makeService(service, price);
  await report(service, quantities);
  expect(await totals(service)).toEqual({ quantity, cost });
});

it('sums and costs beyond 10^26 neither wrap nor round', async () => {
  await makeService('Huge', nines);
  await report('Huge', many(2000, nines));
  const scaled = unitsOf(nines, 12);
  const quantity = decimalText(2000n * scaled, 12);
  const cost = decimalText(2000n * scaled * scaled, 24);
  expect(quantity).toBe('199999999999999999999999999999.999999998');
  expect(await totals('Huge')).toEqual({ quantity, cost });
});

it('a sum below -10^26 neither wraps nor rounds', async () => {
  await makeService('Debt', '2');
  await report('Debt', many(50, `-${nines}`));
  const scaled = -50n * unitsOf(nines, 12);
  expect(await totals('Debt')).toEqual({
    quantity: decimalText(scaled, 12),
    cost: decimalText(2n * scaled, 12),
  });
});

it("a customer's total beyond 10^26 is rounded to the cent and nothing else", async () => {
  expect((await api.put('/v1/customers/rich', { name: 'Rich' })).status).toBe(201);
  await makeService('Rich', '1');
  const events = eventsOf('Rich', many(3, nines)).map((event) => ({ ...event, customer_id: 'rich' }));
  expect((await api.post<Ingested>('/v1/events', events)).body.accepted).toBe(3);
  const { body } = await api.get<CustomerUsageBody>(pathOf(['v1', 'customers', 'rich', 'usage'], span));
  expect(body.services).toMatchObject([
    { quantity: '299999999999999999999999999.999999999997', cost: '300000000000000000000000000.00' },
  ]);
  expect(body.total_cost).toBe('300000000000000000000000000.00');
});

it.each([
  ['10000000000000000001', 'send it as a string'],
  ['1234567890.123456', 'send it as a string'],
  ['1.0000000000000000', 'send it as a string'],
  ['-10000000000000000001', 'send it as a string'],
  ['1e400', 'digits'],
  ['1e-13', 'digits'],
])('the JSON number %s is refused, whichever member it is', async (written, reason) => {
  const event = (member: string) =>
    `{"source":"written","id":"${written}","customer_id":"exact","service":"Written","time":"${time}",${member}}`;
  const headers = { 'content-type': 'application/json' };
  for (const field of ['quantity', 'amount']) {
    const body = event(`"${field}": ${written}`);
    const answer = await api.send<Refused>('POST', '/v1/events', { body, headers });
    expect(answer.status, answer.text).toBe(422);
    expect(answer.body).toMatchObject({ code: `${field}_invalid`, field });
    expect(answer.body.detail).toContain(reason);
  }
});

it('a long JSON number in a property is refused too', async () => {
  const body = `{"id":"long-property","customer_id":"exact","service":"Written","properties":{"n":10000000000000000001}}`;
  const headers = { 'content-type': 'application/json' };
  const answer = await api.send<Refused>('POST', '/v1/events', { body, headers });
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'property_invalid', field: 'properties.n' });
  expect(answer.body.detail).toContain('send it as a string');
});

it('a long number in one event of a batch costs only that event', async () => {
  const event = (id: string, quantity: string) =>
    `{"source":"mixed","id":"${id}","customer_id":"mixed","service":"Mixed","time":"${time}","quantity":${quantity}}`;
  const body = `[${event('a', '1.5')},${event('b', '10000000000000000001')},${event('c', '"10000000000000000001"')}]`;
  const headers = { 'content-type': 'application/json' };
  const answer = await api.send<Ingested>('POST', '/v1/events', { body, headers });
  expect(answer.body).toMatchObject({ accepted: 2, rejected: 1 });
  expect(answer.body.results.find(({ status }) => status === 'rejected')).toMatchObject({
    index: 1,
    code: 'quantity_invalid',
  });
  const usage = await api.get<UsageBody>(pathOf(['v1', 'usage'], { customer_id: 'mixed', ...span }));
  expect(usage.body.rows).toMatchObject([{ quantity: '10000000000000000002.5', events: 2 }]);
});

it.each([
  ['"5.5"', '5.5'],
  ['"10000000000000000001"', '10000000000000000001'],
  ['"007.500"', '7.5'],
  ['5.50', '5.5'],
  ['1e3', '1000'],
  ['1.5E-3', '0.0015'],
  ['123456789012345', '123456789012345'],
  ['0.123456789012', '0.123456789012'],
  [`"${nines}"`, nines],
])('the quantity %s is stored as %s', async (written, quantity) => {
  const body = `{"source":"plain","id":${JSON.stringify(written)},"customer_id":"exact","service":"Plain","time":"${time}","quantity":${written}}`;
  const answer = await api.send<Ingested>('POST', '/v1/events', {
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.body, answer.text).toMatchObject({ accepted: 1 });
  const stored = await api.get<Listed>(pathOf(['v1', 'events', 'plain', written]));
  expect(stored.body.quantity).toBe(quantity);
});

it.each([
  '"1e3"',
  '"+1"',
  '" 1"',
  '"1 "',
  '"1,5"',
  '"1."',
  '".5"',
  '""',
  '"-"',
  '"0x10"',
  '"NaN"',
  '"Infinity"',
  '"١"',
  `"${'9'.repeat(27)}"`,
  '"0.1234567890123"',
  'true',
  'null',
  '[]',
  '{}',
])('the quantity %s is refused', async (written) => {
  const body = `{"id":"never","customer_id":"exact","service":"Plain","quantity":${written}}`;
  const answer = await api.send<Refused>('POST', '/v1/events', {
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'quantity_invalid', field: 'quantity' });
});
