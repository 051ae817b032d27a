import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeMetrics, type ServerMetrics } from '../../metrics.ts';
import type { UseCases } from '../../usecases/use-cases.ts';
import { makeApp } from '../app.ts';

let app: FastifyInstance;
let metrics: ServerMetrics;
/** Ends every report of usage that is under way. */
let decide: () => void = () => {};

beforeAll(async () => {
  metrics = makeMetrics({ nowMs: () => 0 });
  const reportUsage = async () => {
    await new Promise<void>((resolve) => {
      decide = resolve;
    });
    return [{ status: 'accepted', source: 'a', id: '1', warnings: [] }];
  };
  app = await makeApp({
    useCases: {
      reportUsage: Object.assign(reportUsage, { plain: () => null }),
      identifyCaller: () => null,
    } as unknown as UseCases,
    health: { reasonsNotReady: () => [] },
    metrics,
    logger: pino({ level: 'silent' }),
    newRequestId: () => 'request-1',
    localToken: 'token',
    reachable: false,
  });
});

afterAll(() => app.close());

async function scrape(pattern: RegExp): Promise<string | undefined> {
  return pattern.exec((await app.inject('/metrics')).body)?.[1];
}

/** The scrape itself is one of them. */
const inFlight = async () => scrape(/^countinghouse_requests_in_flight (\d+)$/m);
const acknowledged = () => scrape(/^countinghouse_acknowledgement_duration_seconds_count (\d+)$/m);

it('answers in the text format, and is no part of the API that is described; a key that is sent is checked', async () => {
  const refused = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer wrong' } });
  expect(refused.statusCode).toBe(401);
  const answer = await app.inject('/metrics');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body).toMatch(/^# HELP countinghouse_/);
  expect((await app.inject('/openapi.json')).body).not.toContain('/metrics');
});

it('a request is in flight until it is answered, and its answer is counted by route', async () => {
  expect(await inFlight()).toBe('1');
  const reported = app.inject({ method: 'POST', url: '/v1/events', payload: { id: '1' } });
  await vi.waitFor(async () => expect(await inFlight()).toBe('2'));
  expect(await acknowledged()).toBe('0');
  decide();
  expect((await reported).statusCode).toBe(200);
  await vi.waitFor(async () => expect(await inFlight()).toBe('1'));
  expect(await acknowledged()).toBe('1');
  const { body } = await app.inject('/metrics');
  expect(body).toContain('requests_total{method="POST",route="/v1/events",status="200"} 1');
});

it('an address that does not exist is counted without its text: there is no end of them', async () => {
  await app.inject('/v1/secret-4711');
  const { body } = await app.inject('/metrics');
  expect(body).toContain('requests_total{method="GET",route="unknown",status="404"} 1');
  expect(body).not.toContain('4711');
});

it('a request whose client goes away is in flight no more', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"id":"1"}',
  );
  await vi.waitFor(async () => expect(await inFlight()).toBe('2'));
  socket.destroy();
  await vi.waitFor(async () => expect(await inFlight()).toBe('1'));
  decide();
});
