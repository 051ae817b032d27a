/** What the server refuses reaches the caller as a typed error: status, code, field, and a request id that its log knows. */
import { BillingClient, type BillingClientOptions } from '@countinghouse/client';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createKey } from '../support/keys.ts';
import { makeFolder, useServer } from '../support/server-process.ts';
import { acme, all, callsPrice, event, makeKnownMonth, source } from './known-month.ts';

const server = useServer();
const connect = (options: BillingClientOptions = {}) =>
  new BillingClient({ baseUrl: server().url, ...options });

beforeAll(() => makeKnownMonth(connect, server().url));

/** Status, code and field as wanted, and a request id that stands in the server's log with the same status. */
async function expectRefusal(asked: Promise<unknown>, status: number, code: string, field?: string) {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'BillingError', status, code, requestId: expect.any(String) });
  const { field: told, requestId } = error as { field?: string; requestId: string };
  expect([code, told]).toEqual([code, field]);
  await expect
    .poll(() => server().log())
    .toContainEqual(expect.objectContaining({ reqId: requestId, status }));
}

it('a refusal for what is not there is 404 not_found', async () => {
  const client = connect();
  for (const ask of [
    () => client.getUsage('nobody'),
    () => client.getCustomer('nobody'),
    () => client.getService('Nothing'),
    () => client.getPrice('none'),
    () => client.getEvent(source, 'none'),
    () => client.explainEvent('other', 'e1'),
    () => client.getStatement('acme:2025-09'),
    () => client.explainStatementLine('acme:2025-10', 'Nowhere'),
  ]) {
    await expectRefusal(ask(), 404, 'not_found');
  }
});

it('a refusal for what contradicts what is there is 409, and changes nothing', async () => {
  const client = connect();
  const changed = { ...callsPrice, tiers: undefined, model: 'per_unit', unit_amount: '1' };
  const { meter: _, sequence: __, created_at: ___, ...price } = changed;
  await expectRefusal(client.postPrice(price), 409, 'conflict', 'id');
  const dollars = { name: 'Acme', currency: 'USD' };
  await expectRefusal(client.putCustomer('acme', dollars), 409, 'currency_fixed', 'currency');
  expect([await client.getPrice('p-calls'), await client.getCustomer('acme')]).toEqual([callsPrice, acme]);
});

it('a refusal for what is wrong is 422 with the field', async () => {
  const client = connect();
  await expectRefusal(client.getUsage('acme', { from: 'May' }), 422, 'parameter_invalid', 'from');
  await expectRefusal(all(client.getEvents({ limit: 1001 })), 422, 'parameter_invalid', 'limit');
  await expectRefusal(client.putService('x', {} as never), 422, 'name_missing', 'name');
});

it('a refusal for a wrong or a lesser key is 401 and 403; the right one may', async () => {
  const reader = connect({ apiKey: await createKey(server().data, 'reader', '--scope', 'read') });
  expect(await reader.getCustomer('acme')).toEqual(acme);
  await expectRefusal(reader.putCustomer('acme', { name: 'Mine' }), 403, 'scope_missing');
  await expectRefusal(reader.sendUsage([{ customer_id: 'acme', service: 'Calls' }]), 403, 'scope_missing');
  const stranger = connect({ apiKey: `chk_${'0'.repeat(39)}` });
  await expectRefusal(stranger.getCustomer('acme'), 401, 'key_invalid');
  const writer = connect({ apiKey: await createKey(server().data, 'till', '--scope', 'events:write') });
  const { id } = await writer.recordUsage({ customer_id: 'acme', service: 'Calls' });
  expect(await connect().getEvent('till', id)).toMatchObject({ id, quantity: '1' });
  await expectRefusal(writer.getEvent('till', id), 403, 'scope_missing');
});

it('a refusal of an event by a spool on disk is a dead letter, and a call beside it is delivered', async () => {
  const letters: unknown[] = [];
  const spool = { directory: await makeFolder() };
  const client = connect({ source, spool, onDeadLetter: (letter) => letters.push(letter) });
  onTestFinished(async () => void (await client.close()));
  await client.recordUsage({ ...event('e1', 'Calls', '02T10:00', '9') });
  await client.recordUsage({ customer_id: 'acme', service: 'Store', quantity: '-1' });
  expect(await client.flush()).toMatchObject({ recorded: 2, delivered: 1, dead: 1, waiting: 0 });
  expect(letters).toMatchObject([{ id: 'e1', source, status: 'conflict', code: 'conflict' }]);
});
