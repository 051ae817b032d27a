import { describe, expect, it } from 'vitest';
import type { Price } from './price.ts';
import { isFirstOfLine, makePriceBook, priceCuts, priceInForce } from './price-book.ts';

/** A price as a row: id, currency, customer, from (null = always); sequence is its place. */
const version = (
  [id, currency, customerId, effectiveFromMs]: [string, string, string | null, number | null],
  sequence: number,
): Price => ({
  id,
  meter: 'api',
  service: 'api',
  currency,
  model: 'per_unit',
  unitAmount: '1',
  customerId,
  effectiveFromMs,
  sequence,
  createdAtMs: 0,
});

const book = makePriceBook(
  (
    [
      ['always', 'USD', null, null],
      ['later', 'USD', null, 100],
      ['superseded', 'USD', null, 200],
      ['supersedes', 'USD', null, 200],
      ['made-last-acts-early', 'USD', null, 50],
      ['own', 'USD', 'acme', 150],
      ['euro', 'EUR', null, 300],
      ['own-euro', 'EUR', 'acme', 10],
    ] satisfies [string, string, string | null, number | null][]
  ).map(version),
);

const at = (customerId: string, currency: string, atMs: number) => {
  const answer = priceInForce(book, { meter: 'api', customerId, currency, atMs });
  return answer.price ? answer.price.id : answer.reason;
};

describe('the price in force', () => {
  it.each([
    ['bob', 'USD', 0, 'always'],
    ['bob', 'USD', 50, 'made-last-acts-early'],
    ['bob', 'USD', 99, 'made-last-acts-early'],
    ['bob', 'USD', 100, 'later'],
    ['bob', 'USD', 200, 'supersedes'],
    ['acme', 'USD', 149, 'later'],
    ['acme', 'USD', 150, 'own'],
    ['acme', 'USD', 999, 'own'],
    ['bob', 'EUR', 299, 'currency_mismatch'],
    ['bob', 'EUR', 300, 'euro'],
    ['acme', 'EUR', 300, 'own-euro'],
    ['bob', 'JPY', 300, 'currency_mismatch'],
  ])('for %s in %s at %i is %s', (customer, currency, ms, expected) => {
    expect(at(customer, currency, ms)).toBe(expected);
  });

  it('of a meter that was never priced is missing', () => {
    expect(priceInForce(book, { meter: 'other', customerId: 'bob', currency: 'USD', atMs: 1 })).toEqual({
      price: null,
      reason: 'price_missing',
    });
  });
});

describe('cuts', () => {
  it('are the moments strictly inside the span, with the customers own apart', () => {
    const cuts = priceCuts(book, { fromMs: 50, toMs: 300 }, {});
    expect(cuts.general).toEqual([100, 200]);
    expect([...cuts.byCustomer]).toEqual([['acme', [150]]]);
  });

  it('leave out other meters and other customers when narrowed', () => {
    const cuts = priceCuts(book, { fromMs: 0, toMs: 1000 }, { meter: 'api', customerId: 'bob' });
    expect(cuts.byCustomer.size).toBe(0);
    expect(priceCuts(book, { fromMs: 0, toMs: 1000 }, { meter: 'x' }).general).toEqual([]);
  });
});

it('a line is first only while it has no version', () => {
  expect(isFirstOfLine(book, { meter: 'api', currency: 'USD', customerId: null })).toBe(false);
  expect(isFirstOfLine(book, { meter: 'api', currency: 'USD', customerId: 'bob' })).toBe(true);
});
