/** Price versions: which one is in force, and that a change in the middle of a month splits exactly (MONEY.md 5.2). */
import { beforeAll, expect, it } from 'vitest';
import type { CostBody, CustomerUsageBody, Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Price {
  id: string;
  service: string;
  meter: string;
  currency: string;
  model: string;
  unit_amount: string;
  customer_id?: string;
  effective_from?: string;
  sequence: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const makePrice = (content: object) =>
  api.post<Price & Refused>('/v1/prices', { model: 'per_unit', ...content });

/** A service with an event of the given quantity on each of some days of October. */
async function makeUsage(service: string, quantities: Record<string, string>, customers = ['plain']) {
  await api.put(`/v1/services/${service}`, { name: service });
  const events = customers.flatMap((customer) =>
    Object.entries(quantities).map(([day, quantity]) => ({
      source: service,
      id: `${customer}/${day}`,
      customer_id: customer,
      service,
      time: day.includes('T') ? day : `2025-10-${day}T12:00:00Z`,
      quantity,
    })),
  );
  const { body } = await api.post<Ingested>('/v1/events', events);
  expect(body.accepted).toBe(events.length);
}

async function costOf(service: string, customer = 'plain') {
  const query = { service, customer_id: customer, ...span };
  const { body } = await api.get<CostBody>(pathOf(['v1', 'costs'], query));
  return {
    costs: body.rows.map(({ cost, currency }) => `${cost} ${currency}`),
    unpriced: body.unpriced.map(({ reason, quantity }) => `${reason} ${quantity}`),
  };
}

beforeAll(async () => {
  await api.put('/v1/customers/plain', { name: 'Plain' });
  await api.put('/v1/customers/special', { name: 'Special' });
  await api.put('/v1/customers/euro', { name: 'Euro', currency: 'EUR' });
});

it('the first price of a service holds since always, and shows what was made', async () => {
  await makeUsage('Always', { '01': '10' });
  const { status, body } = await makePrice({ service: 'Always', unit_amount: '0.150' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    service: 'Always',
    meter: 'Always',
    currency: 'USD',
    model: 'per_unit',
    unit_amount: '0.15',
  });
  expect(body).not.toHaveProperty('effective_from');
  expect(body.id).toBeTruthy();
  expect((await api.get<Price>(pathOf(['v1', 'prices', body.id]))).body).toEqual(body);
  expect(await costOf('Always')).toEqual({ costs: ['1.5 USD'], unpriced: [] });
});

it('a later version must say from when it is valid', async () => {
  const refused = await makePrice({ service: 'Always', unit_amount: '1' });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'effective_from_required', field: 'effective_from' });
  for (const other of [{ currency: 'EUR' }, { customer_id: 'special' }]) {
    expect((await makePrice({ service: 'Always', unit_amount: '1', ...other })).status).toBe(201);
    expect((await makePrice({ service: 'Always', unit_amount: '1', ...other })).status).toBe(422);
  }
});

it('the same id and content is answered with the stored version, other content is a conflict', async () => {
  await makeUsage('Ided', { '01': '1' });
  const content = { id: 'ided/1', service: 'Ided', unit_amount: '2.5', effective_from: span.from };
  const first = await makePrice(content);
  expect(first.status).toBe(201);
  const again = await makePrice({
    ...content,
    unit_amount: '2.50',
    effective_from: '2025-10-01T02:00:00+02:00',
  });
  expect(again.status).toBe(200);
  expect(again.body).toEqual(first.body);
  for (const change of [{ unit_amount: '3' }, { currency: 'EUR' }, { effective_from: span.to }]) {
    const refused = await makePrice({ ...content, ...change });
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('conflict');
  }
  expect((await api.get<Price>(pathOf(['v1', 'prices', 'ided/1']))).body).toEqual(first.body);
});

it('a price change in the middle of the month splits the usage at the moment', async () => {
  await makeUsage('Split', {
    '01': '1',
    '2025-10-15T08:29:59.999Z': '10',
    '2025-10-15T08:30:00.000Z': '100',
    '31': '1000',
  });
  await makePrice({ service: 'Split', unit_amount: '0.1' });
  await makePrice({ service: 'Split', unit_amount: '0.3', effective_from: '2025-10-15T08:30:00Z' });
  expect(await costOf('Split')).toEqual({ costs: ['331.1 USD'], unpriced: [] });
  const usage = await api.get<CustomerUsageBody>(pathOf(['v1', 'customers', 'plain', 'usage'], span));
  const line = usage.body.services.find(({ service }) => service === 'Split');
  expect(line).toEqual({ service: 'Split', unit: 'unit', quantity: '1111', events: 4, cost: '331.10' });
});

it('each version is in force from its moment to the next, in whatever order they were made', async () => {
  await makeUsage('Steps', { '05': '1', '10': '1', '15': '1', '20': '1' });
  await makePrice({ service: 'Steps', unit_amount: '100', effective_from: '2025-10-14T00:00:00Z' });
  await makePrice({ service: 'Steps', unit_amount: '1000', effective_from: '2025-10-19T00:00:00Z' });
  await makePrice({ service: 'Steps', unit_amount: '10', effective_from: '2025-10-09T00:00:00Z' });
  expect(await costOf('Steps')).toEqual({ costs: ['1110 USD'], unpriced: ['price_missing 1'] });
  await makePrice({ service: 'Steps', unit_amount: '1', effective_from: '2025-01-01T00:00:00Z' });
  expect(await costOf('Steps')).toEqual({ costs: ['1111 USD'], unpriced: [] });
});

it('a version made later for the same moment supersedes the earlier one, and both stay listed', async () => {
  await makeUsage('Superseded', { '10': '1' });
  const moment = { service: 'Superseded', effective_from: '2025-10-05T00:00:00Z' };
  await makePrice({ ...moment, unit_amount: '1' });
  await makePrice({ ...moment, unit_amount: '2' });
  expect(await costOf('Superseded')).toEqual({ costs: ['2 USD'], unpriced: [] });
  const listed = await walkPages<Price>(api, ['v1', 'prices'], { service: 'Superseded', limit: '1' });
  expect(listed.map((price) => price.unit_amount).sort()).toEqual(['1', '2']);
});

it("a customer's own price beats the general one, even a later general one", async () => {
  await makeUsage('Own', { '05': '1', '20': '1' }, ['plain', 'special']);
  await makePrice({ service: 'Own', unit_amount: '5' });
  const own = await makePrice({ service: 'Own', unit_amount: '1', customer_id: 'special' });
  expect(own.body).toMatchObject({ customer_id: 'special' });
  await makePrice({ service: 'Own', unit_amount: '7', effective_from: '2025-10-10T00:00:00Z' });
  expect(await costOf('Own', 'special')).toEqual({ costs: ['2 USD'], unpriced: [] });
  expect(await costOf('Own', 'plain')).toEqual({ costs: ['12 USD'], unpriced: [] });
});

it("before a customer's own price begins, the general one holds", async () => {
  await makeUsage('OwnLater', { '05': '1', '20': '1' }, ['plain', 'special']);
  await makePrice({ service: 'OwnLater', unit_amount: '5' });
  const own = { service: 'OwnLater', customer_id: 'special', effective_from: '2025-10-10T00:00:00Z' };
  await makePrice({ ...own, unit_amount: '1' });
  expect(await costOf('OwnLater', 'special')).toEqual({ costs: ['6 USD'], unpriced: [] });
  expect(await costOf('OwnLater', 'plain')).toEqual({ costs: ['10 USD'], unpriced: [] });
});

it("only prices in the customer's currency count; usage without one is unpriced and never zero", async () => {
  await makeUsage('Currencies', { '05': '3' }, ['plain', 'euro']);
  expect(await costOf('Currencies', 'euro')).toEqual({ costs: [], unpriced: ['price_missing 3'] });
  await makePrice({ service: 'Currencies', unit_amount: '2' });
  expect(await costOf('Currencies', 'plain')).toEqual({ costs: ['6 USD'], unpriced: [] });
  expect(await costOf('Currencies', 'euro')).toEqual({ costs: [], unpriced: ['currency_mismatch 3'] });
  await makePrice({ service: 'Currencies', unit_amount: '1.5', currency: 'EUR' });
  expect(await costOf('Currencies', 'euro')).toEqual({ costs: ['4.5 EUR'], unpriced: [] });
  const { body } = await api.get<CostBody>(pathOf(['v1', 'costs'], { service: 'Currencies', ...span }));
  expect(body.rows.map(({ cost, currency }) => `${cost} ${currency}`)).toEqual(['4.5 EUR', '6 USD']);
});

it('a price of 0 is a price: the cost is zero and nothing is unpriced', async () => {
  await makeUsage('Free', { '05': '3' });
  await makePrice({ service: 'Free', unit_amount: 0 });
  expect(await costOf('Free')).toEqual({ costs: ['0 USD'], unpriced: [] });
});

it('a price made for a meter named like the service is the price of the service', async () => {
  await makeUsage('Metered', { '05': '3' });
  const made = await makePrice({ meter: 'Metered', unit_amount: '1' });
  expect(made.body).toMatchObject({ meter: 'Metered', service: 'Metered' });
  expect(await costOf('Metered')).toEqual({ costs: ['3 USD'], unpriced: [] });
});

it.each([
  [{ service: 'Nowhere', unit_amount: '1' }, 'service_unknown', 'service'],
  [{ service: 'Always', customer_id: 'nobody', unit_amount: '1' }, 'customer_unknown', 'customer_id'],
  [{ service: 'Always', unit_amount: '-1' }, 'unit_amount_invalid', 'unit_amount'],
  [{ service: 'Always', unit_amount: '0.1234567890123' }, 'unit_amount_invalid', 'unit_amount'],
  [{ service: 'Always', unit_amount: '1', currency: 'DOLLAR' }, 'currency_invalid', 'currency'],
  [
    { service: 'Always', unit_amount: '1', effective_from: '2025-13-01' },
    'effective_from_invalid',
    'effective_from',
  ],
  [{ service: 'Always', meter: 'Other', unit_amount: '1' }, 'meter_unknown', 'meter'],
])('the price %j is refused', async (content, code, field) => {
  const { status, body } = await makePrice(content);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code, field });
});

it('a long JSON number as unit_amount is refused with "send it as a string"', async () => {
  const body = '{"service":"Always","model":"per_unit","unit_amount":10000000000000000001}';
  const headers = { 'content-type': 'application/json' };
  const refused = await api.send<Refused>('POST', '/v1/prices', { body, headers });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'unit_amount_invalid', field: 'unit_amount' });
  expect(refused.body.detail).toContain('string');
});

it('lists of prices can be narrowed to a service or a customer', async () => {
  const of = async (query: Record<string, string>) =>
    walkPages<Price>(api, ['v1', 'prices'], { limit: '3', ...query });
  const own = await of({ customer_id: 'special' });
  expect(own.length).toBeGreaterThan(1);
  expect(own.every((price) => price.customer_id === 'special')).toBe(true);
  const service = await of({ meter: 'Own' });
  expect(service.map((price) => price.unit_amount).sort()).toEqual(['1', '5', '7']);
});
