import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  add,
  compare,
  type Decimal,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  roundDecimal,
  subtract,
} from './decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]): Decimal => ({ units, scale }));

it('what is written reads back as the same number', () => {
  fc.assert(fc.property(decimal, (value) => compare(parseDecimal(formatDecimal(value)), value) === 0));
});

it('adding, then subtracting, changes nothing', () => {
  fc.assert(fc.property(decimal, decimal, (a, b) => compare(subtract(add(a, b), b), a) === 0));
});

it('multiplication distributes over addition', () => {
  fc.assert(
    fc.property(decimal, decimal, decimal, (a, b, c) => {
      expect(compare(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(0);
    }),
  );
});

it('rounding moves a value by at most half a unit of the last digit', () => {
  fc.assert(
    fc.property(
      decimal,
      fc.integer({ min: 0, max: 12 }),
      fc.constantFrom('half_even', 'half_away_from_zero'),
      (value, digits, mode) => {
        const off = subtract(roundDecimal(value, digits, mode), value);
        const size: Decimal = { units: off.units < 0n ? -off.units : off.units, scale: off.scale };
        expect(compare(size, { units: 5n, scale: digits + 1 })).toBeLessThanOrEqual(0);
      },
    ),
  );
});

it('dividing a product by one factor gives the other', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      fc.pre(b.units !== 0n);
      expect(compare(divide(multiply(a, b), b, 12, 'half_even'), a)).toBe(0);
    }),
  );
});
