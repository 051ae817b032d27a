/** Rounding and late policy are settings of the server: each statement keeps those of its time (MONEY.md 5.4, 5.5). */
import { expect, it } from 'vitest';
import { type Api, apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer } from '../support/server-process.ts';
import type { StatementBody } from '../support/statement-answers.ts';

async function use(api: Api, id: string, day: string, quantity: string): Promise<void> {
  const event = { id, customer_id: 'acme', service: 'Calls', time: `${day}T00:00:00Z`, quantity };
  expect((await api.post<{ accepted: number }>('/v1/events', [event])).body.accepted).toBe(1);
}

async function close(api: Api, period: string): Promise<StatementBody> {
  const answer = await api.post<StatementBody>('/v1/customers/acme/statements', { period });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

it('what was closed is rounded and adjusted by the settings of its time, whatever the server is started with later', async () => {
  const data = await makeFolder();
  const first = await startServer({ data, args: ['--rounding', 'half_even', '--late-policy', 'ignore'] });
  const before = apiOf(() => first.url);
  await before.put('/v1/customers/acme', { name: 'Acme' });
  await before.put('/v1/services/Calls', { name: 'Calls' });
  await before.post('/v1/prices', {
    service: 'Calls',
    currency: 'USD',
    model: 'per_unit',
    unit_amount: '0.005',
  });
  await use(before, '1', '2025-08-01', '1');
  const august = await close(before, '2025-08');
  expect(august).toMatchObject({ rounding: 'half_even', total: '0.00', lines: [{ exact_amount: '0.005' }] });
  // Two more make 0.015, which half even rounds to 0.02: ignored.
  await use(before, '2', '2025-08-02', '2');
  await first.stop();

  const second = await startServer({ data });
  const after = apiOf(() => second.url);
  // Two more make 0.025, which the closed month's half even rounds to 0.02 again, and a third 0.03: charged.
  await use(after, '3', '2025-08-03', '2');
  await use(after, '4', '2025-08-04', '1');
  await use(after, '5', '2025-09-04', '1');
  const september = await close(after, '2025-09');
  expect(september).toMatchObject({
    rounding: 'half_away_from_zero',
    lines: [{ exact_amount: '0.005', amount: '0.01' }],
  });
  expect(september.adjustments).toEqual([
    {
      period: '2025-08',
      line: 'Calls',
      meter: 'Calls',
      quantity: '5',
      amount: '0.01',
      ignored_amount: '0.02',
    },
  ]);
  expect(september.total).toBe('0.02');
  const verify = runProgram(['verify', '--data', data]);
  expect(await verify.exited, verify.errors()).toMatchObject({ code: 0 });
});
