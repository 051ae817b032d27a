import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeMetrics } from '../metrics.ts';
import type { UseCases } from '../usecases/use-cases.ts';
import { makeApp } from './app.ts';

let app: FastifyInstance;

beforeAll(async () => {
  app = await makeApp({
    useCases: { browseRecords: {}, identifyCaller: () => null } as unknown as UseCases,
    health: { reasonsNotReady: () => ['the disk is full'] },
    metrics: makeMetrics({ nowMs: () => 0 }),
    logger: pino({ level: 'silent' }),
    newRequestId: () => 'request-1',
    localToken: 'token',
    reachable: false,
  });
});

afterAll(() => app.close());

it('the committed document is what the server says (npm run docs writes it anew)', async () => {
  const { body } = await app.inject('/openapi.json');
  const document = `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
  await expect(document).toMatchFileSnapshot('../../docs/openapi.json');
});

it('every /v1 route is described, with a summary and a problem', async () => {
  const { paths } = (await app.inject('/openapi.json')).json() as {
    paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
  };
  const v1 = Object.entries(paths).filter(([path]) => path.startsWith('/v1/'));
  expect(v1.length).toBeGreaterThan(10);
  for (const [path, methods] of v1) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(operation.summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(operation.responses), `${method} ${path}`).toContain('default');
    }
  }
});

it('what went wrong inside is not told', async () => {
  const answer = await app.inject('/v1/events');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ code: 'internal', request_id: 'request-1' });
  expect(answer.body).not.toMatch(/TypeError|listEvents|\.ts/);
});

it('is not ready while there is a reason', async () => {
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({ status: 'not_ready', reasons: ['the disk is full'] });
});

it('a key that is sent is checked, but for health and the docs', async () => {
  const headers = { authorization: 'Bearer wrong' };
  const refused = await app.inject({ url: '/v1/customers', headers });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['www-authenticate']).toBe('Bearer');
  for (const url of ['/health', '/openapi.json', '/docs']) {
    expect((await app.inject({ url, headers })).statusCode, url).toBe(200);
  }
});
