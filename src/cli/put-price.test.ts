import { describe, expect, test } from 'vitest';
import type { ApiConnection } from './connect.ts';
import { putPrice } from './put-price.ts';

type Fields = Record<string, string | null>;

const now = '2026-11-24T10:00:00.000Z';
const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`;
const general: Fields = { service: 'FileSync', model: 'per_unit', currency: 'USD', unit_amount: '1' };

describe('with these versions on the server, the rate 1', () => {
  test.each<[string, Fields[], 'posts nothing' | Fields]>([
    ['without any', [], {}],
    ['the same', [general], 'posts nothing'],
    ['explicit nulls', [{ ...general, effective_from: null, customer_id: null }], 'posts nothing'],
    ['another rate', [{ ...general, unit_amount: '2' }], { effective_from: now }],
    ['another currency', [{ ...general, currency: 'EUR' }], {}],
    ["a customer's own", [{ ...general, customer_id: 'acme' }], {}],
    ['another model', [{ ...general, model: 'graduated' }], { effective_from: now }],
    [
      'only a future one',
      [{ ...general, effective_from: '2027-01-01T00:00:00.000Z' }],
      { effective_from: now },
    ],
    [
      'begun right now',
      [
        { ...general, unit_amount: '2' },
        { ...general, effective_from: now },
      ],
      'posts nothing',
    ],
    [
      'the latest to begin, in whatever order they are listed',
      [5, 9, 7].map((n) => ({ ...general, unit_amount: n === 9 ? '1' : '2', effective_from: day(n) })),
      'posts nothing',
    ],
    [
      'the latest made of two that begin together',
      [
        { ...general, unit_amount: '1', effective_from: day(1), created_at: day(3) },
        { ...general, unit_amount: '2', effective_from: day(1), created_at: day(2) },
      ],
      'posts nothing',
    ],
  ])('%s', async (_, versions, expected) => {
    const { api, posted } = makeServer(versions);
    const result = await putPrice(api, { service: 'FileSync', currency: 'USD', rate: '1' }, Date.parse(now));
    expect(posted).toEqual(expected === 'posts nothing' ? [] : [{ ...general, ...expected }]);
    const change = { 'posts nothing': 'unchanged', first: 'created', later: 'changed' } as const;
    const kind = expected === 'posts nothing' ? expected : expected.effective_from ? 'later' : 'first';
    expect(result).toEqual({ ok: true, change: change[kind] });
  });
});

test('a price that the server refuses is told in its words, and an answer for no price at all is thrown', async () => {
  const wanted = { service: 'FileSync', currency: 'XXQ', rate: '1' };
  const refusing = makeServer([], { status: 422, body: { code: 'currency_invalid', detail: 'no currency' } });
  expect(await putPrice(refusing.api, wanted, 0)).toEqual({
    ok: false,
    reason: 'no currency (currency_invalid)',
  });
  const busy = makeServer([], { status: 503, body: null });
  await expect(putPrice(busy.api, wanted, 0)).rejects.toThrow('the server answered 503');
});

/** Lists the versions in pages of two. */
function makeServer(versions: readonly Fields[], answer = { status: 201, body: {} as unknown }) {
  const posted: unknown[] = [];
  const api: ApiConnection = {
    async request(method, path, body) {
      if (method === 'POST') {
        posted.push(body);
        return answer;
      }
      const start = Number.parseInt(new URL(path, 'http://server').searchParams.get('cursor') ?? '0', 10);
      const next_cursor = start + 2 < versions.length ? `${start + 2}` : null;
      return { status: 200, body: { items: versions.slice(start, start + 2), next_cursor } };
    },
    close: async () => {},
  };
  return { api, posted };
}
