/** What usage cost: exact, unrounded, split by currency, and rounded per service for one customer (MONEY.md 5.8). */
import { beforeAll, expect, it } from 'vitest';
import type { CostBody, CustomerUsageBody, Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const customers = { us: 'USD', eu: 'EUR', jp: 'JPY', kw: 'KWD' } as const;
const prices = [
  { service: 'Calls', unit_amount: '0.015' },
  { service: 'Calls', unit_amount: '0.012', currency: 'EUR' },
  { service: 'Calls', unit_amount: '1.5', currency: 'JPY' },
  { service: 'Calls', unit_amount: '0.0045', currency: 'KWD' },
  { service: 'Disk', unit_amount: '0.005' },
  { service: 'Credit', unit_amount: '0.005' },
];

function usage(id: string, customer: string, service: string, quantity: string, day = '05', region = 'a') {
  const time = `2025-10-${day}T12:00:00Z`;
  return { id, customer_id: customer, service, time, quantity, properties: { region } };
}

beforeAll(async () => {
  for (const [id, currency] of Object.entries(customers)) {
    expect((await api.put(`/v1/customers/${id}`, { name: id, currency })).status).toBe(201);
  }
  for (const service of ['Calls', 'Disk', 'Credit', 'Unpriced']) {
    const content = { name: service, unit: service.toLowerCase(), allow_negative: service === 'Credit' };
    expect((await api.put(`/v1/services/${service}`, content)).status).toBe(201);
  }
  for (const price of prices) {
    expect((await api.post('/v1/prices', { model: 'per_unit', ...price })).status).toBe(201);
  }
  const { body } = await api.post<Ingested>('/v1/events', [
    usage('1', 'us', 'Calls', '1', '05', 'a'),
    usage('2', 'us', 'Calls', '2', '06', 'b'),
    usage('3', 'us', 'Disk', '1', '06', 'b'),
    usage('4', 'us', 'Credit', '-1', '06', 'b'),
    usage('5', 'us', 'Unpriced', '9', '06', 'b'),
    usage('6', 'us', 'Nowhere', '7', '06', 'b'),
    usage('7', 'eu', 'Calls', '1.25'),
    usage('8', 'eu', 'Disk', '4'),
    usage('9', 'jp', 'Calls', '1'),
    usage('10', 'kw', 'Calls', '1'),
    usage('11', 'nobody', 'Calls', '1'),
  ]);
  expect(body.accepted).toBe(11);
});

async function costs(query: Record<string, string>): Promise<CostBody> {
  const answer = await api.get<CostBody>(pathOf(['v1', 'costs'], { ...span, ...query }));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const bill = (customer: string, query: Record<string, string> = span) =>
  api.get<CustomerUsageBody & Refused>(pathOf(['v1', 'customers', customer, 'usage'], query));

const money = ({ rows }: CostBody, ...keys: string[]) =>
  rows.map((row) => [...keys.map((key) => row[key]), row.cost, row.currency, row.events].join(' '));

it('costs of everybody are one row a currency, exact and unrounded; the rest is listed as unpriced', async () => {
  const body = await costs({});
  expect(money(body)).toEqual(['0.015 EUR 1', '1.5 JPY 1', '0.0045 KWD 1', '0.045 USD 4']);
  const unpriced = body.unpriced.map(
    ({ customer_id, service, meter, reason, quantity, events }) =>
      `${customer_id} ${service} ${meter} ${reason} ${quantity} ${events}`,
  );
  expect(unpriced.sort()).toEqual([
    'eu Disk Disk currency_mismatch 4 1',
    'nobody Calls Calls customer_unknown 1 1',
    'us Nowhere Nowhere service_unknown 7 1',
    'us Unpriced Unpriced price_missing 9 1',
  ]);
});

it('costs can be grouped by every key, and their groups add up to the whole', async () => {
  expect(money(await costs({ group_by: 'customer_id' }), 'customer_id')).toEqual([
    'eu 0.015 EUR 1',
    'jp 1.5 JPY 1',
    'kw 0.0045 KWD 1',
    'us 0.045 USD 4',
  ]);
  expect(money(await costs({ customer_id: 'us', group_by: 'service' }), 'service')).toEqual([
    'Calls 0.045 USD 2',
    'Credit -0.005 USD 1',
    'Disk 0.005 USD 1',
  ]);
  const byRegion = await costs({ customer_id: 'us', group_by: 'properties.region,service' });
  expect(money(byRegion, 'properties.region', 'service')).toEqual([
    'a Calls 0.015 USD 1',
    'b Calls 0.03 USD 1',
    'b Credit -0.005 USD 1',
    'b Disk 0.005 USD 1',
  ]);
});

it('costs by window fall where the usage is', async () => {
  const body = await costs({ customer_id: 'us', service: 'Calls', window: 'day' });
  expect(money(body, 'window_start')).toEqual([
    '2025-10-05T00:00:00.000Z 0.015 USD 1',
    '2025-10-06T00:00:00.000Z 0.03 USD 1',
  ]);
});

it('costs narrowed to a meter, a service or a source are those alone', async () => {
  expect(money(await costs({ customer_id: 'us', meter: 'Disk' }))).toEqual(['0.005 USD 1']);
  expect(money(await costs({ customer_id: 'us', source: 'default' }))).toEqual(['0.045 USD 4']);
  expect(money(await costs({ customer_id: 'us', source: 'elsewhere' }))).toEqual([]);
});

it('a CSV of costs has its rows, and a header that says how many events have no price', async () => {
  const query = { group_by: 'customer_id', format: 'csv', ...span };
  const { headers, text } = await api.get(pathOf(['v1', 'costs'], query));
  expect(headers.get('content-type')).toContain('text/csv');
  expect(headers.get('countinghouse-unpriced-events')).toBe('4');
  const [header, ...lines] = text.trimEnd().split('\r\n');
  expect(header).toBe('window_start,window_end,customer_id,cost,currency,events');
  expect(lines.map((line) => line.split(',').slice(2).join(','))).toEqual([
    'eu,0.015,EUR,1',
    'jp,1.5,JPY,1',
    'kw,0.0045,KWD,1',
    'us,0.045,USD,4',
  ]);
});

it('a negative cost in a CSV stays a number', async () => {
  const query = { service: 'Credit', format: 'csv', ...span };
  const { text } = await api.get(pathOf(['v1', 'costs'], query));
  expect(text).toContain(',-0.005,USD,1\r\n');
});

it("a customer's costs are rounded per service, half away from zero, and added up rounded", async () => {
  const { body } = await bill('us');
  expect(body).toMatchObject({
    customer_id: 'us',
    from: '2025-10-01T00:00:00.000Z',
    to: '2025-11-01T00:00:00.000Z',
    currency: 'USD',
  });
  expect(body.services).toEqual([
    { service: 'Calls', unit: 'calls', quantity: '3', events: 2, cost: '0.05' },
    { service: 'Credit', unit: 'credit', quantity: '-1', events: 1, cost: '-0.01' },
    { service: 'Disk', unit: 'disk', quantity: '1', events: 1, cost: '0.01' },
    { service: 'Unpriced', unit: 'unpriced', quantity: '9', events: 1, cost: null },
  ]);
  expect(body.total_cost).toBe('0.05');
  expect(body.unpriced.map(({ service, reason }) => `${service} ${reason}`)).toEqual([
    'Nowhere service_unknown',
    'Unpriced price_missing',
  ]);
});

it("money has its currency's minor digits: two for EUR, none for JPY, three for KWD", async () => {
  expect((await bill('eu')).body).toMatchObject({ currency: 'EUR', total_cost: '0.02' });
  expect((await bill('jp')).body).toMatchObject({ currency: 'JPY', total_cost: '2' });
  expect((await bill('kw')).body).toMatchObject({ currency: 'KWD', total_cost: '0.005' });
});

it('a customer without usage owes nothing, in the right digits; an unknown one is a 404', async () => {
  const empty = await bill('us', { from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' });
  expect(empty.body).toMatchObject({ services: [], total_cost: '0.00', unpriced: [] });
  const none = await bill('jp', { from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' });
  expect(none.body.total_cost).toBe('0');
  const unknown = await bill('nobody');
  expect(unknown.status).toBe(404);
  expect(unknown.body.code).toBe('not_found');
});

it("without a span it is the customer's current month", async () => {
  await api.put('/v1/customers/now', { name: 'Now' });
  await api.post('/v1/events', { id: 'now', customer_id: 'now', service: 'Calls', quantity: '100' });
  const { body } = await bill('now', {});
  expect(body).toMatchObject({ services: [{ service: 'Calls', quantity: '100', cost: '1.50' }] });
  expect(body.from <= new Date().toISOString()).toBe(true);
  expect((await bill('now', { from: '2999-01-01T00:00:00Z' })).status).toBe(422);
});
