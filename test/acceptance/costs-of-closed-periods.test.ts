/** What a closed period costs by now: its own boundaries and prices, whatever came later (MONEY.md 5.5, 5.8). */
import { expect, it } from 'vitest';
import type { CostBody, Ingested } from '../support/answers.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { useServer } from '../support/server-process.ts';

const server = useServer();
const api = apiOf(() => server().url);

async function report(id: string, service: string, time: string, quantity: string) {
  const event = { id, customer_id: 'acme', service, time, quantity };
  expect((await api.post<Ingested>('/v1/events', event)).body.accepted).toBe(1);
}

async function price(content: object) {
  const { status, text } = await api.post('/v1/prices', content);
  expect(status, text).toBe(201);
}

/** `service cost events` of a month of 2025. */
async function costsOf(month: string, query: Record<string, string> = {}) {
  const to = month === '10' ? '2025-11-01T00:00:00Z' : '2025-12-01T00:00:00Z';
  const span = { from: `2025-${month}-01T00:00:00Z`, to, group_by: 'service', customer_id: 'acme' };
  const answer = await api.get<CostBody>(pathOf(['v1', 'costs'], { ...span, ...query }));
  expect(answer.status, answer.text).toBe(200);
  return {
    rows: answer.body.rows.map(({ service, cost, events }) => `${service} ${cost} ${events}`),
    unpriced: answer.body.unpriced.map(({ service, reason, quantity }) => `${service} ${reason} ${quantity}`),
  };
}

it('costs of a closed period follow late usage, first prices and what applies to closed periods only', async () => {
  await api.put('/v1/customers/acme', { name: 'Acme' });
  for (const service of ['Calls', 'Later']) await api.put(`/v1/services/${service}`, { name: service });
  await price({ service: 'Calls', model: 'per_unit', unit_amount: '1', included_quantity: '2' });
  await report('1', 'Calls', '2025-10-05T00:00:00Z', '10');
  await report('2', 'Later', '2025-10-05T00:00:00Z', '4');
  await report('3', 'Calls', '2025-11-05T00:00:00Z', '10');
  const closed = await api.post<{ watermark: string }>('/v1/customers/acme/statements', {
    period: '2025-10',
  });
  expect(closed.status, closed.text).toBe(201);
  const atClose = { rows: ['Calls 8 1'], unpriced: ['Later price_missing 4'] };
  expect(await costsOf('10')).toEqual(atClose);

  // A late event counts with the prices of then.
  await report('4', 'Calls', '2025-10-31T23:59:59.999Z', '5');
  expect(await costsOf('10')).toEqual({ ...atClose, rows: ['Calls 13 2'] });
  // A version made now acts from the end of October on, although it says the middle of it.
  await price({
    service: 'Calls',
    model: 'per_unit',
    unit_amount: '100',
    effective_from: '2025-10-15T00:00:00Z',
  });
  expect(await costsOf('10')).toEqual({ ...atClose, rows: ['Calls 13 2'] });
  expect((await costsOf('11')).rows).toEqual(['Calls 1000 1']);
  // The first price of what stood unpriced fills October.
  await price({ service: 'Later', model: 'per_unit', unit_amount: '0.5' });
  expect(await costsOf('10')).toEqual({ rows: ['Calls 13 2', 'Later 2 1'], unpriced: [] });
  // A second one does not.
  await price({
    service: 'Later',
    model: 'per_unit',
    unit_amount: '9',
    effective_from: '2025-10-01T00:00:00Z',
  });
  expect((await costsOf('10')).rows).toEqual(['Calls 13 2', 'Later 2 1']);
  // What applies to closed periods acts in them.
  await price({
    ...{ service: 'Calls', model: 'per_unit', unit_amount: '3', applies_to_closed: true },
    effective_from: '2025-10-31T00:00:00Z',
  });
  expect((await costsOf('10')).rows).toEqual(['Calls 23 2', 'Later 2 1']);
  // By window it still adds up, and falls where the use is.
  const days = await costsOf('10', { window: 'day', service: 'Calls' });
  expect(days.rows).toEqual(['Calls 8 1', 'Calls 15 1']);
  // As of the watermark it is what was billed.
  expect(await costsOf('10', { as_of: closed.body.watermark })).toEqual(atClose);
});

it('what a closed period charged without any use is a cost of it, though its price was made later', async () => {
  expect((await api.put('/v1/customers/idle', { name: 'Idle', currency: 'USD' })).status).toBe(201);
  await price({ service: 'Calls', model: 'flat', flat_amount: '10', customer_id: 'idle' });
  const closed = await api.post<{ total: string }>('/v1/customers/idle/statements', { period: '2025-09' });
  expect(closed.body.total).toBe('10.00');
  for (const month of ['09', '10']) {
    const span = {
      from: `2025-${month}-01T00:00:00Z`,
      to: `2025-${month === '09' ? '10' : '11'}-01T00:00:00Z`,
    };
    const answer = await api.get<{ rows: { cost: string }[] }>(
      pathOf(['v1', 'costs'], { customer_id: 'idle', ...span }),
    );
    expect(answer.body.rows.map(({ cost }) => cost)).toEqual(['10']);
    const usage = await api.get<{ total_cost: string }>(pathOf(['v1', 'customers', 'idle', 'usage'], span));
    expect(usage.body.total_cost).toBe('10.00');
  }
});
