/** Tables of the models that count units: what a quantity costs, as an accountant would check it. */
import { describe, expect, it } from 'vitest';
import type { PriceParts } from '../testing/priced.ts';
import { costOf } from '../testing/priced.ts';

/** Each row: the quantity of the month, and what it costs, exactly. */
type Row = readonly [quantity: string, cost: string, why: string];

function check(title: string, price: PriceParts, rows: readonly Row[]) {
  describe(title, () => {
    it.each(rows)('%s costs %s: %s', (quantity, cost) => {
      expect(costOf([price], [{ quantity }])).toBe(cost);
    });
  });
}

check('0.015 a unit', { model: 'per_unit', unitAmount: '0.015' }, [
  ['0', '0', 'no units'],
  ['1', '0.015', 'one'],
  ['0.000000000001', '0.000000000000015', 'the smallest quantity, unrounded'],
  ['1/3', '0.005', 'a fraction of a unit, as averages have them'],
  ['1/7', '3/1400', 'a cost whose decimal never ends'],
  ['-2', '-0.03', 'a credit'],
  ['99999999999999999999999999.999999999999', '1499999999999999999999999.999999999999985', 'huge'],
]);

check('0.10 a unit, 100 included', { model: 'per_unit', unitAmount: '0.1', includedQuantity: '100' }, [
  ['0', '0', 'nothing used'],
  ['99.999999999999', '0', 'just below'],
  ['100', '0', 'exactly used up'],
  ['100.000000000001', '0.0000000000001', 'just above'],
  ['150', '5', 'fifty charged'],
  ['-3', '-0.3', 'a credit counts from zero, not from what is included'],
]);

const tiers = [
  { from: '0', to: '100', unitAmount: '0.1', flatAmount: '0' },
  { from: '100', to: '1000.5', unitAmount: '0.05', flatAmount: '0' },
  { from: '1000.5', to: null, unitAmount: '0.01', flatAmount: '0' },
];

check('graduated: 0.10 to 100, 0.05 to 1,000.5, then 0.01', { model: 'graduated', tiers }, [
  ['0', '0', 'no tier'],
  ['50', '5', 'first tier'],
  ['99.999999999999', '9.9999999999999', 'just below the first bound'],
  ['100', '10', 'on the bound: still all in the first'],
  ['100.000000000001', '10.00000000000005', 'just above: only what is above costs less'],
  ['1000.5', '55.025', '100 × 0.10 + 900.5 × 0.05'],
  ['1000.500000000001', '55.02500000000001', 'into the third'],
  ['2000.5', '65.025', '55.025 + 1,000 × 0.01'],
  ['-10', '-1', 'a credit at the first rate'],
]);

const entered = [
  { from: '0', to: '10', unitAmount: '1', flatAmount: '5' },
  { from: '10', to: null, unitAmount: '0.5', flatAmount: '20' },
];

check('graduated with flat amounts: 5 to enter, 20 more above 10', { model: 'graduated', tiers: entered }, [
  ['0', '0', 'quantity 0 enters no tier'],
  ['0.000000000001', '5.000000000001', 'the first tier is entered'],
  ['10', '15', '5 + 10'],
  ['10.000000000001', '35.0000000000005', '5 + 10 + 20 and half of what is above'],
  ['-1', '-1', 'a credit enters none'],
]);

check(
  'graduated with 10 included: tiers count what is charged',
  { model: 'graduated', tiers: entered, includedQuantity: '10' },
  [
    ['10', '0', 'all included, no tier entered'],
    ['20', '15', '10 charged, all in the first tier'],
    ['22', '36', '12 charged: 5 + 10 + 20 + 1'],
  ],
);

check('volume: the tier of the whole quantity prices all of it', { model: 'volume', tiers }, [
  ['0', '0', 'no tier'],
  ['100', '10', 'on the bound: 100 × 0.10'],
  ['100.000000000001', '5.00000000000005', 'just above: all at 0.05'],
  ['1000.5', '50.025', 'all at 0.05'],
  ['1000.500000000001', '10.00500000000001', 'all at 0.01'],
  ['-10', '-1', 'a credit at the first rate'],
]);

check('volume with flat amounts', { model: 'volume', tiers: entered }, [
  ['0', '0', 'quantity 0 pays none'],
  ['10', '15', '10 × 1 + 5'],
  ['11', '25.5', '11 × 0.50 + 20: only its own tier'],
]);

check('volume with 10 included', { model: 'volume', tiers: entered, includedQuantity: '10' }, [
  ['10', '0', 'nothing left to charge'],
  ['20', '15', '10 charged in the first tier'],
  ['21', '25.5', '11 charged, in the second tier'],
]);

check('5.00 for each 1,000 begun', { model: 'package', packageSize: '1000', packageAmount: '5' }, [
  ['0', '0', 'no package'],
  ['0.000000000001', '5', 'begun'],
  ['1000', '5', 'exactly one'],
  ['1000.000000000001', '10', 'the second is begun'],
  ['-500', '-2.5', 'a credit at 5 ÷ 1,000 a unit'],
]);

check(
  '1.00 for each 0.3 begun, 0.3 included',
  { model: 'package', packageSize: '0.3', packageAmount: '1', includedQuantity: '0.3' },
  [
    ['0.3', '0', 'included exactly used up'],
    ['0.6', '1', 'one package, fractional sizes are exact'],
    ['0.600000000001', '2', 'two'],
    ['-1', '-10/3', 'a credit of 1 ÷ 0.3 a unit has no end'],
  ],
);
