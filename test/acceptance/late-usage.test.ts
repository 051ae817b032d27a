/** What arrives for a closed period becomes adjustments, once, and the closed statement stays as it is (MONEY.md 5.5, 5.6). */
import { beforeAll, expect, it } from 'vitest';
import type { Ingested } from '../support/answers.ts';
import { decimalText, unitsOf } from '../support/decimal-text.ts';
import { makeRandom } from '../support/random.ts';
import { apiOf, pathOf } from '../support/requests.ts';
import { runProgram, useServer } from '../support/server-process.ts';
import type { StatementBody } from '../support/statement-answers.ts';

const server = useServer();
const api = apiOf(() => server().url);
let events = 0;

async function customer(id: string, more: Record<string, string> = {}): Promise<void> {
  const answer = await api.put(`/v1/customers/${id}`, { name: id, ...more });
  expect([200, 201], answer.text).toContain(answer.status);
}

/** One event; its id. */
async function use(customerId: string, service: string, day: string, quantity: string): Promise<string> {
  events += 1;
  const event = { id: `e${events}`, customer_id: customerId, service, time: `${day}T12:00:00Z`, quantity };
  const { body } = await api.post<Ingested>('/v1/events', [event]);
  expect(body.accepted).toBe(1);
  return event.id;
}

async function correct(id: string, action: string, event?: object): Promise<void> {
  const body = {
    id: `c-${id}-${action}`,
    action,
    source: 'default',
    event_id: id,
    reason: 'test',
    ...(event && { event }),
  };
  const answer = await api.post('/v1/corrections', body);
  expect(answer.status, answer.text).toBe(201);
}

async function price(body: object): Promise<void> {
  const answer = await api.post('/v1/prices', { currency: 'USD', model: 'per_unit', ...body });
  expect(answer.status, answer.text).toBe(201);
}

async function close(id: string, period: string): Promise<StatementBody> {
  const answer = await api.post<StatementBody>(pathOf(['v1', 'customers', id, 'statements']), { period });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function draft(id: string, period: string, more: Record<string, string> = {}): Promise<StatementBody> {
  const path = pathOf(['v1', 'customers', id, 'statements', 'draft'], { period, ...more });
  const answer = await api.get<StatementBody>(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const adjusted = ({ adjustments }: StatementBody) =>
  adjustments.map(({ period, line, quantity, amount, ignored_amount: ignored }) =>
    [period, line, quantity, amount, ...(ignored === undefined ? [] : [`ignored ${ignored}`])].join(' '),
  );

async function verified(): Promise<string> {
  const program = runProgram(['verify', '--data', server().data]);
  const { code } = await program.exited;
  return `${code} ${program.output()}${program.errors()}`.trim();
}

beforeAll(async () => {
  for (const service of ['Calls', 'Disk', 'Seats']) {
    expect((await api.put(`/v1/services/${service}`, { name: service })).status).toBe(201);
  }
  const tiers = [
    { from: '0', to: '10', unit_amount: '1' },
    { from: '10', to: null, unit_amount: '0.333' },
  ];
  await price({ service: 'Calls', model: 'graduated', tiers });
});

it('late usage is charged as the difference it makes, line by line, on the earliest open period only', async () => {
  await customer('late');
  await use('late', 'Calls', '2025-08-05', '9');
  const august = await close('late', '2025-08');
  expect(august.total).toBe('9.00');
  await use('late', 'Calls', '2025-08-06', '3');
  expect(adjusted(await draft('late', '2025-09'))).toEqual(['2025-08 Calls 3 1.67']);
  expect((await draft('late', '2025-09')).total).toBe('1.67');
  expect(adjusted(await draft('late', '2025-10'))).toEqual([]);
  const again = await api.get<StatementBody>('/v1/statements/late%3A2025-08');
  expect(again.body).toEqual(august);
});

it('what was adjusted is not adjusted again, and billed plus adjustments is what the line costs now', async () => {
  const september = await close('late', '2025-09');
  expect(adjusted(september)).toEqual(['2025-08 Calls 3 1.67']);
  expect(adjusted(await draft('late', '2025-10'))).toEqual([]);
  await use('late', 'Calls', '2025-08-07', '1.5');
  const october = await draft('late', '2025-10');
  // 13.5 cost 11.1655 now: 11.17 rounded, of which 9.00 and 1.67 were billed.
  expect(adjusted(october)).toEqual(['2025-08 Calls 1.5 0.50']);
});

it('usage before the first period is late too: its month counts as closed without lines', async () => {
  await use('late', 'Calls', '2025-06-30', '2');
  expect(adjusted(await draft('late', '2025-10'))).toEqual([
    '2025-06 Calls 2 2.00',
    '2025-08 Calls 1.5 0.50',
  ]);
});

it('a void of a billed event is given back, an amend is the difference', async () => {
  await customer('fixed');
  const voided = await use('fixed', 'Calls', '2025-08-05', '4');
  const amended = await use('fixed', 'Calls', '2025-08-06', '5');
  expect((await close('fixed', '2025-08')).total).toBe('9.00');
  await correct(voided, 'void');
  expect(adjusted(await draft('fixed', '2025-09'))).toEqual(['2025-08 Calls -4 -4.00']);
  await correct(amended, 'amend', { quantity: '7' });
  expect(adjusted(await draft('fixed', '2025-09'))).toEqual(['2025-08 Calls -2 -2.00']);
  await correct(`${amended}`, 'void');
  const september = await close('fixed', '2025-09');
  expect(adjusted(september)).toEqual(['2025-08 Calls -9 -9.00']);
  expect(september.total).toBe('-9.00');
});

it('an event that is amended into another month leaves one line and enters another', async () => {
  await customer('moved');
  const id = await use('moved', 'Calls', '2025-08-05', '4');
  await close('moved', '2025-08');
  await close('moved', '2025-09');
  await correct(id, 'amend', { time: '2025-09-02T00:00:00Z' });
  expect(adjusted(await draft('moved', '2025-10'))).toEqual([
    '2025-08 Calls -4 -4.00',
    '2025-09 Calls 4 4.00',
  ]);
});

it('what policy `ignore` met is reported and not charged, and never comes back', async () => {
  await customer('policy', { late_policy: 'ignore' });
  await use('policy', 'Calls', '2025-08-05', '1');
  await close('policy', '2025-08');
  await use('policy', 'Calls', '2025-08-06', '2');
  expect(adjusted(await draft('policy', '2025-09'))).toEqual(['2025-08 Calls 2 0.00 ignored 2.00']);
  await customer('policy', { late_policy: 'next' });
  await use('policy', 'Calls', '2025-08-07', '3');
  expect(adjusted(await draft('policy', '2025-09'))).toEqual(['2025-08 Calls 5 3.00 ignored 2.00']);
  expect((await close('policy', '2025-09')).total).toBe('3.00');
  await use('policy', 'Calls', '2025-08-08', '1');
  expect(adjusted(await draft('policy', '2025-10'))).toEqual(['2025-08 Calls 1 1.00']);
});

it('the first price of usage that stood unpriced prices it, in closed periods too', async () => {
  await customer('unpriced');
  await use('unpriced', 'Disk', '2025-08-05', '10');
  const august = await close('unpriced', '2025-08');
  expect([august.total, august.unpriced[0]?.quantity]).toEqual(['0.00', '10']);
  await price({ id: 'disk-1', service: 'Disk', unit_amount: '0.25' });
  expect(adjusted(await draft('unpriced', '2025-09'))).toEqual(['2025-08 Disk 10 2.50']);
  // A later version is no first price: it acts from the end of the last closed period.
  await price({ id: 'disk-2', service: 'Disk', unit_amount: '100', effective_from: '2025-07-01T00:00:00Z' });
  expect(adjusted(await draft('unpriced', '2025-09'))).toEqual(['2025-08 Disk 10 2.50']);
});

it('a record that lifts usage out of suspense makes it late', async () => {
  await customer('lifted');
  await use('lifted', 'Later', '2025-08-05', '3');
  expect((await close('lifted', '2025-08')).suspense).toMatchObject([{ service: 'Later', quantity: '3' }]);
  expect((await api.put('/v1/services/Later', { name: 'Later' })).status).toBe(201);
  await price({ service: 'Later', unit_amount: '2' });
  expect(adjusted(await draft('lifted', '2025-09'))).toEqual(['2025-08 Later 3 6.00']);
});

it('a price acts in a closed period only if it says so', async () => {
  await price({ id: 'seats-1', service: 'Seats', unit_amount: '1' });
  await customer('repriced');
  await use('repriced', 'Seats', '2025-08-05', '10');
  await close('repriced', '2025-08');
  await price({ id: 'seats-2', service: 'Seats', unit_amount: '2', effective_from: '2025-08-01T00:00:00Z' });
  expect(adjusted(await draft('repriced', '2025-09'))).toEqual([]);
  const general = { service: 'Seats', effective_from: '2025-08-01T00:00:00Z', applies_to_closed: true };
  await price({ id: 'seats-3', ...general, unit_amount: '3' });
  expect(adjusted(await draft('repriced', '2025-09'))).toEqual(['2025-08 Seats 0 20.00']);
});

it('a level that comes late holds on into the closed months behind it', async () => {
  await customer('level');
  expect((await api.put('/v1/services/Store', { name: 'Store' })).status).toBe(201);
  const meter = {
    id: 'held',
    name: 'Held',
    service: 'Store',
    aggregation: 'time_weighted',
    value: 'quantity',
    per: 'day',
  };
  expect((await api.post('/v1/meters', meter)).status).toBe(201);
  await price({ meter: 'held', unit_amount: '1' });
  await use('level', 'Store', '2025-08-11', '10');
  expect((await close('level', '2025-08')).total).toBe('205.00');
  const september = await close('level', '2025-09');
  expect(september.lines).toMatchObject([{ line: 'held', quantity: '300', events: 0, amount: '300.00' }]);
  expect(adjusted(await draft('level', '2025-10'))).toEqual([]);
  await use('level', 'Store', '2025-08-31', '4');
  expect(adjusted(await draft('level', '2025-10'))).toEqual([
    '2025-08 held -3 -3.00',
    '2025-09 held -180 -180.00',
  ]);
  expect((await draft('level', '2025-10')).lines).toMatchObject([{ quantity: '124', amount: '124.00' }]);
});

it('as of an earlier moment the draft is what it was then', async () => {
  await customer('then');
  await use('then', 'Calls', '2025-08-05', '1');
  await close('then', '2025-08');
  await use('then', 'Calls', '2025-08-06', '1');
  const before = await draft('then', '2025-09');
  await use('then', 'Calls', '2025-08-07', '1');
  await use('then', 'Calls', '2025-09-07', '5');
  expect((await draft('then', '2025-09')).total).toBe('7.00');
  const asOf = await draft('then', '2025-09', { as_of: before.watermark });
  expect(JSON.stringify(asOf)).toBe(JSON.stringify(before));
  const closed = await close('then', '2025-09');
  const { hash: _, ...content } = closed;
  const then = await draft('then', '2025-09', { as_of: closed.watermark });
  expect(JSON.stringify({ ...then, status: 'closed' })).toBe(JSON.stringify({ ...content, hash: null }));
});

it('over months of random usage, corrections and closes, every line is billed and adjusted to what it costs now', async () => {
  await customer('random');
  const random = makeRandom(7);
  const months = ['2024-01', '2024-02', '2024-03', '2024-04', '2024-05'];
  const sent: { id: string; month: string; quantity: bigint; isVoid: boolean }[] = [];
  await use('random', 'Calls', '2024-01-01', '0');
  for (const [index, month] of months.entries()) {
    for (let count = 0; count < 6; count += 1) {
      const late = months[random.below(index + 1)] ?? month;
      const quantity = decimalText(BigInt(random.below(9_000)), 3);
      sent.push({
        id: await use('random', 'Calls', `${late}-15`, quantity),
        month: late,
        quantity: unitsOf(quantity, 3),
        isVoid: false,
      });
    }
    const victim = sent[random.below(sent.length)];
    if (victim && !victim.isVoid) {
      await correct(victim.id, 'void');
      victim.isVoid = true;
    }
    await close('random', month);
  }
  const statements = await Promise.all(
    months.map(async (month) => (await api.get<StatementBody>(`/v1/statements/random%3A${month}`)).body),
  );
  const last = await draft('random', '2024-06');
  for (const month of months) {
    const billed = statements.find(({ period }) => period === month)?.lines.map(({ amount }) => amount) ?? [];
    const later = [...statements, last]
      .flatMap(({ adjustments }) => adjustments)
      .filter(({ period }) => period === month);
    const total = [...billed, ...later.map(({ amount }) => amount)].reduce(
      (sum, amount) => sum + unitsOf(amount, 2),
      0n,
    );
    const quantity = sent
      .filter((one) => one.month === month && !one.isVoid)
      .reduce((sum, one) => sum + one.quantity, 0n);
    expect(total, month).toBe(graduatedCents(quantity));
  }
});

it('afterwards every statement verifies', async () => {
  expect(await verified()).toMatch(/^0 OK: \d+ statements agree$/);
});

/** The price of Calls in cents, half away from zero, of thousandths: worked out here a second time. */
function graduatedCents(thousandths: bigint): bigint {
  const first = thousandths < 10_000n ? thousandths : 10_000n;
  const millionths = first * 1_000n + (thousandths - first) * 333n;
  return (millionths + 5_000n) / 10_000n;
}
