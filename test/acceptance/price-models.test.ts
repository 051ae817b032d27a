/** Prices of every model over HTTP: what was sent comes back in shortest form, and mistakes are named (MONEY.md 5.2). */
import { beforeAll, expect, it } from 'vitest';
import type { Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);

type Made = Record<string, unknown> & Refused;

const makePrice = (content: object) => api.post<Made>('/v1/prices', content);

beforeAll(async () => {
  await api.put('/v1/services/S', { name: 'S' });
  await api.put('/v1/customers/c', { name: 'C' });
  await api.post('/v1/meters', {
    ...{ id: 'by-plan', service: 'S', aggregation: 'count', dimensions: ['properties.plan'] },
  });
});

const tiers = [
  { from: '0', to: '0.5', unit_amount: '0.10', flat_amount: '5' },
  { from: '0.5', to: null, unit_amount: '0.05' },
];
const kept = [
  { from: '0', to: '0.5', unit_amount: '0.1', flat_amount: '5' },
  { from: '0.5', to: null, unit_amount: '0.05', flat_amount: '0' },
];

it.each([
  [{ model: 'per_unit', unit_amount: '0.020' }, { unit_amount: '0.02' }],
  [{ model: 'per_unit', unit_amount: 0, included_quantity: 10 }, { included_quantity: '10' }],
  [{ model: 'graduated', tiers }, { tiers: kept }],
  [
    { model: 'volume', tiers, minimum_amount: 1, maximum_amount: '9.00' },
    { tiers: kept, maximum_amount: '9' },
  ],
  [{ model: 'package', package_size: '1000', package_amount: '1.50' }, { package_amount: '1.5' }],
  [{ model: 'flat', flat_amount: '20.00' }, { flat_amount: '20' }],
  [{ model: 'percentage', rate: '0.029' }, { rate: '0.029' }],
  [{ model: 'pass_through' }, {}],
  [{ model: 'inherit', customer_id: 'c' }, { customer_id: 'c' }],
  [
    {
      ...{ model: 'per_unit', meter: 'by-plan', dimension: 'properties.plan' },
      rates: [
        { value: 'gold', unit_amount: '0.10' },
        { value: 1, unit_amount: '2' },
        { value: '1', unit_amount: '3' },
        { value: true, unit_amount: '4' },
      ],
      fallback: { unit_amount: '1.0' },
      applies_to_closed: true,
    },
    {
      rates: [
        { value: 'gold', unit_amount: '0.1' },
        { value: 1, unit_amount: '2' },
        { value: '1', unit_amount: '3' },
        { value: true, unit_amount: '4' },
      ],
      ...{ fallback: { unit_amount: '1' }, applies_to_closed: true },
    },
  ],
])('%j is kept whole', async (content, expected) => {
  const effective = '2025-10-01T00:00:00Z';
  const made = await makePrice({ service: 'S', effective_from: effective, ...content });
  expect(made.status, made.text).toBe(201);
  expect(made.body).toMatchObject({ ...expected, model: content.model, currency: 'USD' });
  const path = pathOf(['v1', 'prices', String(made.body.id)]);
  expect((await api.get(path)).body).toEqual(made.body);
  const { sequence: _, created_at: _made, ...sent } = made.body;
  const again = await makePrice(sent);
  expect([again.status, again.body]).toEqual([200, made.body]);
});

it('the same id with other tiers is a conflict', async () => {
  const content = { id: 'tiered', service: 'S', effective_from: '2025-11-01T00:00:00Z' };
  expect((await makePrice({ ...content, model: 'graduated', tiers })).status).toBe(201);
  const other = await makePrice({ ...content, model: 'graduated', tiers: tiers.toReversed().slice(1) });
  expect(other.status).toBe(422);
  const changed = [{ ...tiers[0], unit_amount: '0.2' }, tiers[1]];
  const conflict = await makePrice({ ...content, model: 'graduated', tiers: changed });
  expect([conflict.status, conflict.body.code]).toEqual([409, 'conflict']);
});

it.each([
  [{ model: 'free' }, 'model_invalid', 'model'],
  [{ unit_amount: '1' }, 'model_missing', 'model'],
  [{ model: 'per_unit' }, 'unit_amount_missing', 'unit_amount'],
  [{ model: 'graduated' }, 'tiers_missing', 'tiers'],
  [{ model: 'graduated', tiers: [] }, 'tiers_invalid', 'tiers'],
  [{ model: 'graduated', tiers: [{ from: '1', to: null, unit_amount: '1' }] }, 'tiers_invalid', 'tiers.0'],
  [
    {
      model: 'volume',
      tiers: [
        { from: '0', to: '10', unit_amount: '1' },
        { from: '9', to: null, unit_amount: '1' },
      ],
    },
    'tiers_invalid',
    'tiers.1',
  ],
  [{ model: 'graduated', tiers: [{ to: null, unit_amount: '1' }] }, 'tiers_invalid', 'tiers.0.from'],
  [{ model: 'graduated', tiers: [{ from: 0, unit_amount: true }] }, 'tiers_invalid', 'tiers.0.unit_amount'],
  [{ model: 'package', package_size: '0', package_amount: '1' }, 'package_size_invalid', 'package_size'],
  [{ model: 'percentage', rate: 'much' }, 'rate_invalid', 'rate'],
  [
    { model: 'flat', flat_amount: '1', included_quantity: '5' },
    'included_quantity_invalid',
    'included_quantity',
  ],
  [{ model: 'flat', flat_amount: '1', unit_amount: '1' }, 'unit_amount_invalid', 'unit_amount'],
  [{ model: 'inherit' }, 'model_invalid', 'model'],
  [{ model: 'per_unit', unit_amount: '1', rates: [] }, 'rates_invalid', 'rates'],
  [
    { model: 'per_unit', dimension: 'plan', fallback: { unit_amount: '1' } },
    'dimension_invalid',
    'dimension',
  ],
  [
    { model: 'per_unit', unit_amount: '1', applies_to_closed: 'yes' },
    'applies_to_closed_invalid',
    'applies_to_closed',
  ],
  [{ model: 'per_unit', unit_amount: '1', meter: 'nothing' }, 'meter_unknown', 'meter'],
])('the price %j is refused', async (content, code, field) => {
  const refused = await makePrice({ service: 'S', effective_from: '2025-12-01T00:00:00Z', ...content });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code, field });
});
