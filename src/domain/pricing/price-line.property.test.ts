/** What never matters, for every model: order, splitting of use, a version equal to the one before it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareFractions,
  type Fraction,
  formatFraction,
  makeFraction,
  multiplyFractions,
  parseFraction,
  sumFractions,
} from '../../money/fraction.ts';
import { costsBetween } from './cost-windows.ts';
import type { MeasuredUse } from './line-counter.ts';
import type { Price, PriceModel, RateFields } from './price.ts';
import { makePriceBook } from './price-book.ts';
import { priceMeter } from './price-line.ts';
import { priceTimeline, type Stretch } from './price-timeline.ts';
import { makePriceOf, period, priceUses, timelineOf } from './testing/priced.ts';

const decimal = (max: number) =>
  fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 999 })).map(([whole, part]) => {
    const digits = part.toString().padStart(3, '0').replace(/0+$/, '');
    return digits === '' ? `${whole}` : `${whole}.${digits}`;
  });

const tiersOf = (flat: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
      fc.array(fc.tuple(decimal(5), flat), { minLength: 4, maxLength: 4 }),
    )
    .map(([bounds, amounts]) => {
      const ends = [...bounds].sort((a, b) => a - b).map((bound) => `${bound}.5`);
      return [...ends, null].map((to, index) => {
        const [unitAmount, flatAmount] = amounts[index] ?? ['0', '0'];
        return { from: ends[index - 1] ?? '0', to, unitAmount, flatAmount };
      });
    });

const fieldsOf: Record<Exclude<PriceModel, 'inherit'>, fc.Arbitrary<RateFields>> = {
  per_unit: fc.record({ unitAmount: decimal(5), includedQuantity: decimal(30) }),
  graduated: fc.record({ tiers: tiersOf(decimal(9)), includedQuantity: decimal(30) }),
  volume: fc.record({ tiers: tiersOf(decimal(9)), includedQuantity: decimal(30) }),
  package: fc.record({
    packageSize: decimal(9).map((size) => (size === '0' ? '1' : size)),
    packageAmount: decimal(9),
    includedQuantity: decimal(30),
  }),
  flat: fc.record({ flatAmount: decimal(99) }),
  percentage: fc.record({ rate: decimal(1) }),
  pass_through: fc.constant({}),
};

const bounded = (model: keyof typeof fieldsOf) =>
  fc
    .tuple(
      fieldsOf[model],
      fc.option(decimal(40), { nil: undefined }),
      fc.option(decimal(60), { nil: undefined }),
    )
    .map(([fields, least, more]) => ({
      ...fields,
      ...(least !== undefined && { minimumAmount: least }),
      ...(more !== undefined && least === undefined && { maximumAmount: more }),
    }));

const anyPrice = fc
  .constantFrom(...(Object.keys(fieldsOf) as (keyof typeof fieldsOf)[]))
  .chain((model) => fc.tuple(fc.constant(model), bounded(model), fc.boolean()))
  .map(([model, fields, own]) => makePriceOf({ model, ...fields, customerId: own ? 'acme' : null }));

const anyUse = (min: number): fc.Arbitrary<MeasuredUse> =>
  fc
    .record({
      atMs: fc.integer({ min: 0, max: 999 }),
      units: fc.bigInt({ min: BigInt(min), max: 40_000n }),
      money: fc.bigInt({ min: -5_000n, max: 50_000n }),
    })
    .map(({ atMs, units, money }) => ({
      ...{ atMs, dimension: null, events: 1, eventsWithAmount: 1 },
      quantity: makeFraction(units, 1000n),
      amount: makeFraction(money, 100n),
    }));

const uses = fc.array(anyUse(-20_000), { maxLength: 8 });

/** Versions of one model each, from the period's start on and from some moments inside. */
const anyPrices = fc
  .tuple(anyPrice, fc.array(fc.tuple(anyPrice, fc.integer({ min: 1, max: 999 })), { maxLength: 3 }))
  .map(([first, more]): Price[] => [
    first,
    ...more.map(([price, effectiveFromMs], index) => ({
      ...price,
      ...{ customerId: first.customerId, effectiveFromMs, sequence: index + 2, id: `p${index + 2}` },
    })),
  ]);

const total = (prices: readonly Price[], used: readonly MeasuredUse[]) =>
  priceUses(prices, used).lines.map(({ exactAmount, quantity, events }) =>
    [exactAmount, quantity].map(formatFraction).concat(`${events}`),
  );

describe('never matters', () => {
  it('the order of the uses', () => {
    fc.assert(
      fc.property(anyPrices, uses, fc.infiniteStream(fc.nat()), (prices, used, random) => {
        const shuffled = [...used].sort(() => ((random.next().value as number) % 2 === 0 ? 1 : -1));
        expect(total(prices, shuffled)).toEqual(total(prices, used));
      }),
    );
  });

  it('an inserted version equal to the one before it', () => {
    fc.assert(
      fc.property(anyPrices, uses, fc.integer({ min: 1, max: 999 }), (prices, used, atMs) => {
        const { stretches } = timelineOf(prices);
        const inForce = stretches.findLast(({ fromMs }) => fromMs <= atMs)?.price?.price as Price;
        const again = { ...inForce, id: 'again', effectiveFromMs: atMs, sequence: 99 };
        // A version that begins at the same moment would be superseded: then nothing would be inserted before it.
        fc.pre(prices.every(({ effectiveFromMs }) => effectiveFromMs !== atMs));
        expect(total([...prices, again], used)).toEqual(total(prices, used));
      }),
      { numRuns: 500 },
    );
  });

  it('a split of the period, for per_unit without included, percentage and pass_through', () => {
    const linear = fc.oneof(
      decimal(5).map((unitAmount) => makePriceOf({ unitAmount })),
      decimal(1).map((rate) => makePriceOf({ model: 'percentage', rate })),
      fc.constant(makePriceOf({ model: 'pass_through' })),
    );
    fc.assert(
      fc.property(linear, uses, fc.integer({ min: 1, max: 999 }), (price, used, atMs) => {
        const whole = costIn(period, price, used);
        const parts = [
          { fromMs: 0, toMs: atMs },
          { fromMs: atMs, toMs: 1000 },
        ].map((part) => costIn(part, price, used));
        expect(formatFraction(sumFractions(parts))).toBe(formatFraction(whole));
      }),
    );
  });
});

function costIn(span: Stretch, price: Price, used: readonly MeasuredUse[]): Fraction {
  const { meters } = priceTimeline({
    ...{ book: makePriceBook([price]), meters: [{ id: 'api', additive: true }], customerId: 'acme' },
    ...{ currency: 'USD', period: span, close: null, closes: [] },
  });
  const inside = used.filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs);
  const { lines } = priceMeter(meters[0] as (typeof meters)[number], span, inside);
  return sumFractions(lines.map(({ exactAmount }) => exactAmount));
}

describe('always holds', () => {
  it('a slice is the sum of its parts, a line that of its slices within minimum and maximum', () => {
    fc.assert(
      fc.property(anyPrices, uses, (prices, used) => {
        for (const line of priceUses(prices, used).lines) {
          for (const { parts, exactAmount } of line.slices) {
            const products = parts.map(({ quantity, rate }) => multiplyFractions(quantity, rate));
            expect(formatFraction(sumFractions(products))).toBe(formatFraction(exactAmount));
          }
          const slices = sumFractions(line.slices.map(({ exactAmount }) => exactAmount));
          if (line.minimum === null && line.maximum === null) {
            expect(formatFraction(line.exactAmount)).toBe(formatFraction(slices));
          }
          const { minimum, maximum, exactAmount } = line;
          if (maximum !== null) expect(compareFractions(exactAmount, maximum)).toBeLessThanOrEqual(0);
          else if (minimum !== null) expect(compareFractions(exactAmount, minimum)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('graduated without flat amounts is continuous and monotonic', () => {
    const quantity = fc.bigInt({ min: 0n, max: 80_000n });
    fc.assert(
      fc.property(tiersOf(fc.constant('0')), quantity, (tiers, units) => {
        const price = makePriceOf({ model: 'graduated', tiers });
        const cost = (thousandths: bigint) => costIn(period, price, [useOfUnits(thousandths)]);
        const step = multiplyFractions(makeFraction(1n, 1000n), highestRate(tiers));
        const [here, next] = [cost(units), cost(units + 1n)];
        expect(compareFractions(here, next)).toBeLessThanOrEqual(0);
        const difference = sumFractions([next, multiplyFractions(here, makeFraction(-1n, 1n))]);
        expect(compareFractions(difference, step)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('volume without flat amounts is the quantity times the rate of the one tier that holds it', () => {
    fc.assert(
      fc.property(tiersOf(fc.constant('0')), fc.bigInt({ min: 1n, max: 80_000n }), (tiers, units) => {
        const price = makePriceOf({ model: 'volume', tiers });
        const quantity = makeFraction(units, 1000n);
        const holding = tiers.filter(
          ({ from, to }) =>
            compareFractions(quantity, parseFraction(from)) > 0 &&
            (to === null || compareFractions(quantity, parseFraction(to)) <= 0),
        );
        expect(holding).toHaveLength(1);
        const rate = parseFraction(holding[0]?.unitAmount ?? '0');
        expect(formatFraction(costIn(period, price, [useOfUnits(units)]))).toBe(
          formatFraction(multiplyFractions(quantity, rate)),
        );
      }),
    );
  });

  it("a line's windows add up to its exact amount, whatever the model and wherever they are cut", () => {
    const edges = fc
      .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 6 })
      .map((inner) => [0, ...inner.sort((a, b) => a - b), 1000]);
    fc.assert(
      fc.property(anyPrices, uses, edges, (prices, used, at) => {
        const timed = used.map((use) => ({ ...use, untilMs: use.atMs + 1 }));
        const windows = costsBetween(timelineOf(prices), period, timed, at).flatMap((line) => line.windows);
        const { lines } = priceUses(prices, used);
        expect(formatFraction(sumFractions(windows.map(({ cost }) => cost)))).toBe(
          formatFraction(sumFractions(lines.map(({ exactAmount }) => exactAmount))),
        );
        expect(windows.reduce((sum, { events }) => sum + events, 0)).toBe(
          lines.reduce((sum, { events }) => sum + events, 0),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('numbers that do not add up are priced as they stood at each edge', () => {
    const price = makePriceOf({ unitAmount: '2', minimumAmount: '30' });
    const stood = [
      { untilMs: 300, quantity: 4n },
      { untilMs: 700, quantity: 9n },
      { untilMs: 1000, quantity: 9n },
    ].map(({ untilMs, quantity }) => ({ ...useOfUnits(quantity * 1000n), untilMs }));
    const [line] = costsBetween(timelineOf([price], false), period, stood, [0, 300, 500, 700, 1000]);
    expect(line?.windows.map(({ window, cost }) => [window, formatFraction(cost)])).toEqual([
      [0, '8'],
      [2, '10'],
      [3, '12'],
    ]);
  });
});

function useOfUnits(thousandths: bigint): MeasuredUse {
  const none = makeFraction(0n, 1n);
  return {
    ...{ atMs: 0, dimension: null, events: 1, eventsWithAmount: 0, amount: none },
    quantity: makeFraction(thousandths, 1000n),
  };
}

function highestRate(tiers: readonly { unitAmount: string }[]): Fraction {
  const rates = tiers.map(({ unitAmount }) => parseFraction(unitAmount));
  return rates.reduce((high, rate) => (compareFractions(rate, high) > 0 ? rate : high));
}
