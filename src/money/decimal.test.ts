import { describe, expect, it } from 'vitest';
import { isCurrency, minorDigits } from './currency.ts';
import {
  add,
  compare,
  divide,
  formatDecimal,
  formatFixed,
  multiply,
  parseDecimal,
  roundDecimal,
  subtract,
} from './decimal.ts';

const d = parseDecimal;

describe('decimals', () => {
  it.each([
    ['300', '300'],
    ['0.50', '0.5'],
    ['-0.0', '0'],
    ['100.00', '100'],
    ['-12.340', '-12.34'],
    ['99999999999999999999999999.123456789012', '99999999999999999999999999.123456789012'],
  ])('%s is written in shortest plain form as %s', (text, shortest) => {
    expect(formatDecimal(d(text))).toBe(shortest);
  });

  it.each(['', '.5', '5.', '1e3', '+1', ' 1', 'NaN', '1,5'])(
    'refuses %j, which is no plain decimal',
    (text) => {
      expect(() => d(text)).toThrow(TypeError);
    },
  );

  it('adds a tenth and two tenths to three tenths, a thousand times', () => {
    let sum = d('0');
    for (let i = 0; i < 1000; i++) sum = add(add(sum, d('0.1')), d('0.2'));
    expect(formatDecimal(sum)).toBe('300');
  });

  it('multiplies a hundredth of a cent by 10^12 exactly', () => {
    expect(formatDecimal(multiply(d('0.0001'), d('1000000000000')))).toBe('100000000');
  });

  it('compares across scales', () => {
    expect(compare(d('1.0'), d('1'))).toBe(0);
    expect(compare(d('-1.01'), d('-1'))).toBe(-1);
    expect(formatDecimal(subtract(d('1'), d('0.000000000001')))).toBe('0.999999999999');
  });
});

describe('rounding', () => {
  it.each([
    ['0.005', '0.01', '0.00'],
    ['0.015', '0.02', '0.02'],
    ['-0.005', '-0.01', '0.00'],
    ['0.0149999', '0.01', '0.01'],
    ['2.5', '2.50', '2.50'],
    ['-2.675', '-2.68', '-2.68'],
    ['2.665', '2.67', '2.66'],
  ])('%s to two digits is %s half away from zero and %s half even', (text, away, even) => {
    expect(formatFixed(roundDecimal(d(text), 2, 'half_away_from_zero'))).toBe(away);
    expect(formatFixed(roundDecimal(d(text), 2, 'half_even'))).toBe(even);
  });

  it.each([
    ['1', '3', 12, '0.333333333333'],
    ['2', '3', 12, '0.666666666667'],
    ['-2', '3', 0, '-1'],
    ['0.000001', '1000000', 12, '0.000000000001'],
    ['7.25', '0.5', 1, '14.5'],
  ])('%s divided by %s to %i digits is %s', (over, under, digits, result) => {
    expect(formatFixed(divide(d(over), d(under), digits, 'half_away_from_zero'))).toBe(result);
  });
});

describe('currencies', () => {
  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
  ])('%s has %i minor digits', (code, digits) => {
    expect(minorDigits(code)).toBe(digits);
  });

  it('knows no currency called EURO, usd or nothing', () => {
    for (const code of ['EURO', 'usd', '', 'XXX']) expect(isCurrency(code)).toBe(false);
  });
});
