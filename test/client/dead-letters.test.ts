/** `countinghouse dead-letters`: what a server refused, seen, sent again and dropped, with a client on the spool. */
import { readdirSync } from 'node:fs';
import { BillingClient } from '@countinghouse/client';
import { expect, test } from 'vitest';
import { apiOf } from '../support/requests.ts';
import { makeFolder, runProgram, startServer } from '../support/server-process.ts';

async function run(args: readonly string[]) {
  const program = runProgram(['dead-letters', ...args]);
  const { code } = await program.exited;
  return { code, output: program.output(), errors: program.errors() };
}

test('letters are listed, sent again when their reason is mended, and dropped', async () => {
  const server = await startServer();
  const spool = await makeFolder();
  const { put } = apiOf(() => server.url);
  await put('/v1/services/Credits', { name: 'Credits' });
  const client = new BillingClient({ baseUrl: server.url, source: 'gw', spool: { directory: spool } });
  const use = { customer_id: 'c', service: 'Credits', time: '2026-11-24T10:00:00Z' };
  await client.recordUsage({ ...use, id: 'credit', quantity: '-5' });
  await client.recordUsage({ ...use, id: 'twice', quantity: '1' });
  await client.flush();
  await client.recordUsage({ ...use, id: 'twice', quantity: '2' });
  expect(await client.flush()).toMatchObject({ recorded: 3, delivered: 1, dead: 2, waiting: 0 });
  expect(await run(['list', '--spool', spool])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/credit[\s\S]*2 dead letters/),
  });
  const json = await run(['list', '--spool', spool, '--id', 'twice', '--json']);
  expect(JSON.parse(json.output)).toMatchObject({
    id: 'twice',
    source: 'gw',
    status: 'conflict',
    event: { quantity: '2' },
  });
  await put('/v1/services/Credits', { name: 'Credits', allow_negative: true });
  const retried = await run(['retry', '--spool', spool, '--id', 'credit', '--url', server.url]);
  expect(retried).toMatchObject({
    code: 0,
    output: expect.stringMatching(/1 put back: 1 delivered, 0 dead again, 0 left/),
  });
  expect((await run(['list', '--spool', spool])).output).toMatch(/1 dead letters/);
  // The client begins a new file for what dies now.
  await client.recordUsage({ ...use, id: 'twice', quantity: '3' });
  expect(await client.close()).toMatchObject({ dead: 3 });
  expect((await run(['list', '--spool', spool])).output).toMatch(/2 dead letters/);
  expect((await run(['retry', '--spool', spool, '--url', server.url])).output).toMatch(
    /2 put back: 0 delivered, 2 dead again/,
  );
  expect((await run(['drop', '--spool', spool])).output).toMatch(/2 dropped/);
  expect(readdirSync(spool)).toEqual([]);
  expect(await run(['list'])).toMatchObject({ code: 2, errors: expect.stringMatching(/--spool/) });
});
