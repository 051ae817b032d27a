import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Busy } from '../errors.ts';
import { makeMetrics } from '../metrics.ts';
import type { UseCases } from '../usecases/use-cases.ts';
import { makeApp } from './app.ts';

let app: FastifyInstance;
let lines: Record<string, unknown>[];
let failure: Error;
let requests: number;

beforeEach(async () => {
  [lines, requests] = [[], 0];
  const listEvents = async () => {
    throw failure;
  };
  app = await makeApp({
    useCases: { listEvents, identifyCaller: () => null } as unknown as UseCases,
    health: { reasonsNotReady: () => [] },
    metrics: makeMetrics({ nowMs: () => 0 }),
    logger: pino({}, { write: (line) => void lines.push(JSON.parse(line)) }),
    newRequestId: () => `request-${++requests}`,
    localToken: 'token',
    reachable: false,
  });
});
afterEach(() => app.close());

/** The status of each of a hundred requests, and what the log says beside its line for each. */
async function during(outage: Error, url = '/v1/events') {
  failure = outage;
  const answers = await Promise.all(Array.from({ length: 100 }, () => app.inject(url)));
  const trouble = () => lines.filter(({ msg }) => msg !== 'request');
  const atOnce = [...trouble()];
  await app.close();
  return {
    statuses: new Set(answers.map(({ statusCode }) => statusCode)),
    atOnce,
    atEnd: trouble().slice(1),
  };
}

it('an outage is told once, with its cause and the first id, then counted; every request has its own line', async () => {
  const outage = new Busy('events cannot be taken', 2, { cause: new Error('ENOSPC: no space left') });
  const { statuses, atOnce, atEnd } = await during(outage);
  expect([...statuses]).toEqual([503]);
  expect(atOnce).toMatchObject([{ level: 50, msg: 'request failed', reqId: 'request-1' }]);
  expect(JSON.stringify(atOnce[0])).toContain('ENOSPC: no space left');
  expect(atEnd).toMatchObject([{ level: 50, msg: 'request failed, again', count: 99 }]);
  expect(JSON.stringify(atEnd)).not.toContain('at ');
  expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(100);
});

it('a bound that is reached is a refusal, no failure: no stack', async () => {
  const { statuses, atOnce, atEnd } = await during(new Busy('256 statements are waiting already', 1));
  expect([...statuses]).toEqual([503]);
  expect(atOnce).toMatchObject([
    { level: 40, msg: 'request refused', kind: 'N statements are waiting already' },
  ]);
  expect(atEnd).toMatchObject([{ level: 40, msg: 'request refused, again', count: 99 }]);
  expect(JSON.stringify(lines)).not.toMatch(/stack|\.ts:/);
});

it('what we did not foresee is logged whole, once a kind', async () => {
  const { statuses, atOnce, atEnd } = await during(new TypeError('x is not a function'));
  expect([...statuses]).toEqual([500]);
  expect(atOnce).toHaveLength(1);
  expect(atOnce[0]).toMatchObject({
    level: 50,
    err: { type: 'TypeError', stack: expect.stringContaining('.ts:') },
  });
  expect(atEnd).toMatchObject([{ count: 99 }]);
});

it('an address that cannot be read leaves its line too, since no other tells of it', async () => {
  const { statuses, atOnce, atEnd } = await during(new Error('never reached'), '/v1/customers/%zz');
  expect([...statuses]).toEqual([400]);
  expect(atOnce).toMatchObject([{ level: 40, msg: 'request is not valid HTTP', reqId: expect.any(String) }]);
  expect(atEnd).toMatchObject([{ count: 99 }]);
});
