import { describe, expect, it } from 'vitest';
import { formatDecimal, parseDecimal } from '../../money/decimal.ts';
import { parseFraction } from '../../money/fraction.ts';
import { defaultBounds, usageCategory, usageFactor } from './usage-factor.ts';

const d = parseDecimal;

describe('usage factor', () => {
  it.each([
    // quantity, cost, events, factor, category
    ['0', '0', 0, '0', 'no'],
    ['0', '0', 3, '0', 'low'],
    ['10', '4.9', 1, '49', 'low'],
    ['10', '4.9999999999999', 1, '49.999999999999', 'low'],
    ['10', '5', 1, '50', 'medium'],
    ['10', '20', 1, '200', 'high'],
    ['1', '1', 3, '0.333333333333', 'low'],
    ['2', '1', 3, '0.666666666667', 'low'],
    ['-10', '20', 1, '-200', 'low'],
    ['99999999999999999999999999', '0.01', 1, '999999999999999999999999.99', 'high'],
  ])('%s used for %s in %i events gives %s: %s', (quantity, cost, events, factor, category) => {
    const result = usageFactor(parseFraction(quantity), parseFraction(cost), events);
    expect(formatDecimal(result)).toBe(factor);
    expect(usageCategory(result, events, defaultBounds)).toBe(category);
  });

  it('the bounds can be moved', () => {
    const bounds = { lowBelow: d('0.1'), mediumBelow: d('0.2') };
    expect(usageCategory(d('0.15'), 1, bounds)).toBe('medium');
  });
});
