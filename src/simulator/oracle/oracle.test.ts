import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundCost, writeCost, writeMoney, writeQuantity } from './costs.ts';
import { makeOracle } from './oracle.ts';

const customer = { id: 'c', zone: 'America/New_York', currency: 'USD' };
const price = { service: 'api', currency: 'USD', customerId: null };
const options = {
  nowMs: Date.UTC(2026, 11, 1),
  customers: [customer],
  services: [{ name: 'api', takesCredits: false }],
  prices: [
    { ...price, unitAmount: '0.5', effectiveFromMs: null },
    { ...price, unitAmount: '0.333', effectiveFromMs: Date.UTC(2026, 10, 10, 12) },
    { ...price, unitAmount: '9', effectiveFromMs: null, customerId: 'other' },
  ],
};

function event(id: string, time: string, quantity: string): string {
  return JSON.stringify({ source: 's', id, customer_id: 'c', service: 'api', time, quantity });
}

test('days are local ones, months too, and each event costs what was in force at its moment', () => {
  const oracle = makeOracle(options);
  for (const text of [
    event('1', '2026-11-01T03:59:59.999Z', '1'),
    event('2', '2026-11-01T04:00:00.000Z', '2'),
    event('3', '2026-11-10T11:59:59.999Z', '10'),
    event('4', '2026-11-10T12:00:00.000Z', '100'),
  ]) {
    expect(oracle.judge(text).status).toBe('accepted');
  }
  const days = oracle
    .days('c')
    .map(({ date, quantity, events }) => `${date} ${writeQuantity(quantity)} ${events}`);
  expect(days).toEqual(['2026-10-31 1 1', '2026-11-01 2 1', '2026-11-10 110 2']);
  const months = oracle
    .months(customer)
    .map(({ fromMs, cost }) => `${new Date(fromMs).toISOString()} ${writeCost(cost)}`);
  expect(months).toEqual(['2026-10-01T04:00:00.000Z 0.5', '2026-11-01T04:00:00.000Z 39.3']);
});

test.each<[cost: string, currency: string, money: string]>([
  ['5', 'USD', '5.00'],
  ['0.005', 'USD', '0.01'],
  ['-0.005', 'USD', '-0.01'],
  ['0.0049', 'EUR', '0.00'],
  ['0.5', 'JPY', '1'],
  ['0.0005', 'KWD', '0.001'],
])('%s %s is %s', (cost, currency, money) => {
  const [whole = '', fraction = ''] = cost.replace('-', '').split('.');
  const units = BigInt(`${whole}${fraction.padEnd(24, '0')}`) * (cost.startsWith('-') ? -1n : 1n);
  expect(writeMoney(roundCost(units, currency), currency)).toBe(money);
});

test('the order of sending changes no total', () => {
  const minutes = fc.array(fc.tuple(fc.nat(100_000), fc.integer({ min: 1, max: 10 ** 9 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      minutes.chain((events) => {
        const texts = events.map(([minute, quantity], at) =>
          event(`${at}`, new Date(Date.UTC(2026, 8) + minute * 60_000).toISOString(), `${quantity}`),
        );
        const all = { minLength: texts.length, maxLength: texts.length };
        return fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, all));
      }),
      ([inOrder, shuffled]) => {
        const totalsOf = (texts: readonly string[]) => {
          const oracle = makeOracle(options);
          for (const text of texts) oracle.judge(text);
          return [oracle.days('c'), oracle.months(customer)];
        };
        expect(totalsOf(shuffled)).toEqual(totalsOf(inOrder));
      },
    ),
  );
});
