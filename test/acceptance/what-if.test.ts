/** What-ifs and previews: the answer is what would be, and nothing is written (MONEY.md 5.6, issue 4). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { CostBody, Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface WhatIf {
  from: string;
  to: string;
  items: {
    customer_id: string;
    currency: string;
    present_cost: string;
    proposed_cost: string;
    difference: string;
    present_unpriced_events: number;
    proposed_unpriced_events: number;
  }[];
  totals: { currency: string; present_cost: string; proposed_cost: string; difference: string }[];
}

interface Preview {
  changes: {
    customer_id: string;
    period: string;
    line: string;
    currency: string;
    amount_before: string;
    amount_after: string;
    difference: string;
  }[];
}

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-09-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };

const whatIf = (content: object) => api.post<WhatIf & Refused>('/v1/prices/what-if', { ...span, ...content });
const preview = (content: object) => api.post<Preview & Refused>('/v1/corrections/preview', content);
const makePrice = (content: object) => api.post('/v1/prices', { model: 'per_unit', ...content });

async function report(
  service: string,
  events: readonly [customer: string, time: string, quantity: string][],
) {
  const content = events.map(([customer, time, quantity], index) => {
    return { source: service, id: `${index}`, customer_id: customer, service, time, quantity };
  });
  const { body } = await api.post<Ingested>('/v1/events', content);
  expect(body.accepted).toBe(events.length);
}

async function costOf(service: string) {
  const { body } = await api.get<CostBody>(pathOf(['v1', 'costs'], { service, ...span }));
  return body.rows.map(({ cost, currency }) => `${cost} ${currency}`);
}

beforeAll(async () => {
  await api.put('/v1/customers/a', { name: 'A' });
  await api.put('/v1/customers/b', { name: 'B' });
  await api.put('/v1/customers/euro', { name: 'Euro', currency: 'EUR' });
  for (const name of ['Tiered', 'Unpriced', 'Steps', 'Preview', 'Level', 'Minimum']) {
    await api.put(`/v1/services/${name}`, { name });
  }
});

describe('a what-if', () => {
  it('gives both costs and the difference by customer, over months of tiers, and writes nothing', async () => {
    await report('Tiered', [
      ['a', '2025-09-10T00:00:00Z', '15'],
      ['a', '2025-10-10T00:00:00Z', '8'],
      ['b', '2025-10-31T23:59:59.999Z', '1'],
      ['euro', '2025-10-10T00:00:00Z', '100'],
    ]);
    await makePrice({ service: 'Tiered', unit_amount: '2' });
    await makePrice({ service: 'Tiered', unit_amount: '1', currency: 'EUR' });
    const before = await walkPages(api, ['v1', 'audit']);
    const proposed = {
      service: 'Tiered',
      model: 'graduated',
      tiers: [
        { from: '0', to: '10', unit_amount: '1' },
        { from: '10', to: null, unit_amount: '0.5' },
      ],
    };
    const { status, body, text } = await whatIf({ prices: [proposed] });
    expect(status, text).toBe(200);
    const unpriced = { present_unpriced_events: 0, proposed_unpriced_events: 0 };
    // a: September 10 × 1 + 5 × 0.5, October 8 × 1: each month has its own tiers.
    expect(body.items).toEqual(
      [
        ...[{ customer_id: 'a', currency: 'USD', present_cost: '46', proposed_cost: '20.5' }],
        ...[{ customer_id: 'b', currency: 'USD', present_cost: '2', proposed_cost: '1' }],
        ...[{ customer_id: 'euro', currency: 'EUR', present_cost: '100', proposed_cost: '100' }],
      ].map((row, index) => ({ ...row, difference: ['-25.5', '-1', '0'][index], ...unpriced })),
    );
    expect(body.totals).toEqual([
      { currency: 'EUR', present_cost: '100', proposed_cost: '100', difference: '0' },
      { currency: 'USD', present_cost: '48', proposed_cost: '21.5', difference: '-26.5' },
    ]);
    const one = await whatIf({ prices: [proposed], customer_id: 'b' });
    expect(one.body.items.map(({ customer_id: id }) => id)).toEqual(['b']);
    expect(await costOf('Tiered')).toEqual(['100 EUR', '48 USD']);
    expect(await walkPages(api, ['v1', 'audit'])).toEqual(before);
  });

  it('usage that has no price is told of, and is in neither cost', async () => {
    await report('Unpriced', [['a', '2025-10-10T00:00:00Z', '3']]);
    const { body } = await whatIf({ prices: [{ service: 'Unpriced', model: 'per_unit', unit_amount: '2' }] });
    expect(body.items).toEqual([
      {
        ...{ customer_id: 'a', currency: 'USD', present_cost: '0', proposed_cost: '6', difference: '6' },
        ...{ present_unpriced_events: 1, proposed_unpriced_events: 0 },
      },
    ]);
  });

  it('a proposed price acts from its moment, in place of what was to come then', async () => {
    await report('Steps', [
      ['a', '2025-09-10T00:00:00Z', '1'],
      ['a', '2025-10-10T00:00:00Z', '1'],
      ['a', '2025-10-20T00:00:00Z', '1'],
    ]);
    await makePrice({ service: 'Steps', unit_amount: '1' });
    await makePrice({ service: 'Steps', unit_amount: '10', effective_from: '2025-10-15T00:00:00Z' });
    const price = { service: 'Steps', model: 'per_unit', unit_amount: '100' };
    const costs = async (more: object) => {
      const { body } = await whatIf({ prices: [{ ...price, ...more }] });
      return body.items.map((row) => [row.present_cost, row.proposed_cost]);
    };
    expect(await costs({ effective_from: '2025-10-01T00:00:00Z' })).toEqual([['12', '201']]);
    expect(await costs({ effective_from: '2025-10-15T00:00:00Z' })).toEqual([['12', '102']]);
    expect(await costs({})).toEqual([['12', '300']]);
  });

  it.each([
    { model: 'per_unit', unit_amount: '0.3', included_quantity: '2' },
    {
      model: 'volume',
      tiers: [
        { from: '0', to: '9', unit_amount: '1' },
        { from: '9', to: null, unit_amount: '0.7' },
      ],
    },
    { model: 'package', package_size: '7', package_amount: '1.1' },
    { model: 'flat', flat_amount: '3.1', effective_from: '2025-10-11T00:00:00Z' },
    {
      model: 'per_unit',
      unit_amount: '0.1',
      minimum_amount: '4',
      effective_from: '2025-09-15T12:34:56.789Z',
    },
    { model: 'per_unit', dimension: 'properties.plan', rates: [{ value: 'gold', unit_amount: '2' }] },
  ])('says of %j what costs say once the price is made, in closed months too', async (price) => {
    const service = `Same-${JSON.stringify(price).length}`;
    const buyer = `buyer-${service}`;
    await api.put(`/v1/services/${service}`, { name: service });
    await api.put(`/v1/customers/${buyer}`, { name: buyer });
    await report(service, [
      [buyer, '2025-09-10T00:00:00Z', '5.5'],
      [buyer, '2025-09-20T00:00:00Z', '11'],
      [buyer, '2025-10-31T23:59:59.999Z', '2.25'],
    ]);
    await makePrice({ service, unit_amount: '1' });
    expect((await api.post(`/v1/customers/${buyer}/statements`, { period: '2025-09' })).status).toBe(201);
    const from = { effective_from: '2025-09-01T00:00:00Z' };
    const asked = await whatIf({ prices: [{ service, ...from, ...price }], customer_id: buyer });
    expect(asked.status, asked.text).toBe(200);
    const made = await api.post('/v1/prices', { service, ...from, ...price, applies_to_closed: true });
    expect(made.status, made.text).toBe(201);
    const costs = (await costOf(service)).map((cost) => cost.replace(' USD', ''));
    expect(asked.body.items.map((row) => row.proposed_cost)).toEqual(costs.length === 0 ? ['0'] : costs);
  });

  it.each([
    [{ prices: [] }, 'prices_invalid', 'prices'],
    [{}, 'prices_missing', 'prices'],
    [{ prices: [{ service: 'Steps', model: 'flat' }] }, 'flat_amount_missing', 'prices.0.flat_amount'],
    [
      { prices: [{ service: 'Nothing', model: 'flat', flat_amount: '1' }] },
      'service_unknown',
      'prices.0.service',
    ],
    [
      { prices: [{ service: 'Steps', model: 'pass_through' }], customer_id: 'nobody' },
      'customer_unknown',
      'customer_id',
    ],
    [
      { prices: [{ service: 'Steps', model: 'pass_through' }], to: '2025-08-01T00:00:00Z' },
      'parameter_invalid',
      'from',
    ],
  ])('the what-if %j is refused', async (content, code, field) => {
    const refused = await whatIf(content);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code, field });
  });
});

describe('a preview', () => {
  const about = (eventId: string, source = 'Preview') => ({
    ...{ id: `c-${source}-${eventId}`, source, event_id: eventId, reason: 'wrong' },
  });

  it('shows the lines that would change, in every period and for every customer, and writes nothing', async () => {
    await report('Preview', [
      ['a', '2025-09-10T00:00:00Z', '1.005'],
      ['a', '2025-10-10T00:00:00Z', '3'],
    ]);
    await makePrice({ service: 'Preview', unit_amount: '1' });
    const line = { line: 'Preview', currency: 'USD' };
    const voided = await preview({ ...about('0'), action: 'void' });
    expect(voided.body.changes).toEqual([
      {
        ...{ customer_id: 'a', period: '2025-09', ...line },
        ...{ amount_before: '1.01', amount_after: '0.00', difference: '-1.01' },
      },
    ]);
    const event = { customer_id: 'b', time: '2025-10-31T00:00:00Z', quantity: '2' };
    const moved = await preview({ ...about('0'), action: 'amend', event });
    expect(moved.body.changes).toEqual([
      voided.body.changes[0],
      {
        ...{ customer_id: 'b', period: '2025-10', ...line },
        ...{ amount_before: '0.00', amount_after: '2.00', difference: '2.00' },
      },
    ]);
    const nothing = await preview({ ...about('1'), action: 'amend', event: { properties: { a: 1 } } });
    expect(nothing.body.changes).toEqual([]);
    expect(await costOf('Preview')).toEqual(['4.005 USD']);
    expect(await walkPages(api, ['v1', 'corrections'])).toEqual([]);
  });

  it('a line held by its minimum does not change', async () => {
    await report('Minimum', [
      ['a', '2025-10-10T00:00:00Z', '3'],
      ['a', '2025-10-11T00:00:00Z', '50'],
    ]);
    await makePrice({ service: 'Minimum', unit_amount: '1', minimum_amount: '20' });
    const small = await preview({ ...about('1', 'Minimum'), action: 'void' });
    expect(small.body.changes.map(({ amount_before: a, amount_after: b }) => [a, b])).toEqual([
      ['53.00', '20.00'],
    ]);
    const half = { ...about('1', 'Minimum'), action: 'amend', event: { quantity: '1' } };
    expect((await preview(half)).body.changes).toHaveLength(1);
    await api.post('/v1/corrections', half);
    const held = await preview({ ...about('0', 'Minimum'), action: 'amend', event: { quantity: '9' } });
    expect(held.body.changes).toEqual([]);
  });

  it('a level that is corrected changes every period it holds on into', async () => {
    await report('Level', [
      ['a', '2025-08-01T00:00:00Z', '2'],
      ['a', '2025-11-01T00:00:00Z', '0'],
    ]);
    const meter = { id: 'level-days', service: 'Level', aggregation: 'time_weighted', per: 'day' };
    await api.post('/v1/meters', meter);
    await makePrice({ meter: 'level-days', unit_amount: '1' });
    const event = { quantity: '3' };
    const { body } = await preview({ ...about('0', 'Level'), action: 'amend', event });
    expect(body.changes.map(({ period, line, difference }) => [period, line, difference])).toEqual([
      ['2025-08', 'level-days', '31.00'],
      ['2025-09', 'level-days', '30.00'],
      ['2025-10', 'level-days', '31.00'],
    ]);
  });

  it('a closed month is shown as it costs now, and the next statement says the same difference', async () => {
    await api.put('/v1/customers/shut', { name: 'Shut' });
    await api.put('/v1/services/Shut', { name: 'Shut' });
    await makePrice({ service: 'Shut', unit_amount: '1' });
    await report('Shut', [['shut', '2025-09-10T00:00:00Z', '5']]);
    expect((await api.post('/v1/customers/shut/statements', { period: '2025-09' })).status).toBe(201);
    const amend = { ...about('0', 'Shut'), action: 'amend', event: { quantity: '7.5' } };
    const change = { period: '2025-09', line: 'Shut', amount_before: '5.00', amount_after: '7.50' };
    expect((await preview(amend)).body.changes).toEqual([
      { customer_id: 'shut', currency: 'USD', ...change, difference: '2.50' },
    ]);
    await api.post('/v1/corrections', amend);
    const path = '/v1/customers/shut/statements/draft?period=2025-10';
    const draft = await api.get<{ adjustments: { line: string; amount: string }[] }>(path);
    expect(draft.body.adjustments.map(({ line, amount }) => [line, amount])).toEqual([['Shut', '2.50']]);
    expect((await preview(amend)).body.changes).toEqual([]);
  });

  it('is held to the rules of the correction itself', async () => {
    const unknown = await preview({ ...about('never'), action: 'void' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
    const wrong = await preview({ ...about('0'), action: 'amend', event: { quantity: '-1' } });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'quantity_invalid']);
  });
});
