import { expect, test } from 'vitest';
import { expectAnswers } from './expect.ts';

/** Written so that an accountant can check it by hand: quantity, price, and what comes of it. */
interface Case {
  readonly name: string;
  readonly prices: Readonly<Record<string, string>>;
  readonly usage: readonly (readonly [service: string, quantity: string])[];
  readonly services: readonly string[];
  readonly totals: readonly [
    quantity: string,
    cost: string,
    exactCost: string,
    factor: string,
    category: string,
  ];
}

const cases: readonly Case[] = [
  {
    name: 'one service: 200 GB at 0.10 are 20.00',
    prices: { CloudStorage: '0.10' },
    usage: [
      ['CloudStorage', '120.5'],
      ['CloudStorage', '79.5'],
    ],
    services: ['CloudStorage 200 in 2 events: 20.00'],
    // 200 × 20 ÷ 2
    totals: ['200', '20.00', '20', '2000', 'high'],
  },
  {
    name: 'two services are rounded each, then added: 0.005 and 0.005 make 0.02, though they are 0.01 exactly',
    prices: { CloudStorage: '0.10', EmailCampaigns: '0.05' },
    usage: [
      ['CloudStorage', '0.05'],
      ['EmailCampaigns', '0.1'],
    ],
    services: ['CloudStorage 0.05 in 1 events: 0.01', 'EmailCampaigns 0.1 in 1 events: 0.01'],
    // 0.15 × 0.01 ÷ 2
    totals: ['0.15', '0.02', '0.01', '0.00075', 'low'],
  },
  {
    name: 'the factor is rounded half away from zero at the twelfth digit',
    prices: { APIRequests: '0.02' },
    usage: [
      ['APIRequests', '1'],
      ['APIRequests', '2'],
      ['APIRequests', '2'],
    ],
    services: ['APIRequests 5 in 3 events: 0.10'],
    // 5 × 0.1 ÷ 3 = 0.1666…
    totals: ['5', '0.10', '0.1', '0.166666666667', 'low'],
  },
  {
    name: 'exactly 50 is medium',
    prices: { DataAnalytics: '50' },
    usage: [['DataAnalytics', '1']],
    services: ['DataAnalytics 1 in 1 events: 50.00'],
    totals: ['1', '50.00', '50', '50', 'medium'],
  },
  {
    name: 'exactly 200 is high',
    prices: { DataAnalytics: '50' },
    usage: [['DataAnalytics', '2']],
    services: ['DataAnalytics 2 in 1 events: 100.00'],
    totals: ['2', '100.00', '100', '200', 'high'],
  },
  {
    name: 'ten times a tenth is one',
    prices: { FileSync: '0.15' },
    usage: Array.from({ length: 10 }, () => ['FileSync', '0.1'] as const),
    services: ['FileSync 1 in 10 events: 0.15'],
    totals: ['1', '0.15', '0.15', '0.015', 'low'],
  },
  {
    name: 'no usage',
    prices: { FileSync: '0.15' },
    usage: [],
    services: [],
    totals: ['0', '0.00', '0', '0', 'no'],
  },
];

test.each(cases)('$name', ({ prices, usage, services, totals }) => {
  const sendings = usage.map(([service, quantity], turn) => ({
    body: {
      source: 's',
      id: `${turn}`,
      customer_id: 'c',
      service,
      time: '2026-11-24T00:00:00.000Z',
      quantity,
      properties: {},
    },
  }));
  const { customers } = expectAnswers({
    nowMs: Date.UTC(2026, 10, 24),
    customers: [{ id: 'c' }],
    services: Object.entries(prices).map(([id, unitAmount]) => ({ id, unitAmount })),
    sendings,
  });
  const customer = customers[0];
  expect(
    customer?.services.map((one) => `${one.service} ${one.quantity} in ${one.events} events: ${one.cost}`),
  ).toEqual(services);
  expect([
    customer?.totalQuantity,
    customer?.totalCost,
    customer?.exactCost,
    customer?.usageFactor,
    customer?.category,
  ]).toEqual(totals);
});
