/** Random price lists and uses, priced here and by the independent oracle, which shares no code with this. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatFraction, makeFraction, roundFraction } from '../../money/fraction.ts';
import { type BillTerms, type BillVersion, billMeter } from '../../simulator/oracle/bill.ts';
import type { Price, PriceModel, RateFields } from './price.ts';
import { makePriceOf, priceUses } from './testing/priced.ts';

const models = ['per_unit', 'graduated', 'volume', 'package', 'flat', 'percentage', 'pass_through'] as const;
const text = (thousandths: bigint) => formatFraction(makeFraction(thousandths, 1000n));
const amount = (max: number) => fc.bigInt({ min: 0n, max: BigInt(max) });

const anyTerms: fc.Arbitrary<BillTerms> = fc
  .record({
    unit: amount(3_000),
    bounds: fc.uniqueArray(fc.bigInt({ min: 1n, max: 60_000n }), { maxLength: 3 }),
    tierAmounts: fc.array(fc.tuple(amount(3_000), amount(9_000)), { minLength: 4, maxLength: 4 }),
    size: fc.bigInt({ min: 1n, max: 9_000n }),
    pack: amount(9_000),
    rate: amount(300),
    flat: amount(50_000),
    included: fc.oneof(fc.constant(0n), amount(30_000)),
    least: fc.option(amount(40_000)),
    more: fc.option(amount(60_000)),
  })
  .map(({ bounds, tierAmounts, least, more, ...terms }) => {
    const ends = [...bounds.sort((a, b) => (a < b ? -1 : 1)), null];
    const tiers = ends.map((to, index) => {
      const [unit = 0n, flat = 0n] = tierAmounts[index] ?? [];
      return { to, unit, flat };
    });
    return { ...terms, tiers, least, most: more === null ? null : more + (least ?? 0n) };
  });

const anyVersion: fc.Arbitrary<BillVersion> = fc
  .record({
    from: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 999 })),
    own: fc.boolean(),
    model: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...models) },
      { weight: 1, arbitrary: fc.constant('inherit') },
    ),
    terms: anyTerms,
    byValue: fc.option(
      fc.uniqueArray(fc.tuple(fc.constantFrom('eu', 'us', null), anyTerms), {
        minLength: 1,
        selector: ([value]) => value,
      }),
      { freq: 2 },
    ),
  })
  .map(({ byValue, ...version }) => ({
    ...version,
    own: version.own || version.model === 'inherit',
    byValue: byValue === null || version.model === 'inherit' ? null : new Map(byValue),
  }));

const anyEvent = fc.record({
  at: fc.integer({ min: 0, max: 999 }),
  quantity: fc.bigInt({ min: -4_000n, max: 30_000n }),
  money: fc.bigInt({ min: -2_000n, max: 90_000n }),
  value: fc.constantFrom('eu', 'us', 'ap', null),
});

function fieldsOf(model: string, terms: BillTerms): RateFields {
  const tiers = terms.tiers.map(({ to, unit, flat }, index) => ({
    from: text(terms.tiers[index - 1]?.to ?? 0n),
    to: to === null ? null : text(to),
    ...{ unitAmount: text(unit), flatAmount: text(flat) },
  }));
  const counts = ['per_unit', 'graduated', 'volume', 'package'].includes(model);
  return {
    ...(model === 'per_unit' && { unitAmount: text(terms.unit) }),
    ...((model === 'graduated' || model === 'volume') && { tiers }),
    ...(model === 'package' && { packageSize: text(terms.size), packageAmount: text(terms.pack) }),
    ...(model === 'percentage' && { rate: text(terms.rate) }),
    ...(model === 'flat' && { flatAmount: text(terms.flat) }),
    ...(counts && { includedQuantity: text(terms.included) }),
    ...(terms.least !== null && { minimumAmount: text(terms.least) }),
    ...(terms.most !== null && { maximumAmount: text(terms.most) }),
  };
}

function priceFrom({ from, own, model, terms, byValue }: BillVersion, index: number): Price {
  const base = {
    ...{ id: `p${index}`, sequence: index + 1, model: model as PriceModel, effectiveFromMs: from },
    customerId: own ? 'acme' : null,
  };
  if (model === 'inherit') return makePriceOf(base);
  if (byValue === null) return makePriceOf({ ...base, ...fieldsOf(model, terms) });
  const named = [...byValue].filter((entry): entry is [string, BillTerms] => entry[0] !== null);
  const other = byValue.get(null);
  return makePriceOf({
    ...{ ...base, dimension: 'properties.region' },
    rates: named.map(([value, own_]) => ({ value, ...fieldsOf(model, own_) })),
    ...(other && { fallback: fieldsOf(model, other) }),
  });
}

/** The oracle knows no included quantity, minimum or maximum where the model has none. */
function plain(version: BillVersion): BillVersion {
  const counts = ['per_unit', 'graduated', 'volume', 'package'].includes(version.model);
  const fitted = (terms: BillTerms): BillTerms => (counts ? terms : { ...terms, included: 0n });
  const byValue =
    version.byValue && new Map([...version.byValue].map(([value, terms]) => [value, fitted(terms)]));
  return { ...version, terms: fitted(version.terms), byValue };
}

it('every line agrees with the oracle, exactly and to the cent', () => {
  fc.assert(
    fc.property(
      fc.array(anyVersion, { minLength: 1, maxLength: 4 }),
      fc.array(anyEvent, { maxLength: 8 }),
      (versions, events) => {
        const { lines } = priceUses(
          versions.map(priceFrom),
          events.map(({ at, quantity, money, value }) => ({
            ...{ atMs: at, dimension: value, events: 1, eventsWithAmount: 1 },
            ...{ quantity: makeFraction(quantity, 1000n), amount: makeFraction(money, 1000n) },
          })),
        );
        const ours = lines.map(({ dimension, quantity, events: count, exactAmount }) => [
          ...[`${dimension}`, formatFraction(quantity), count, formatFraction(exactAmount)],
          roundFraction(exactAmount, 2, 'half_away_from_zero').units,
        ]);
        const theirs = billMeter(1000, versions.map(plain), events).map(
          ({ value, quantity, events: count, exact, cents }) => [
            ...[`${value}`, text(quantity), count, formatFraction(makeFraction(...exact)), cents],
          ],
        );
        const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
        expect(ours.sort(byName)).toEqual(theirs.sort(byName));
      },
    ),
    { numRuns: 1_000 },
  );
});
