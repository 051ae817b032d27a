/** Rankings, growth, forecast and anomalies: the figures follow from the inputs that stand beside them. */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested, Refused } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);
const span = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' };
const dayMs = 86_400_000;

let eventCount = 0;

function event(customer: string, service: string, time: string | number, quantity: string) {
  eventCount += 1;
  const at = typeof time === 'number' ? new Date(time).toISOString() : time;
  return { id: `e${eventCount}`, customer_id: customer, service, time: at, quantity };
}

const now = Date.now();

beforeAll(async () => {
  for (const [id, currency] of Object.entries({
    big: 'USD',
    small: 'USD',
    euro: 'EUR',
    weekly: 'USD',
    fresh: 'USD',
  })) {
    await api.put(`/v1/customers/${id}`, { name: id, currency });
  }
  for (const service of ['Calls', 'Disk', 'Rhythm'])
    await api.put(`/v1/services/${service}`, { name: service });
  const prices = [
    { service: 'Calls', model: 'per_unit', unit_amount: '2' },
    { service: 'Calls', model: 'per_unit', unit_amount: '3', currency: 'EUR' },
    { service: 'Disk', model: 'per_unit', unit_amount: '0.5' },
    { service: 'Rhythm', model: 'per_unit', unit_amount: '0.01', included_quantity: '5' },
  ];
  for (const price of prices) expect((await api.post('/v1/prices', price)).status).toBe(201);
  const events = [
    event('big', 'Calls', '2025-09-10T00:00:00Z', '4'),
    event('small', 'Disk', '2025-09-10T00:00:00Z', '8'),
    event('big', 'Calls', '2025-10-10T00:00:00Z', '10'),
    event('small', 'Calls', '2025-10-10T00:00:00Z', '5'),
    event('small', 'Disk', '2025-10-11T00:00:00Z', '2'),
    event('euro', 'Calls', '2025-10-11T00:00:00Z', '1'),
    // Nine weeks of ten a day; the last day but one of them has fifty.
    ...Array.from({ length: 63 }, (_, day) =>
      event('weekly', 'Rhythm', Date.parse('2025-08-01T12:00:00Z') + day * dayMs, day === 61 ? '50' : '10'),
    ),
    // Five weeks until now: an hour ago on each day.
    ...Array.from({ length: 35 }, (_, day) => event('weekly', 'Calls', now - 3_600_000 - day * dayMs, '7')),
    event('fresh', 'Calls', now - dayMs, '3'),
  ];
  const { body } = await api.post<Ingested>('/v1/events', events);
  expect(body.accepted).toBe(events.length);
});

interface Answer {
  method: string;
  items: Record<string, unknown>[];
  rankings: { currency: string; total: string; items: Record<string, unknown>[] }[];
}

async function ask<Body = Answer>(what: string, query: Record<string, string>): Promise<Body> {
  const answer = await api.get<Body>(pathOf(['v1', 'analysis', what], query));
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

it('top customers by cost are ranked within each currency, with their share', async () => {
  const { rankings, method } = await ask('top', { by: 'customer_id', ...span });
  expect(method).toContain('share');
  expect(rankings[0]).toEqual({
    ...{ currency: 'EUR', total: '3' },
    items: [{ rank: 1, customer_id: 'euro', quantity: '1', events: 1, cost: '3', share: '1.000000' }],
  });
  const usd = rankings[1];
  expect(usd?.items.map(({ rank, customer_id, cost }) => `${rank} ${customer_id} ${cost}`)).toEqual([
    '1 big 20',
    '2 small 11',
    '3 weekly 0.55',
  ]);
  expect(usd?.total).toBe('31.55');
});

it('top services by quantity or events take the first of a limit', async () => {
  const byQuantity = await ask('top', { by: 'service', rank_by: 'quantity', limit: '1', ...span });
  const usd = byQuantity.rankings.find(({ currency }) => currency === 'USD');
  expect(usd).toMatchObject({ total: '77', items: [{ rank: 1, service: 'Rhythm', quantity: '60' }] });
  const byEvents = await ask('top', { by: 'service', rank_by: 'events', ...span });
  expect(
    byEvents.rankings[1]?.items.map(({ rank, service, events }) => `${rank} ${service} ${events}`),
  ).toEqual(['1 Calls 2', '1 Rhythm 2', '3 Disk 1']);
});

it('growth compares the span with the one before, and shows both', async () => {
  const query = { by: 'customer_id', ...span, before_from: '2025-09-01T00:00:00Z' };
  const { items } = await ask('growth', query);
  expect(items.find(({ customer_id }) => customer_id === 'big')).toMatchObject({
    cost: { before: '8', now: '20', change: '12', growth: '1.500000' },
    quantity: { before: '4', now: '10', change: '6', growth: '1.500000' },
    events: { before: 1, now: 1 },
  });
  expect(items.find(({ customer_id }) => customer_id === 'euro')).toMatchObject({
    cost: { before: '0', now: '3', change: '3', growth: null },
  });
  expect(items[0]).toMatchObject({ customer_id: 'big' });
  const refused = await api.get<Refused>(
    pathOf(['v1', 'analysis', 'growth'], { by: 'service', ...span, before_from: '2025-12-01T00:00:00Z' }),
  );
  expect(refused.body).toMatchObject({ code: 'parameter_invalid', field: 'before_from' });
});

interface Forecast {
  from: string;
  to: string;
  now: string;
  lines: Record<string, unknown>[];
  total: string;
}

it('a forecast is what was used and the mean of the last weeks', async () => {
  const { from, to, now: asked, lines, total } = await ask<Forecast>('forecast', { customer_id: 'weekly' });
  const line = lines.find(({ meter }) => meter === 'Calls') as Record<string, unknown>;
  expect(line).toMatchObject({ basis: 'weeks', weeks: ['49', '49', '49', '49'] });
  // Seven a day, an hour ago each day: the days to come at that hour, and those of the period until now.
  const hour = now - 3_600_000;
  const between = (fromMs: number, toMs: number) => {
    let days = 0;
    for (let day = -40; day < 40; day += 1) {
      const at = hour + day * dayMs;
      if (at >= fromMs && at < toMs) days += 1;
    }
    return days;
  };
  const soFar = between(Date.parse(from), Date.parse(asked)) * 7;
  const expected = between(Date.parse(asked), Date.parse(to)) * 7;
  expect(line).toMatchObject({
    ...{ quantity_so_far: `${soFar}`, quantity_expected: `${expected}`, quantity: `${soFar + expected}` },
    ...{ cost_so_far: `${soFar * 2}`, exact_amount: `${(soFar + expected) * 2}` },
    amount: `${(soFar + expected) * 2}.00`,
  });
  expect(total).toBe(`${(soFar + expected) * 2}.00`);
});

it('without a week of history the pace goes on; an unknown customer has no forecast', async () => {
  const { lines } = await ask<Forecast>('forecast', { customer_id: 'fresh' });
  for (const line of lines) expect(line).toMatchObject({ basis: 'pace', weeks: [] });
  const { status } = await api.get(pathOf(['v1', 'analysis', 'forecast'], { customer_id: 'nobody' }));
  expect(status).toBe(404);
});

it('an anomaly stands beside the same weekday of the weeks before', async () => {
  const query = {
    customer_id: 'weekly',
    service: 'Rhythm',
    from: '2025-09-01T00:00:00Z',
    to: '2025-10-02T00:00:00Z',
  };
  const { items } = await ask('anomalies', query);
  expect(items).toEqual([
    {
      ...{ service: 'Rhythm', day_start: '2025-10-01T00:00:00.000Z', day_end: '2025-10-02T00:00:00.000Z' },
      ...{ quantity: '50', before: Array.from({ length: 8 }, () => '10') },
      ...{ median: '10', median_deviation: '0', spread: '0.5', score: '80.000000', is_anomaly: true },
    },
  ]);
  const all = await ask('anomalies', { ...query, all: 'true' });
  expect(all.items.length).toBe(31);
  expect((await ask('anomalies', { ...query, threshold: '80' })).items).toEqual([]);
  const wrong = await api.get<Refused>(
    pathOf(['v1', 'analysis', 'anomalies'], { ...query, threshold: '-1' }),
  );
  expect(wrong.body).toMatchObject({ code: 'parameter_invalid', field: 'threshold' });
});
