/** The sender when what it was given fails, or it is stopped at an awkward moment. */
import { expect, test } from 'vitest';
import { attemptRequest } from './http-attempt.ts';
import { problem } from './testing/scripted-server.ts';
import { makeFolder } from './testing/spool-on-disk.ts';
import { startClient } from './testing/start-client.ts';

test('a logger that fails costs no event', async () => {
  const fail = (): never => {
    throw new Error('the log is full');
  };
  const logger = { debug: fail, info: fail, warn: fail, error: fail };
  const spool = { directory: makeFolder() };
  const { client } = await startClient([problem(503, 'busy')], { spool, logger });
  await client.recordUsage({ customer_id: 'c', service: 's' });
  expect(await client.close(2_000)).toMatchObject({ recorded: 1, delivered: 1 });
});

test('an attempt that begins after the client was closed ends at once', async () => {
  const result = await attemptRequest(
    { method: 'POST', path: '/v1/events', read: () => null },
    {
      settings: { apiKey: null, baseUrl: 'http://127.0.0.1', timeoutMs: 60_000 },
      ...{ exchange: () => new Promise(() => {}), nowMs: Date.now, background: true },
      closing: AbortSignal.abort(),
    },
  );
  expect(result).toMatchObject({ ok: false, error: { code: 'no_answer' } });
});
