/** `countinghouse events send` as a user runs it: NDJSON and CSV, bad lines, interruption. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer } from '../support/server-process.ts';

async function run(args: readonly string[]) {
  const program = runProgram(['events', 'send', ...args]);
  const { code } = await program.exited;
  return { code, output: program.output(), errors: program.errors() };
}

async function stored(url: string) {
  const { body } = await apiOf(() => url).get<{ items: Record<string, unknown>[] }>(
    '/v1/events?order=asc&limit=1000',
  );
  return body.items;
}

test('NDJSON: every good line is stored once, bad ones are named, numbers keep their digits', async () => {
  const { url } = await startServer();
  const file = join(await makeFolder(), 'usage.ndjson');
  const line = (id: string, more: string) =>
    `{"id":"${id}","customer_id":"c","service":"s","time":"2026-11-24T10:00:00Z"${more}}`;
  writeFileSync(
    file,
    [
      line('a', ',"quantity":"12345678901234567890.5"'),
      '',
      '{"broken',
      line('b', ',"quantity":12345678901234567890'),
      line('c', ''),
      '{"customer_id":"c","service":"s"}',
    ].join('\n'),
  );
  const first = await run([file, '--url', url]);
  expect(first).toMatchObject({ code: 1, errors: '' });
  expect(first.output).toMatch(/line 3: not valid JSON/);
  expect(first.output).toMatch(/line 4: quantity_invalid: .*send it as a string/);
  expect(first.output).toMatch(/line 6: id_missing/);
  expect(first.output).toMatch(/2 stored, 0 known already, 3 refused/);
  expect((await run([file, '--url', url])).output).toMatch(/0 stored, 2 known already, 3 refused/);
  expect((await stored(url)).map(({ id, quantity }) => [id, quantity])).toEqual([
    ['a', '12345678901234567890.5'],
    ['c', '1'],
  ]);
  expect(existsSync(`${file}.sent`)).toBe(false);
});

test('CSV: the header names members and properties; minted ids make sending twice count once', async () => {
  const { url } = await startServer();
  const file = join(await makeFolder(), 'usage.csv');
  writeFileSync(
    file,
    'customer_id,service,time,quantity,properties.region\nc,s,2026-11-24T10:00:00Z,1.5,"eu, west"\nc,s,2026-11-24T10:00:00Z,,\nc,s,,1,2,3\n',
  );
  const args = [file, '--url', url, '--mint-ids', '--source', 'files'];
  expect(await run(args)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/line 4: more fields[\s\S]*2 stored, 0 known/),
  });
  expect((await run(args)).output).toMatch(/0 stored, 2 known already/);
  expect(await stored(url)).toMatchObject([
    { source: 'files', quantity: '1.5', properties: { region: 'eu, west' } },
    { source: 'files', quantity: '1' },
  ]);
});

test('a run that broke off goes on where it was', async () => {
  const server = await startServer();
  const file = join(await makeFolder(), 'usage.ndjson');
  const lines = Array.from(
    { length: 30_000 },
    (_, n) => `{"id":"e${n}","customer_id":"c","service":"s","time":"2026-11-24T10:00:00Z"}`,
  );
  writeFileSync(file, lines.join('\n'));
  const broken = runProgram(['events', 'send', file, '--url', server.url]);
  await expect.poll(() => existsSync(`${file}.sent`), { timeout: 60_000, interval: 2 }).toBe(true);
  broken.kill('SIGKILL');
  await broken.exited;
  const { output } = await run([file, '--url', server.url]);
  expect(output).toMatch(/going on behind line [\d,]+ of/);
  const { body } = await apiOf(() => server.url).get<{ rows: unknown[] }>(
    '/v1/usage?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z',
  );
  expect(body.rows).toMatchObject([{ quantity: '30000', events: 30_000 }]);
});
