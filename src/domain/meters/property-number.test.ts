import { expect, test } from 'vitest';
import { decimalOfNumber } from './property-number.ts';

test.each([
  [0, '0'],
  [1, '1'],
  [-2.5, '-2.5'],
  [1e-7, '0.0000001'],
  [1.5e21, '1500000000000000000000'],
  [123456789.012345, '123456789.012345'],
  [9.99999999999999e25, '99999999999999900000000000'],
  [1e-27, '0.000000000000000000000000001'],
  [0.00123456789012345, '0.00123456789012345'],
])('%f is the decimal %s, digit for digit', (number, decimal) => {
  expect(decimalOfNumber(number)).toBe(decimal);
});

test.each([1e26, -1e26, 1e300, 1e-28, 1.23456789012345e-20, 5e-324])(
  '%f has more digits than meters take',
  (number) => {
    expect(decimalOfNumber(number)).toBeNull();
  },
);
