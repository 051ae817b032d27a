import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectLine, type LineOptions, type Portion, type Version } from './line.ts';
import { readRatio, writeRatio, zero } from './ratio.ts';

const day = 86_400_000;
const month = { fromMs: 0, toMs: 30 * day };

const version = (terms: Partial<Version>): Version => ({
  ...{ id: 'p1', model: 'per_unit', isOwn: false, effectiveFromMs: null },
  ...terms,
});

function portion(fromDay: number, toDay: number, quantity: string, more: Partial<Portion> = {}): Portion {
  const size = { quantity: readRatio(quantity), amount: zero, events: quantity === '0' ? 0 : 1 };
  return { fromMs: fromDay * day, toMs: toDay * day, ...size, ...more };
}

function check(portions: readonly Portion[], versions: readonly Version[], more: Partial<LineOptions> = {}) {
  const line = expectLine({ ...month, portions, versions, isAdditive: true, minorDigits: 2, ...more });
  return line === null ? null : `${writeRatio(line.exact)} → ${line.amount}`;
}

const tiers = [
  { from: '0', to: '100', unit_amount: '1', flat_amount: '5' },
  { from: '100', to: '200', unit_amount: '0.5', flat_amount: '3' },
  { from: '200', to: null, unit_amount: '0.1' },
];
const graduated = version({ model: 'graduated', tiers });
const volume = version({ model: 'volume', tiers });
const packages = version({ model: 'package', package_size: '10', package_amount: '2.5' });

/** Worked out by hand from MONEY.md 5.2 and 5.3. */
test.each<[string, Version, quantity: string, expected: string]>([
  ['per unit', version({ unit_amount: '0.02' }), '150.5', '3.01 → 301'],
  ['per unit, half a cent goes up', version({ unit_amount: '0.001' }), '5', '0.005 → 1'],
  [
    'per unit, just below half a cent',
    version({ unit_amount: '0.001' }),
    '4.999999999999',
    '0.004999999999999 → 0',
  ],
  [
    'per unit, included used up exactly',
    version({ unit_amount: '2', included_quantity: '10' }),
    '10',
    '0 → 0',
  ],
  [
    'per unit, one over what is included',
    version({ unit_amount: '2', included_quantity: '10' }),
    '11',
    '2 → 200',
  ],
  [
    'per unit below zero, without included',
    version({ unit_amount: '2', included_quantity: '10' }),
    '-3',
    '-6 → -600',
  ],
  ['graduated within the first tier', graduated, '40', '45 → 4500'],
  ['graduated exactly on an edge', graduated, '100', '105 → 10500'],
  ['graduated just above an edge', graduated, '100.000000000001', '108.0000000000005 → 10800'],
  ['graduated just below an edge', graduated, '99.999999999999', '104.999999999999 → 10500'],
  ['graduated in the last tier', graduated, '300', '168 → 16800'],
  ['graduated below zero', graduated, '-10', '-10 → -1000'],
  ['volume exactly on an edge', volume, '100', '105 → 10500'],
  ['volume just above an edge', volume, '100.000000000001', '53.0000000000005 → 5300'],
  ['volume in the last tier', volume, '300', '30 → 3000'],
  [
    'volume with included',
    version({ model: 'volume', tiers, included_quantity: '150' }),
    '250',
    '105 → 10500',
  ],
  ['a package begun is paid', packages, '10.000000000001', '5 → 500'],
  ['a package used up exactly', packages, '20', '5 → 500'],
  ['packages below zero', packages, '-4', '-1 → -100'],
  ['minimum', version({ unit_amount: '1', minimum_amount: '20' }), '7', '20 → 2000'],
  ['maximum', version({ unit_amount: '1', maximum_amount: '20' }), '70', '20 → 2000'],
  ['no minimum below zero', version({ unit_amount: '1', minimum_amount: '20' }), '-7', '-7 → -700'],
  ['flat', version({ model: 'flat', flat_amount: '9.99' }), '3', '9.99 → 999'],
])('%s', (_, price, quantity, expected) => {
  expect(check([portion(0, 30, quantity)], [price])).toBe(expected);
});

test('percentage and pass_through are of the amounts that events carry', () => {
  const paid = portion(0, 30, '3', { amount: readRatio('200.50'), events: 3 });
  expect(check([paid], [version({ model: 'percentage', rate: '0.029' })])).toBe('5.8145 → 581');
  expect(check([paid], [version({ model: 'pass_through' })])).toBe('200.5 → 20050');
});

test.each<[digits: number, expected: string]>([
  [0, '0.5 → 1'],
  [3, '0.5 → 500'],
])('a currency with %i digits', (minorDigits, expected) => {
  expect(check([portion(0, 30, '5')], [version({ unit_amount: '0.1' })], { minorDigits })).toBe(expected);
});

const later = (terms: Partial<Version>) => version({ id: 'p2', effectiveFromMs: 10 * day, ...terms });

test('a new price counts on in the tiers: the second slice pays f(150) − f(50) of its own version', () => {
  const cheap = later({
    model: 'graduated',
    tiers: [
      { from: '0', to: '100', unit_amount: '2' },
      { from: '100', to: null, unit_amount: '1' },
    ],
  });
  // First slice: 50 × 1 + 5. Second: (100 × 2 + 50 × 1) − 50 × 2.
  expect(check([portion(0, 10, '50'), portion(10, 30, '100')], [graduated, cheap])).toBe('205 → 20500');
});

test("a graduated tier's flat amount is paid by the slice that enters the tier, once", () => {
  const same = later({ model: 'graduated', tiers });
  expect(check([portion(0, 10, '50'), portion(10, 30, '100')], [graduated, same])).toBe('133 → 13300');
  expect(check([portion(0, 30, '150')], [graduated])).toBe('133 → 13300');
});

test('volume picks its tier by the whole quantity, in each slice', () => {
  const same = later({ model: 'volume', tiers });
  expect(check([portion(0, 10, '90'), portion(10, 30, '90')], [volume, same])).toBe('93 → 9300');
});

test('flat, minimum and maximum are prorated by time', () => {
  const flat = version({ model: 'flat', flat_amount: '30' });
  expect(
    check([portion(0, 10, '1'), portion(10, 30, '1')], [flat, later({ model: 'flat', flat_amount: '60' })]),
  ).toBe('50 → 5000');
  const minimum = version({ unit_amount: '1', minimum_amount: '30' });
  const without = later({ unit_amount: '1' });
  expect(check([portion(0, 10, '1'), portion(10, 30, '2')], [minimum, without])).toBe('10 → 1000');
  const maximum = version({ unit_amount: '1', maximum_amount: '30' });
  // At most a third of 30, and the second slice at its own cost.
  expect(check([portion(0, 10, '25'), portion(10, 30, '7')], [maximum, without])).toBe('17 → 1700');
});

test('a share that does not end behind the point stays a fraction until the line', () => {
  const flat = version({ model: 'flat', flat_amount: '10', effectiveFromMs: 10 * day });
  expect(check([portion(0, 10, '0'), portion(10, 30, '1')], [flat])).toBe('20/3 → 667');
});

test("the customer's own price beats a later one for everyone, until inherit ends it", () => {
  const everyone = version({ unit_amount: '1' });
  const own = later({ id: 'own', unit_amount: '3', isOwn: true });
  const ended = version({ id: 'end', model: 'inherit', isOwn: true, effectiveFromMs: 20 * day });
  const portions = [portion(0, 10, '1'), portion(10, 20, '1'), portion(20, 30, '1')];
  expect(check(portions, [everyone, own])).toBe('7 → 700');
  expect(check(portions, [everyone, own, ended])).toBe('5 → 500');
});

test('of two versions for one moment the later made is in force', () => {
  expect(check([portion(0, 30, '1')], [version({ unit_amount: '1' }), version({ unit_amount: '2' })])).toBe(
    '2 → 200',
  );
});

test('flat and minimum need an event, or a price of one’s own; nothing else makes a line', () => {
  const empty = [portion(0, 30, '0')];
  expect(check(empty, [version({ model: 'flat', flat_amount: '5' })])).toBeNull();
  expect(check(empty, [version({ model: 'flat', flat_amount: '5', isOwn: true })])).toBe('5 → 500');
  expect(check(empty, [version({ unit_amount: '1', minimum_amount: '5' })])).toBeNull();
  expect(check(empty, [version({ unit_amount: '1', minimum_amount: '5', isOwn: true })])).toBe('5 → 500');
  expect(check([portion(0, 30, '4')], [])).toBeNull();
});

test('usage before the first price is not priced', () => {
  const line = expectLine({
    ...month,
    portions: [portion(0, 10, '5'), portion(10, 30, '3')],
    versions: [later({ unit_amount: '1' })],
    isAdditive: true,
    minorDigits: 2,
  });
  expect([line?.amount, line?.events, line?.unpricedEvents]).toEqual([300n, 1, 1]);
});

test('a meter that is never cut has one price: that of the start, or the first after it', () => {
  const portions = [portion(0, 10, '5'), portion(10, 30, '3')];
  const versions = [version({ unit_amount: '1' }), later({ unit_amount: '9' })];
  expect(check(portions, versions, { isAdditive: false })).toBe('8 → 800');
  expect(check(portions, [later({ unit_amount: '9' })], { isAdditive: false })).toBe('72 → 7200');
});

test('a version equal to the one before it changes nothing, wherever it begins', () => {
  const prices = [
    graduated,
    volume,
    packages,
    version({ unit_amount: '0.37', minimum_amount: '30', maximum_amount: '44' }),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...prices),
      fc.integer({ min: 1, max: 29 }),
      fc.nat(500),
      fc.nat(500),
      (price, at, one, other) => {
        const whole = [portion(0, 30, `${one + other}`, { events: 2 })];
        const parts = [portion(0, at, `${one}`, { events: 1 }), portion(at, 30, `${other}`, { events: 1 })];
        const again = { ...price, id: 'again', effectiveFromMs: at * day };
        expect(check(parts, [price, again])).toBe(check(whole, [price]));
      },
    ),
  );
});
