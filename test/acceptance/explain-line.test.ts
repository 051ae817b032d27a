/** Why a line costs what it costs: from the amount down to prices, parts, days and events (MONEY.md 5.3, promise 4). */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested, Page, Refused } from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';
import type { StatementBody, StatementLineBody } from '../support/statement-answers.ts';

interface Part {
  kind: string;
  tier?: number;
  quantity: string;
  rate: string;
  amount: string;
}

interface Explained {
  statement: string;
  line: StatementLineBody;
  meter: { id: string; aggregation: string };
  prices: { id: string; model: string; unit_amount?: string }[];
  slices: {
    price_id: string;
    quantity_before: string;
    quantity: string;
    share: string;
    parts: Part[];
    exact_amount: string;
  }[];
  slice_total: string;
  minimum: string | null;
  maximum: string | null;
  exact_amount: string;
  rounding: { mode: string; digits: number; from: string; to: string };
  days: { from: string; to: string; quantity: string; events: number }[];
  carried_levels: { id: string }[];
  events: Page<{ source: string; id: string; time: string; quantity: string }>;
}

const server = useServer();
const api = apiOf(() => server().url);
const tiers = [
  { from: '0', to: '10', unit_amount: '1', flat_amount: '5' },
  { from: '10', to: null, unit_amount: '0.5' },
];

beforeAll(async () => {
  await api.put('/v1/customers/acme', { name: 'Acme', time_zone: 'Europe/Berlin' });
  for (const service of ['Calls', 'Store']) await api.put(`/v1/services/${service}`, { name: service });
  await api.post('/v1/meters', {
    ...{
      id: 'level',
      name: 'Level',
      service: 'Store',
      aggregation: 'time_weighted',
      value: 'properties.gb',
      per: 'day',
    },
  });
  await api.post('/v1/meters', {
    ...{
      id: 'regions',
      name: 'Regions',
      service: 'Calls',
      aggregation: 'count',
      dimensions: ['properties.region'],
    },
  });
  const usd = { currency: 'USD' };
  for (const price of [
    { id: 'p1', service: 'Calls', model: 'graduated', tiers, minimum_amount: '31' },
    {
      id: 'p2',
      service: 'Calls',
      model: 'per_unit',
      unit_amount: '0.25',
      effective_from: '2025-10-11T00:00:00Z',
    },
    { id: 'p3', meter: 'level', model: 'per_unit', unit_amount: '0.01' },
    {
      ...{ id: 'p4', meter: 'regions', model: 'per_unit', dimension: 'properties.region' },
      rates: [{ value: 'eu/"1"', unit_amount: '2' }],
    },
  ]) {
    expect((await api.post('/v1/prices', { ...usd, ...price })).status).toBe(201);
  }
  const events = Array.from({ length: 25 }, (_, index) => ({
    ...{ id: `c${index}`, customer_id: 'acme', service: 'Calls', quantity: '1.5' },
    time: new Date(Date.parse('2025-10-02T22:30:00Z') + index * 17 * 3_600_000).toISOString(),
    properties: { region: index % 2 === 0 ? 'eu/"1"' : 'us' },
  }));
  const levels = [
    { ...levelAt('2025-09-10T00:00:00Z', 10), id: 'before' },
    { ...levelAt('2025-10-15T22:00:00Z', 4), id: 'within' },
  ];
  expect((await api.post<Ingested>('/v1/events', [...events, ...levels])).body.accepted).toBe(27);
  await api.post('/v1/customers/acme/statements', { period: '2025-09' });
  const { status, text } = await api.post('/v1/customers/acme/statements', { period: '2025-10' });
  expect(status, text).toBe(201);
});

function levelAt(time: string, gb: number) {
  return { customer_id: 'acme', service: 'Store', time, properties: { gb } };
}

async function explain(line: string, query: Record<string, string> = {}): Promise<Explained> {
  const path = pathOf(['v1', 'statements', 'acme:2025-10', 'lines', line, 'explain'], query);
  const answer = await api.get<Explained>(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const sum = (numbers: readonly string[]) =>
  decimalText(
    numbers.reduce((total, one) => total + unitsOf(one, 12), 0n),
    12,
  );

describe('a line', () => {
  it('is the sum of its slices, each the sum of its parts, then minimum and rounding', async () => {
    const { slices, prices, slice_total, minimum, maximum, exact_amount, rounding, line } =
      await explain('Calls');
    expect(prices.map(({ id, model }) => [id, model])).toEqual([
      ['p1', 'graduated'],
      ['p2', 'per_unit'],
    ]);
    expect(slices.map(({ price_id, quantity_before }) => [price_id, quantity_before])).toEqual([
      ['p1', '0'],
      ['p2', slices[0]?.quantity],
    ]);
    for (const slice of slices) {
      expect(sum(slice.parts.map(({ amount }) => amount))).toBe(slice.exact_amount);
      for (const { quantity, rate, amount } of slice.parts) {
        expect(unitsOf(quantity, 6) * unitsOf(rate, 6)).toBe(unitsOf(amount, 12));
      }
    }
    expect(slices[0]?.parts.map(({ kind, tier }) => [kind, tier])).toEqual([
      ['tier_units', 1],
      ['tier_flat', 1],
      ['tier_units', 2],
    ]);
    expect(sum(slices.map((slice) => slice.exact_amount))).toBe(slice_total);
    expect(maximum).toBeNull();
    // 31 × the first version's share of October in Berlin, which had 31 days and one hour.
    expect(minimum).toMatch(/^\d+\/\d+$/);
    expect(exact_amount).toBe(line.exact_amount);
    expect(rounding).toEqual({ mode: 'half_away_from_zero', digits: 2, from: exact_amount, to: line.amount });
  });

  it('is told by local day, and the days add up to it', async () => {
    const { days, line } = await explain('Calls');
    expect(days[0]).toMatchObject({ from: '2025-10-02T22:00:00.000Z', to: '2025-10-03T22:00:00.000Z' });
    expect(sum(days.map(({ quantity }) => quantity))).toBe(line.quantity);
    expect(days.reduce((count, { events }) => count + events, 0)).toBe(line.events);
  });

  it('names every event behind it, in pages', async () => {
    const first = await explain('Calls', { limit: '10' });
    const ids = first.events.items.map(({ id }) => id);
    for (let cursor = first.events.next_cursor; cursor !== null; ) {
      const path = pathOf(['v1', 'statements', 'acme:2025-10', 'lines', 'Calls', 'events'], {
        limit: '10',
        cursor,
      });
      const { body } = await api.get<Explained['events']>(path);
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.next_cursor;
    }
    expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => `c${index}`));
  });

  it('of a dimension value has the events with that value only', async () => {
    const { line, events, days } = await explain('regions/"eu/\\"1\\""');
    expect(line).toMatchObject({ dimension: 'eu/"1"', quantity: '13', amount: '26.00' });
    expect(events.items.map(({ id }) => Number.parseInt(id.slice(1), 10) % 2)).toEqual(Array(13).fill(0));
    expect(sum(days.map(({ quantity }) => quantity))).toBe('13');
  });

  it('of a level names the event that set what was carried in', async () => {
    const { carried_levels: carried, events, days, line } = await explain('level');
    expect(carried.map(({ id }) => id)).toEqual(['before']);
    expect(events.items.map(({ id }) => id)).toEqual(['within']);
    expect(sum(days.map(({ quantity }) => (quantity.includes('/') ? '0' : quantity)))).not.toBe('0');
    // 10 for 15 local days, 4 for 15 and the day with the extra hour.
    expect(line.quantity).toBe('1285/6');
  });
});

it('what is not there is a 404, closed or not', async () => {
  const paths = [
    ['acme:2025-10', 'Nowhere'],
    ['acme:2025-11', 'Calls'],
  ] as const;
  for (const [statement, line] of paths) {
    const { body } = await api.get<Refused>(
      pathOf(['v1', 'statements', statement, 'lines', line, 'explain']),
    );
    expect(body.code).toBe('not_found');
  }
});

it('a statement names its slices where a price changed', async () => {
  const { body } = await api.get<StatementBody>('/v1/statements/acme%3A2025-10');
  const calls = body.lines.find(({ line }) => line === 'Calls');
  expect(calls?.slices.map(({ price_id, to }) => [price_id, to])).toEqual([
    ['p1', '2025-10-11T00:00:00.000Z'],
    ['p2', '2025-10-31T23:00:00.000Z'],
  ]);
  expect((await api.get('/v1/statements/acme%3A2025-10?format=html')).text).toContain('price p2');
});
