/** The analysis of customers: total quantity × total cost ÷ events, and the category it falls in (MONEY.md 5.8). */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested, Page, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import { walkPages } from '../support/walk-pages.ts';

interface Analysed {
  customer_id: string;
  events: number;
  total_quantity: string;
  total_cost: string;
  currency: string;
  usage_factor: string;
  category: string;
}

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };
const nines = `${'9'.repeat(26)}.${'9'.repeat(12)}`;

/** Quantities of each customer, all at 1.00 a unit, and what follows from them by hand. */
const cases: readonly [id: string, quantities: string[], factor: string, category: string][] = [
  ['none', [], '0', 'no'],
  ['zero', ['0'], '0', 'low'],
  ['low', ['7'], '49', 'low'],
  ['almost-medium', ['7.071'], '49.999041', 'low'],
  ['medium', ['10', '0'], '50', 'medium'],
  ['almost-high', ['14.142'], '199.996164', 'medium'],
  ['high', ['20', '0'], '200', 'high'],
  // 10 × 10 ÷ 3 ends nowhere: 12 digits, half away from zero.
  ['third', ['10', '0', '0'], '33.333333333333', 'low'],
  ['two-thirds', ['10', '10', '0'], '133.333333333333', 'medium'],
  // 0.000001² ÷ 2 is 0.0000000000005: the half goes away from zero.
  ['half', ['0.000001', '0'], '0.000000000001', 'low'],
  ['huge', [nines], '9999999999999999999999999999999999999800000000000000', 'high'],
];

beforeAll(async () => {
  await api.put('/v1/services/Unit', { name: 'Unit' });
  await api.post('/v1/prices', { service: 'Unit', model: 'per_unit', unit_amount: '1' });
  for (const [id, quantities] of cases) {
    await api.put(`/v1/customers/${id}`, { name: id });
    const events = quantities.map((quantity, at) => ({
      id: `${id}-${at}`,
      customer_id: id,
      service: 'Unit',
      time: '2025-10-05T00:00:00Z',
      quantity,
    }));
    expect((await api.post<Ingested>('/v1/events', events)).body.accepted).toBe(events.length);
  }
});

const analyse = (query: Record<string, string>) =>
  walkPages<Analysed>(api, ['v1', 'analysis', 'customers'], { ...span, ...query });

it.each(cases.filter(([id]) => id !== 'huge'))(
  '%s: %j gives the factor %s, %s',
  async (id, quantities, factor, category) => {
    const items = await analyse({ customer_id: id });
    expect(items).toMatchObject([
      { customer_id: id, events: quantities.length, currency: 'USD', usage_factor: factor, category },
    ]);
  },
);

it('the factor of quantities beyond 10^26 is exact', async () => {
  const [item] = await analyse({ customer_id: 'huge' });
  const units = BigInt(nines.replace('.', ''));
  // The product has 24 digits after the point; the factor keeps 12 of them, rounded half away from zero.
  const rounded = (units * units + 5n * 10n ** 11n) / 10n ** 12n;
  const text = rounded.toString();
  const wanted = `${text.slice(0, -12)}.${text.slice(-12)}`.replace(/\.?0+$/, '');
  expect(item).toMatchObject({
    total_quantity: nines,
    total_cost: nines,
    usage_factor: wanted,
    category: 'high',
  });
});

it('pages show every customer once, by id, those without usage too', async () => {
  const ids = cases.map(([id]) => id).sort();
  for (const limit of ['1', '4', '1000']) {
    expect((await analyse({ limit })).map((item) => item.customer_id)).toEqual(ids);
  }
  const { body } = await api.get<Page<Analysed>>('/v1/analysis/customers?limit=1000');
  expect(body.next_cursor).toBeNull();
});

it('the bounds of the categories can be moved', async () => {
  const of = async (query: Record<string, string>) =>
    (await analyse({ customer_id: 'low', ...query })).map(({ category }) => category);
  expect(await of({})).toEqual(['low']);
  expect(await of({ low_below: '49' })).toEqual(['medium']);
  expect(await of({ low_below: '49.000000000001' })).toEqual(['low']);
  expect(await of({ low_below: '1', medium_below: '49' })).toEqual(['high']);
  const none = await analyse({ customer_id: 'none', low_below: '0', medium_below: '0' });
  expect(none).toMatchObject([{ category: 'no' }]);
});

it('events outside the span count for nothing, and unpriced usage has a quantity and no cost', async () => {
  expect(await analyse({ customer_id: 'high', to: '2025-10-05T00:00:00Z' })).toMatchObject([
    { events: 0, total_quantity: '0', total_cost: '0', usage_factor: '0', category: 'no' },
  ]);
  await api.put('/v1/customers/unpriced', { name: 'Unpriced', currency: 'EUR' });
  const event = {
    id: 'u',
    customer_id: 'unpriced',
    service: 'Unit',
    time: '2025-10-05T00:00:00Z',
    quantity: '9',
  };
  await api.post('/v1/events', event);
  expect(await analyse({ customer_id: 'unpriced' })).toMatchObject([
    { events: 1, total_quantity: '9', total_cost: '0', currency: 'EUR', usage_factor: '0', category: 'low' },
  ]);
});

it('an unknown customer has no analysis', async () => {
  expect(await analyse({ customer_id: 'nobody' })).toEqual([]);
});

it.each([
  ['low_below', { low_below: 'x' }],
  ['medium_below', { medium_below: '1e3' }],
  ['from', { from: span.to, to: span.from }],
  ['limit', { limit: '0' }],
  ['cursor', { cursor: '!' }],
  ['time_zone', { time_zone: 'Nowhere/City' }],
])('a wrong %s is refused', async (field, query) => {
  const { status, body } = await api.get<Refused>(pathOf(['v1', 'analysis', 'customers'], query));
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'parameter_invalid', field });
});
