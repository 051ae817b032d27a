import { Readable } from 'node:stream';
import fc from 'fast-check';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addLargeAnswers, jsonPieces, MadeRows } from './large-answers.ts';

async function joined(answer: object): Promise<string> {
  let text = '';
  for await (const piece of jsonPieces(answer)) text += piece;
  return text;
}

test('the pieces are together what JSON.stringify gives', async () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constant(undefined),
    fc.array(fc.jsonValue(), { maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), value), async (answer) => {
      expect(await joined(answer)).toBe(JSON.stringify(answer));
    }),
  );
});

test('rows are made as they are written, and the same way without pieces', async () => {
  const answer = {
    a: 1,
    rows: new MadeRows([1, 2, 3], (n) => ({ twice: n * 2 })),
    none: new MadeRows([], String),
  };
  expect(JSON.stringify(answer)).toBe('{"a":1,"rows":[{"twice":2},{"twice":4},{"twice":6}],"none":[]}');
  expect(await joined(answer)).toBe(JSON.stringify(answer));
});

test('100,000 rows are written in many pieces and many turns', async () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => ({ customer_id: `customer ${n}`, events: n }));
  let [pieces, pauses, longest] = [0, 0, 0];
  const turns = {
    isOver: () => true,
    next: async () => {
      pauses += 1;
    },
  };
  for await (const piece of jsonPieces({ rows }, turns)) {
    pieces += 1;
    longest = Math.max(longest, piece.length);
  }
  expect(pieces).toBeGreaterThan(50);
  expect(pauses).toBeGreaterThan(1000);
  expect(longest).toBeLessThan(100_000);
});

test('an answer over HTTP is the same, large or small, and a HEAD has none', async () => {
  const app = Fastify({ exposeHeadRoutes: true });
  addLargeAnswers(app);
  const answerOf = (count: number) => ({
    from: 'then',
    rows: new MadeRows(
      Array.from({ length: count }, (_, n) => n),
      (n) => [n],
    ),
    unpriced: [],
  });
  app.get('/rows/:count', async (request) =>
    answerOf(Number.parseInt((request.params as { count: string }).count, 10)),
  );
  for (const count of [0, 1, 1000, 1001, 30_000]) {
    const response = await app.inject({ url: `/rows/${count}` });
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.body).toBe(JSON.stringify(answerOf(count)));
  }
  const head = await app.inject({ method: 'HEAD', url: '/rows/30000' });
  expect([head.statusCode, head.body]).toEqual([200, '']);
  await app.close();
});

test('HEAD makes nothing of an answer that comes in pieces', async () => {
  let made = 0;
  async function* pieces() {
    for (; made < 1000; made += 1) yield 'piece';
  }
  const app = Fastify({ exposeHeadRoutes: true });
  addLargeAnswers(app);
  app.get('/', async (_, reply) => reply.type('text/plain').send(Readable.from(pieces())));
  const answer = await app.inject({ method: 'HEAD', url: '/' });
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, 'text/plain', '']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(made).toBe(0);
  expect((await app.inject('/')).body).toHaveLength(5000);
  await app.close();
});
