/**
 * A void undoes an accept exactly, and an amend is a void and the amended event: whatever was voided, amended and moved about,
 * a customer's statement says the same as that of another who reported only what counts in the end (MONEY.md 5.6).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { makeRandom } from '../support/random.ts';
import { apiOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

interface Draft {
  lines: { line: string; quantity: string; events: number; exact_amount: string; amount: string }[];
  unpriced: object[];
  total: string;
}

interface Content {
  customer_id: string;
  service: string;
  time: string;
  quantity: string;
  amount: string;
  properties: Record<string, string | number | boolean>;
}

const server = useServer();
const api = apiOf(() => server().url);

const tiers = [
  { from: '0', to: '40.5', unit_amount: '0.3', flat_amount: '1' },
  { from: '40.5', to: null, unit_amount: '0.17' },
];

const meters: Record<string, object> = {
  calls: { aggregation: 'count', filter: { field: 'properties.plan', op: 'eq', value: 'gold' } },
  peak: { aggregation: 'max' },
  mean: { aggregation: 'average', value: 'properties.size' },
  last: { aggregation: 'latest', value: 'properties.size' },
  kinds: { aggregation: 'unique', value: 'properties.size' },
  most: { aggregation: 'p95' },
  level: { aggregation: 'time_weighted', per: 'day' },
};

const prices: object[] = [
  { service: 'S', model: 'graduated', tiers },
  { service: 'S', model: 'volume', tiers, effective_from: '2025-10-12T03:04:05.678Z' },
  { meter: 'calls', model: 'package', package_size: '3', package_amount: '0.7' },
  { meter: 'peak', model: 'per_unit', unit_amount: '0.01', minimum_amount: '0.5' },
  { meter: 'mean', model: 'per_unit', unit_amount: '1.1' },
  { meter: 'last', model: 'per_unit', unit_amount: '0.9' },
  { meter: 'kinds', model: 'per_unit', unit_amount: '2' },
  { meter: 'most', model: 'per_unit', unit_amount: '0.001' },
  { meter: 'level', model: 'per_unit', unit_amount: '0.05' },
  { service: 'T', model: 'percentage', rate: '0.029' },
  {
    ...{ service: 'U', model: 'per_unit', dimension: 'properties.plan' },
    rates: [{ value: 'gold', unit_amount: '2' }],
    fallback: { unit_amount: '3' },
  },
];

beforeAll(async () => {
  for (const id of ['S', 'T', 'U']) await api.put(`/v1/services/${id}`, { name: id });
  for (const [id, meter] of Object.entries(meters)) {
    expect((await api.post('/v1/meters', { id, service: 'S', ...meter })).status).toBe(201);
  }
  for (const price of prices) expect((await api.post('/v1/prices', price)).status).toBe(201);
});

describe.each([1, 2, 3, 4, 5])('seed %i', (seed) => {
  it('a corrected customer owes what an uncorrected one owes', async () => {
    const random = makeRandom(seed);
    const pick = <Item>(items: readonly Item[]) => items[random.below(items.length)] as Item;
    const [corrected, plain, stray] = [`corrected-${seed}`, `plain-${seed}`, `stray-${seed}`];
    for (const id of [corrected, plain, stray]) await api.put(`/v1/customers/${id}`, { name: id });
    const contentOf = (customer: string): Content => ({
      customer_id: customer,
      service: pick(['S', 'S', 'S', 'T', 'U']),
      // September too: levels that are carried in, and events that an amend moves over the border.
      time: new Date(Date.UTC(2025, 8, 20) + random.below(41 * 86_400) * 1000).toISOString(),
      quantity: pick(['0', '0.000000000001', '1', '2.5', '7', '33.333333333333', '100']),
      amount: pick(['0.10', '12.345', '7']),
      properties: {
        plan: pick(['gold', 'tin', true]),
        ...(random.below(4) > 0 && { size: random.below(50) / 4 }),
      },
    });
    const reported: (Content & { id: string })[] = [];
    const counting: (Content & { id: string })[] = [];
    const corrections: object[] = [];
    for (let index = 0; index < 60; index += 1) {
      const id = `e${String(index).padStart(2, '0')}`;
      const first = { ...contentOf(pick([corrected, corrected, corrected, stray])), id };
      reported.push(first);
      const about = { source: corrected, event_id: id, reason: 'a test' };
      const steps = random.below(4);
      let counts: (Content & { id: string }) | null = first;
      for (let step = 0; step < steps && counts; step += 1) {
        if (random.below(3) === 0) {
          corrections.push({ id: `${seed}-${id}-${step}`, action: 'void', ...about });
          counts = null;
        } else {
          const event: Partial<Content> = { ...contentOf(pick([corrected, corrected, stray])) };
          for (const name of Object.keys(event) as (keyof Content)[]) if (random.below(2)) delete event[name];
          if (Object.keys(event).length === 0) event.quantity = '1';
          corrections.push({ id: `${seed}-${id}-${step}`, action: 'amend', ...about, event });
          counts = { ...first, ...event };
        }
      }
      if (counts?.customer_id === corrected) counting.push({ ...counts, customer_id: plain });
    }
    const send = async (source: string, events: readonly object[]) => {
      const { body } = await api.post<Ingested>(
        '/v1/events',
        events.map((event) => ({ ...event, source })),
      );
      expect(body.accepted).toBe(events.length);
    };
    await send(corrected, reported);
    await send(plain, counting);
    for (const correction of corrections) {
      const made = await api.post('/v1/corrections', correction);
      expect(made.status, made.text).toBe(201);
    }
    for (const period of ['2025-09', '2025-10']) {
      const draftOf = async (customer: string) => {
        const path = `/v1/customers/${customer}/statements/draft?period=${period}`;
        const { body } = await api.get<Draft>(path);
        return { lines: body.lines, unpriced: body.unpriced, total: body.total };
      };
      const expected = await draftOf(plain);
      expect(expected.lines.length).toBeGreaterThan(5);
      expect(await draftOf(corrected)).toEqual(expected);
    }
  });
});
