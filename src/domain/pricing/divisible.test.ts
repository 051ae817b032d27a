import { describe, expect, it } from 'vitest';
import { isDivisible } from './divisible.ts';
import { makePriceOf, type PriceParts, timelineOf } from './testing/priced.ts';

const region = 'properties.region';
const tiers = [{ from: '0', to: null, unitAmount: '1', flatAmount: '0' }];
const byRegion: PriceParts = { model: 'graduated', dimension: region, rates: [{ value: 'eu', tiers }] };
const bySource = { keys: ['source'], isNarrowed: false, addsEvents: true };

const can = (price: PriceParts, division: Partial<typeof bySource>, additive = true) =>
  isDivisible(timelineOf([makePriceOf(price)], additive), { ...bySource, ...division });

describe('a cost can be divided by a key of its events', () => {
  it.each<[why: string, price: PriceParts, divisible: boolean]>([
    ['of so much a unit', { unitAmount: '1' }, true],
    ['of a percentage', { model: 'percentage', rate: '0.1' }, true],
    ['of money passed through', { model: 'pass_through' }, true],
    ['not with units included', { unitAmount: '1', includedQuantity: '1' }, false],
    ['not with a minimum', { unitAmount: '1', minimumAmount: '1' }, false],
    ['not with a maximum', { model: 'percentage', rate: '0.1', maximumAmount: '1' }, false],
    ['not with tiers', { model: 'graduated', tiers }, false],
    ['not by whole quantities', { model: 'volume', tiers }, false],
    ['not by packages', { model: 'package', packageSize: '1', packageAmount: '1' }, false],
    ['not flat', { model: 'flat', flatAmount: '1' }, false],
    ['not by another key than its dimension', byRegion, false],
    [
      'not where one value has a minimum',
      {
        dimension: region,
        rates: [{ value: 'eu', unitAmount: '1' }],
        fallback: { unitAmount: '1', minimumAmount: '2' },
      },
      false,
    ],
  ])('%s', (_why, price, divisible) => {
    expect(can(price, {})).toBe(divisible);
  });

  it('by its own dimension whatever the model, but not with a second key or only some of its events', () => {
    expect(can(byRegion, { keys: [region] })).toBe(true);
    expect(can(byRegion, { keys: [region, 'source'] })).toBe(false);
    expect(can(byRegion, { keys: [region], isNarrowed: true })).toBe(false);
  });

  it('not of a meter that does more than add its events up', () => {
    expect(can({ unitAmount: '1' }, { addsEvents: false }, false)).toBe(false);
    expect(can({ unitAmount: '1' }, { keys: [], isNarrowed: true, addsEvents: false }, false)).toBe(false);
    expect(can({ model: 'flat', flatAmount: '1' }, { keys: [], addsEvents: false }, false)).toBe(true);
  });
});
