/** Closing while usage arrives: each event is in the statement or late, never both and never neither (MONEY.md 5.4). */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { unitsOf } from '../support/decimal-text.ts';
import { apiOf } from '../support/requests.ts';
import { runProgram, useServer } from '../support/server-process.ts';
import type { StatementBody } from '../support/statement-answers.ts';

const server = useServer();
const api = apiOf(() => server().url);
const customers = Array.from({ length: 30 }, (_, index) => `c${String(index).padStart(2, '0')}`);
const months = ['2025-06', '2025-07', '2025-08'];

beforeAll(async () => {
  expect((await api.put('/v1/services/Calls', { name: 'Calls' })).status).toBe(201);
  const price = { service: 'Calls', currency: 'USD', model: 'per_unit', unit_amount: '0.01' };
  expect((await api.post('/v1/prices', price)).status).toBe(201);
  for (const id of customers) {
    expect((await api.put(`/v1/customers/${id}`, { name: id })).status).toBe(201);
    // So that every chain begins in the same month.
    await send([{ customer: id, month: months[0] as string, quantity: 0 }]);
  }
});

let sent = 0;
const used = new Map<string, number>();

async function send(events: readonly { customer: string; month: string; quantity: number }[]): Promise<void> {
  const batch = events.map(({ customer, month, quantity }) => {
    sent += 1;
    const key = `${customer} ${month}`;
    used.set(key, (used.get(key) ?? 0) + quantity);
    return {
      id: `e${sent}`,
      customer_id: customer,
      service: 'Calls',
      time: `${month}-10T00:00:00Z`,
      quantity: String(quantity),
    };
  });
  const { body } = await api.post<Ingested>('/v1/events', batch);
  expect(body.accepted).toBe(batch.length);
}

it('what arrives while statements are closed is counted once, in one of them', async () => {
  let isClosing = true;
  const feeding = [0, 1, 2].map(async (feeder) => {
    for (let turn = 0; isClosing; turn += 1) {
      const events = customers.map((customer, index) => {
        const month = months[(turn + index + feeder) % months.length] as string;
        return { customer, month, quantity: 1 + ((turn * 7 + index) % 5) };
      });
      await send(events);
    }
  });
  for (const month of months) {
    // Several commands at once, and a single close between them.
    const commands = [0, 1, 2].map(() => runProgram(['close', '--period', month, '--data', server().data]));
    const single = api.post(`/v1/customers/${customers[17]}/statements`, { period: month });
    expect([200, 201]).toContain((await single).status);
    for (const command of commands) expect(await command.exited, command.errors()).toMatchObject({ code: 0 });
  }
  isClosing = false;
  await Promise.all(feeding);
  for (const customer of customers) {
    const statements = await Promise.all(
      months.map(
        async (month) => (await api.get<StatementBody>(`/v1/statements/${customer}%3A${month}`)).body,
      ),
    );
    const draft = await api.get<StatementBody>(`/v1/customers/${customer}/statements/draft?period=2025-09`);
    for (const month of months) {
      const lines = statements.filter(({ period }) => period === month).flatMap((one) => one.lines);
      const late = [...statements, draft.body]
        .flatMap((one) => one.adjustments)
        .filter(({ period }) => period === month);
      const cents = [...lines, ...late].reduce((sum, { amount }) => sum + unitsOf(amount, 2), 0n);
      expect(cents, `${customer} ${month}`).toBe(BigInt(used.get(`${customer} ${month}`) ?? 0));
    }
  }
  const verify = runProgram(['verify', '--data', server().data]);
  expect(await verify.exited, verify.errors()).toMatchObject({ code: 0 });
  expect(verify.output()).toContain(`OK: ${customers.length * months.length} statements agree`);
});
