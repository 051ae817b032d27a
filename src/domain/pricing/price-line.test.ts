/** One line a dimension value, own counters, order, and what has no price (MONEY.md 5.2, 5.3). */
import { describe, expect, it } from 'vitest';
import { formatFraction } from '../../money/fraction.ts';
import { costsBetween } from './cost-windows.ts';
import { makePriceOf, type PriceParts, period, priceUses, timelineOf, useOf } from './testing/priced.ts';

const versions = (prices: readonly PriceParts[]) =>
  prices.map((parts, index) => makePriceOf({ sequence: index + 1, id: `p${index + 1}`, ...parts }));

const byRegion: PriceParts = {
  model: 'per_unit',
  dimension: 'properties.region',
  rates: [
    { value: 'eu', unitAmount: '2', includedQuantity: '1' },
    { value: 'us', unitAmount: '3' },
    { value: 1, unitAmount: '5' },
  ],
  includedQuantity: '2',
};

type Use = Parameters<typeof useOf>[0];

function shown(prices: readonly PriceParts[], uses: readonly Use[]) {
  const { lines, unpriced } = priceUses(versions(prices), uses.map(useOf));
  return {
    lines: lines.map(
      ({ dimension, quantity, exactAmount }) =>
        `${JSON.stringify(dimension) ?? 'all'} ${formatFraction(quantity)} ${formatFraction(exactAmount)}`,
    ),
    unpriced: unpriced.map(
      ({ dimension, quantity }) => `${JSON.stringify(dimension)} ${formatFraction(quantity)}`,
    ),
  };
}

const use = (dimension: Use['dimension'], quantity: string, atMs = 0): Use => ({
  ...{ quantity, atMs },
  dimension: dimension ?? null,
});

describe('dimensions', () => {
  it('each value is a line with its own counters; what is included holds for each', () => {
    expect(shown([byRegion], [use('us', '5'), use('eu', '5'), use('eu', '1')])).toEqual({
      lines: ['"eu" 6 10', '"us" 5 9'],
      unpriced: [],
    });
  });

  it('a value without a rate, of another type, or a missing property is unpriced', () => {
    expect(shown([byRegion], [use('ap', '1'), use('1', '2'), use(null, '3'), use(1, '4')])).toEqual({
      lines: ['1 4 10'],
      unpriced: ['null 3', '"1" 2', '"ap" 1'],
    });
  });

  it('with a fallback each of them is a line of its own', () => {
    const price = { ...byRegion, fallback: { unitAmount: '7' } };
    expect(shown([price], [use('ap', '3'), use(null, '4'), use('xx', '5')])).toEqual({
      lines: ['null 4 14', '"ap" 3 7', '"xx" 5 21'],
      unpriced: [],
    });
  });

  it("a customer's own flat amount stands for each value that it names, used or not", () => {
    const price: PriceParts = {
      ...{ model: 'flat', customerId: 'acme', dimension: 'properties.region' },
      rates: [
        { value: 'eu', flatAmount: '10' },
        { value: 'us', flatAmount: '20' },
      ],
      fallback: { flatAmount: '1' },
    };
    expect(shown([price], [use('eu', '1')]).lines).toEqual(['"eu" 1 10', '"us" 0 20']);
  });

  it('a change from one price for all to one by region makes lines of both kinds', () => {
    const prices: PriceParts[] = [
      { unitAmount: '1', includedQuantity: '5' },
      { ...byRegion, effectiveFromMs: 500 },
    ];
    expect(shown(prices, [use('eu', '10', 0), use('eu', '4', 600), use('us', '3', 600)]).lines).toEqual([
      'all 10 5',
      '"eu" 4 6',
      '"us" 3 3',
    ]);
  });
});

describe('slices', () => {
  it('count on through a stretch without a price', () => {
    const prices: PriceParts[] = [
      { model: 'per_unit', unitAmount: '1', includedQuantity: '10', effectiveFromMs: 500 },
    ];
    const uses = [use(null, '8', 0), use(null, '5', 600)];
    expect(shown(prices, uses).lines).toEqual(['all 5 3']);
  });

  it('tile what has a price, and their parts make their amount', () => {
    const prices: PriceParts[] = [
      { model: 'graduated', tiers: [{ from: '0', to: null, unitAmount: '2', flatAmount: '9' }] },
      { model: 'flat', flatAmount: '100', effectiveFromMs: 250 },
    ];
    const { lines } = priceUses(versions(prices), [use(null, '4', 0), use(null, '6', 999)].map(useOf));
    expect(
      lines[0]?.slices.map(({ priceId, fromMs, toMs, before, quantity, share, parts, exactAmount }) => ({
        slice: [priceId, fromMs, toMs, ...[before, quantity, share, exactAmount].map(formatFraction)].join(
          ' ',
        ),
        parts: parts.map(({ kind, tier, quantity: units, rate, amount }) =>
          [kind, tier ?? '', ...[units, rate, amount].map(formatFraction)].join(' '),
        ),
      })),
    ).toEqual([
      { slice: 'p1 0 250 0 4 0.25 17', parts: ['tier_units 1 4 2 8', 'tier_flat 1 1 9 9'] },
      { slice: 'p2 250 1000 4 6 0.75 75', parts: ['flat  0.75 100 75'] },
    ]);
  });

  it('a carried level makes a line without events', () => {
    const { lines } = priceUses(versions([{ unitAmount: '2' }]), [useOf({ quantity: '1/3', events: 0 })]);
    expect(lines.map(({ events, exactAmount }) => [events, formatFraction(exactAmount)])).toEqual([
      [0, '2/3'],
    ]);
  });

  it('a use of a service without any price makes no line', () => {
    expect(shown([], [use(null, '1')])).toEqual({ lines: [], unpriced: [] });
  });
});

describe('the cost until the middle of the period', () => {
  const soFar = (prices: readonly PriceParts[], uses: readonly Use[]) =>
    costsBetween(timelineOf(versions(prices)), period, uses.map(timed), [0, 500]).map(({ windows }) =>
      windows.map(({ cost }) => formatFraction(cost)).join(' '),
    );
  const timed = (use: Use) => ({ ...useOf(use), untilMs: 500 });

  it('leaves out what falls at the end of the period', () => {
    expect(soFar([{ unitAmount: '1', minimumAmount: '10' }], [use(null, '3')])).toEqual(['3']);
    expect(soFar([{ unitAmount: '1', maximumAmount: '2' }], [use(null, '3')])).toEqual(['3']);
    expect(soFar([{ model: 'flat', flatAmount: '10' }], [use(null, '3')])).toEqual(['0']);
  });

  it('before the first edge is what the windows start from, and no window', () => {
    const timeline = timelineOf(versions([{ unitAmount: '1', includedQuantity: '5' }]));
    const uses = [
      { ...useOf({ quantity: '4', atMs: 100 }), untilMs: 101 },
      { ...useOf({ quantity: '4', atMs: 600 }), untilMs: 601 },
      { ...useOf({ quantity: '4', atMs: 900 }), untilMs: 901 },
    ];
    const [line] = costsBetween(timeline, period, uses, [500, 800]);
    expect(line?.windows.map(({ window, cost, events }) => [window, formatFraction(cost), events])).toEqual([
      [0, '3', 1],
    ]);
  });

  it("picks volume's tier by what was used so far", () => {
    const tiers = [
      { from: '0', to: '10', unitAmount: '1', flatAmount: '7' },
      { from: '10', to: null, unitAmount: '0.1', flatAmount: '7' },
    ];
    expect(soFar([{ model: 'volume', tiers }], [use(null, '9')])).toEqual(['9']);
    expect(soFar([{ model: 'volume', tiers }], [use(null, '9'), use(null, '2', 1)])).toEqual(['1.1']);
  });
});
