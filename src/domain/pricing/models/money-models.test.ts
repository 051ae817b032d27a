/** Tables of the models that price a period, or the money that events carried. */
import { describe, expect, it } from 'vitest';
import { costOf, type PriceParts, type UseParts } from '../testing/priced.ts';

type Row = readonly [why: string, prices: readonly PriceParts[], uses: readonly UseParts[], cost: string];

function check(title: string, rows: readonly Row[]) {
  describe(title, () => {
    it.each(rows)('%s', (_why, prices, uses, cost) => {
      expect(costOf(prices, uses)).toBe(cost);
    });
  });
}

const card: PriceParts = { model: 'percentage', rate: '0.029' };
const pass: PriceParts = { model: 'pass_through' };
const fee: PriceParts = { model: 'flat', flatAmount: '30' };

check('2.9 % of the amounts', [
  ['of 100 is 2.90', [card], [{ quantity: '1', amount: '100' }], '2.9'],
  ['of 0.01 stays exact', [card], [{ quantity: '1', amount: '0.01' }], '0.00029'],
  ['of a refund is negative', [card], [{ quantity: '1', amount: '-50' }], '-1.45'],
  ['does not depend on the quantity', [card], [{ quantity: '7', amount: '100' }], '2.9'],
  ['of events without amount is nothing', [card], [{ quantity: '5' }], '0'],
]);

check('money passed through', [
  ['is what the events carried', [pass], [{ quantity: '1', amount: '12.345' }], '12.345'],
  ['may be a refund', [pass], [{ quantity: '1', amount: '-3' }], '-3'],
  [
    'adds up over price versions',
    [pass, { ...pass, effectiveFromMs: 500 }],
    [
      { quantity: '1', amount: '1' },
      { quantity: '1', amount: '2', atMs: 500 },
    ],
    '3',
  ],
]);

check('30.00 a period', [
  ['with use', [fee], [{ quantity: '5' }], '30'],
  ['with use of quantity 0', [fee], [{ quantity: '0' }], '30'],
  ['without use: a general price charges nothing', [fee], [], 'no line'],
  ["without use: a customer's own price charges", [{ ...fee, customerId: 'acme' }], [], '30'],
  ['from the middle on: half', [{ ...fee, effectiveFromMs: 500 }], [{ quantity: '1', atMs: 600 }], '15'],
  [
    '333 of 1,000 milliseconds are 0.333 of it',
    [{ ...fee, flatAmount: '1', effectiveFromMs: 667 }],
    [{ quantity: '1' }],
    '0.333',
  ],
  [
    'a change at three tenths: 30 × 0.3 + 60 × 0.7',
    [fee, { ...fee, flatAmount: '60', effectiveFromMs: 300 }],
    [{ quantity: '1' }],
    '51',
  ],
  [
    'use before the price began is still use of the period',
    [{ ...fee, effectiveFromMs: 500 }],
    [{ quantity: '1', atMs: 0 }],
    '15',
  ],
]);

const unit: PriceParts = { model: 'per_unit', unitAmount: '1' };
const between: PriceParts = { ...unit, minimumAmount: '10', maximumAmount: '20' };

check('at least 10, at most 20', [
  ['below', [between], [{ quantity: '3' }], '10'],
  ['on the minimum', [between], [{ quantity: '10' }], '10'],
  ['between', [between], [{ quantity: '15' }], '15'],
  ['on the maximum', [between], [{ quantity: '20' }], '20'],
  ['above', [between], [{ quantity: '21' }], '20'],
  ['use of quantity 0 is use', [between], [{ quantity: '0' }], '10'],
  ['no use: nothing', [between], [], 'no line'],
  ["no use of a customer's own price: the minimum", [{ ...between, customerId: 'acme' }], [], '10'],
  ['a negative month: neither', [between], [{ quantity: '-5' }], '-5'],
  [
    'a negative month of refunds that carry money: neither',
    [{ ...card, maximumAmount: '10' }],
    [{ quantity: '-1', amount: '1000' }],
    '29',
  ],
  [
    'from the middle on: half of both',
    [{ ...between, effectiveFromMs: 500 }],
    [{ quantity: '40', atMs: 500 }],
    '10',
  ],
  [
    'minimum of one version only: its share, on the sum of both',
    [unit, { ...unit, minimumAmount: '100', effectiveFromMs: 800 }],
    [
      { quantity: '15', atMs: 0 },
      { quantity: '1', atMs: 900 },
    ],
    '20',
  ],
  [
    "maximum of one version only: the other's own cost is added to it",
    [unit, { ...unit, maximumAmount: '10', effectiveFromMs: 500 }],
    [
      { quantity: '7', atMs: 0 },
      { quantity: '50', atMs: 900 },
    ],
    '12',
  ],
  [
    'a low first part makes room for a high second one: they act on the sum',
    [between, { ...between, effectiveFromMs: 500 }],
    [
      { quantity: '1', atMs: 0 },
      { quantity: '18', atMs: 900 },
    ],
    '19',
  ],
]);

check('split periods', [
  [
    'units count on: included was used up by the first version',
    [
      { ...unit, includedQuantity: '10' },
      { ...unit, unitAmount: '2', includedQuantity: '10', effectiveFromMs: 500 },
    ],
    [
      { quantity: '15', atMs: 0 },
      { quantity: '5', atMs: 500 },
    ],
    '15',
  ],
  [
    'each version subtracts its own included from the running quantity',
    [
      { ...unit, includedQuantity: '10' },
      { ...unit, includedQuantity: '30', effectiveFromMs: 500 },
    ],
    [
      { quantity: '15', atMs: 0 },
      { quantity: '20', atMs: 500 },
    ],
    '10',
  ],
  [
    'packages begun before the change are paid',
    [
      { model: 'package', packageSize: '10', packageAmount: '1' },
      { model: 'package', packageSize: '10', packageAmount: '3', effectiveFromMs: 500 },
    ],
    [
      { quantity: '5', atMs: 0 },
      { quantity: '10', atMs: 500 },
    ],
    '4',
  ],
  [
    'the slice that enters a tier pays its flat amount, by its own version',
    [
      {
        model: 'graduated',
        tiers: [
          { from: '0', to: '10', unitAmount: '1', flatAmount: '2' },
          { from: '10', to: null, unitAmount: '1', flatAmount: '3' },
        ],
      },
      {
        model: 'graduated',
        tiers: [
          { from: '0', to: '10', unitAmount: '1', flatAmount: '20' },
          { from: '10', to: null, unitAmount: '1', flatAmount: '30' },
        ],
        effectiveFromMs: 500,
      },
    ],
    [
      { quantity: '8', atMs: 0 },
      { quantity: '8', atMs: 500 },
    ],
    '48',
  ],
  [
    "volume: the whole period's quantity picks each version's tier, its flat amount is prorated",
    [
      {
        model: 'volume',
        tiers: [
          { from: '0', to: '10', unitAmount: '1', flatAmount: '100' },
          { from: '10', to: null, unitAmount: '0.5', flatAmount: '10' },
        ],
      },
      {
        model: 'volume',
        tiers: [{ from: '0', to: null, unitAmount: '2', flatAmount: '20' }],
        effectiveFromMs: 500,
      },
    ],
    [
      { quantity: '8', atMs: 0 },
      { quantity: '8', atMs: 500 },
    ],
    '35',
  ],
]);

describe('numbers that do not add up (max, average, unique, …)', () => {
  it.each<Row>([
    [
      'the version at the start prices all',
      [fee, { ...unit, effectiveFromMs: 500 }],
      [{ quantity: '99' }],
      '30',
    ],
    [
      'else the first that begins, and flat is whole',
      [{ ...fee, effectiveFromMs: 500 }],
      [{ quantity: '9' }],
      '30',
    ],
    ['minimum is whole, too', [{ ...between, effectiveFromMs: 900 }], [{ quantity: '1' }], '10'],
  ])('%s', (_why, prices, uses, cost) => {
    expect(costOf(prices, uses, false)).toBe(cost);
  });
});
