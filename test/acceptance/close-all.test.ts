/** Closing for everybody: it may die at any moment and be run again; what was closed verifies, what was changed is named. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import type { Ingested, Page, Refused } from '../support/answers.ts';
import { type Api, apiOf, pathOf } from '../support/requests.ts';
import { makeFolder, runProgram, type ServerProcess, startServer } from '../support/server-process.ts';
import type { StatementBody, StatementSummary } from '../support/statement-answers.ts';

async function fill(api: Api, customers: readonly string[], day: string): Promise<void> {
  await api.put('/v1/services/Calls', { name: 'Calls' });
  await api.post('/v1/prices', {
    service: 'Calls',
    currency: 'USD',
    model: 'per_unit',
    unit_amount: '0.125',
  });
  for (const id of customers) expect((await api.put(`/v1/customers/${id}`, { name: id })).status).toBe(201);
  const events = customers.map((id, index) => {
    return { id, customer_id: id, service: 'Calls', time: `${day}T00:00:00Z`, quantity: String(index + 1) };
  });
  expect((await api.post<Ingested>('/v1/events', events)).body.accepted).toBe(customers.length);
}

async function run(
  command: string,
  server: ServerProcess,
  ...args: string[]
): Promise<{ code: number | null; text: string }> {
  const program = runProgram([command, '--data', server.data, ...args]);
  const { code } = await program.exited;
  return { code, text: `${program.output()}${program.errors()}` };
}

describe('close for all', () => {
  it('that is killed in the middle with its server loses nothing and doubles nothing', async () => {
    const data = await makeFolder();
    const first = await startServer({ data });
    const customers = Array.from({ length: 1_200 }, (_, index) => `c${String(index).padStart(4, '0')}`);
    await fill(
      apiOf(() => first.url),
      customers,
      '2025-10-05',
    );
    const closing = runProgram(['close', '--period', '2025-10', '--data', data]);
    while (!closing.output().includes('closed 500')) await new Promise((resolve) => setTimeout(resolve, 5));
    first.kill('SIGKILL');
    await first.exited;
    expect(await closing.exited).not.toMatchObject({ code: 0 });

    const second = await startServer({ data });
    const api = apiOf(() => second.url);
    const again = await run('close', second, '--period', '2025-10');
    const [, closed = '', before = ''] =
      /closed (\d+), closed before (\d+), refused 0\s*$/.exec(again.text) ?? [];
    expect(Number(closed) + Number(before), again.text).toBe(customers.length);
    expect(Number(before)).toBeGreaterThanOrEqual(500);
    const { body } = await api.get<Page<StatementSummary>>('/v1/statements?period=2025-10&limit=1000');
    expect(body.items.map(({ customer_id }) => customer_id)).toEqual(customers.slice(0, 1_000));
    expect(body.items[999]?.total).toBe('125.00');
    expect(await run('verify', second)).toMatchObject({
      code: 0,
      text: expect.stringContaining('OK: 1200 statements agree'),
    });
    expect((await run('close', second, '--period', '2025-10')).text).toContain(
      'closed 0, closed before 1200, refused 0',
    );
  });

  it('tells who could not be closed and why, and closes the others', async () => {
    const server = await startServer();
    const api = apiOf(() => server.url);
    await fill(api, ['late', 'early'], '2025-10-05');
    await api.post('/v1/events', [
      { id: 'x', customer_id: 'early', service: 'Calls', time: '2025-08-05T00:00:00Z' },
    ]);
    const { code, text } = await run('close', server, '--period', '2025-10');
    expect([code, text]).toEqual([
      1,
      expect.stringContaining('early: close 2025-08 first (previous_period_open)'),
    ]);
    expect(text).toContain('closed 1, closed before 0, refused 1');
    expect(await run('close', server, '--period', '2025-08', '--customer', 'early')).toMatchObject({
      code: 0,
    });
    expect(await run('close', server, '--period', '2025-13')).toMatchObject({ code: 1 });
    expect(await run('close', server)).toMatchObject({ code: 2 });
  });
});

it('a change in the kept statements is named, also when it is hashed again', async () => {
  const data = await makeFolder();
  const first = await startServer({ data });
  const api = apiOf(() => first.url);
  await fill(api, ['acme', 'other'], '2025-09-05');
  for (const period of ['2025-09', '2025-10']) await run('close', first, '--period', period);
  await first.stop();
  const change = (canonical: (text: string) => string, hash: (text: string) => string | null) => {
    const database = new Database(join(data, 'records.db'));
    // Whoever can write the file can also take the guards away that keep statements from being changed.
    const guards = database.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'statements'",
    );
    for (const { name } of guards.all() as { name: string }[]) database.exec(`DROP TRIGGER ${name}`);
    const found = database.prepare("SELECT canonical FROM statements WHERE id = 'acme:2025-09'").get() as {
      canonical: string;
    };
    const changed = canonical(found.canonical);
    const newHash = hash(changed);
    database.prepare("UPDATE statements SET canonical = ? WHERE id = 'acme:2025-09'").run(changed);
    if (newHash !== null)
      database.prepare("UPDATE statements SET hash = ? WHERE id = 'acme:2025-09'").run(newHash);
    database.close();
    return found.canonical;
  };
  const verify = async (...args: string[]) => {
    const program = runProgram(['verify', '--data', data, ...args]);
    const { code } = await program.exited;
    return { code, text: program.errors() };
  };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const original = change(
    (text) => text.replace('"amount":"0.13"', '"amount":"0.03"'),
    () => null,
  );
  expect(await verify()).toMatchObject({
    code: 1,
    text: expect.stringContaining('DIFFERENCE in acme:2025-09 at hash'),
  });
  change((text) => text, sha256);
  expect(await verify()).toMatchObject({
    code: 1,
    text: expect.stringContaining('acme:2025-09 at lines[0].amount'),
  });
  // Its successor names the hash that it had.
  const next = await verify('--period', '2025-10');
  expect(next).toMatchObject({ code: 1, text: expect.stringContaining('acme:2025-10 at previous_hash') });
  expect(await verify('--customer', 'other')).toMatchObject({ code: 0 });
  change(() => original, sha256);
  expect(await verify()).toMatchObject({ code: 0 });
  // What stands beside the bytes says where the next period begins.
  const database = new Database(join(data, 'records.db'));
  database.exec("UPDATE statements SET to_ms = to_ms + 3600000 WHERE id = 'acme:2025-10'");
  database.close();
  expect(await verify()).toMatchObject({ code: 1, text: expect.stringContaining('acme:2025-10 at to') });
});

it('a customer that moves to another zone has months that follow one another', async () => {
  const server = await startServer();
  const api = apiOf(() => server.url);
  await fill(api, [], '2025-01-01');
  await api.put('/v1/customers/mover', { name: 'Mover', time_zone: 'Pacific/Kiritimati' });
  // The last millisecond of January on Kiritimati (+14), and the first of February.
  const at = (id: string, time: string, quantity: string) => ({
    id,
    customer_id: 'mover',
    service: 'Calls',
    time,
    quantity,
  });
  await api.post('/v1/events', [
    at('1', '2024-01-31T09:59:59.999Z', '8'),
    at('2', '2024-01-31T10:00:00Z', '16'),
    at('3', '2024-03-01T09:29:59.999Z', '32'),
    at('4', '2024-03-01T09:30:00Z', '64'),
  ]);
  const close = async (period: string) => {
    const answer = await api.post<StatementBody>('/v1/customers/mover/statements', { period });
    expect(answer.status, answer.text).toBe(201);
    return `${answer.body.from} ${answer.body.to} ${answer.body.total}`;
  };
  expect(await close('2024-01')).toBe('2023-12-31T10:00:00.000Z 2024-01-31T10:00:00.000Z 1.00');
  await api.put('/v1/customers/mover', { name: 'Mover', time_zone: 'Pacific/Marquesas' });
  // A leap year's February that began at +14 and ends at -09:30.
  expect(await close('2024-02')).toBe('2024-01-31T10:00:00.000Z 2024-03-01T09:30:00.000Z 6.00');
  await api.put('/v1/customers/mover', { name: 'Mover', time_zone: 'Asia/Kathmandu' });
  expect(await close('2024-03')).toBe('2024-03-01T09:30:00.000Z 2024-03-31T18:15:00.000Z 8.00');
  const draft = await api.get<StatementBody & Refused>(
    pathOf(['v1', 'customers', 'mover', 'statements', 'draft'], { period: '2024-04' }),
  );
  expect(draft.body).toMatchObject({ from: '2024-03-31T18:15:00.000Z', to: '2024-04-30T18:15:00.000Z' });
  expect(await run('verify', server)).toMatchObject({ code: 0 });
});
