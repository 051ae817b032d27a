/**
 * From a meter's measured numbers and its timeline to exact lines: one line a dimension value however often the price
 * changed, a slice for each stretch, minimum and maximum on their sum (MONEY.md 5.3). Nothing is rounded here:
 * `exactAmount` is what a statement rounds, once.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import {
  addFractions,
  type Fraction,
  makeFraction,
  maxFraction,
  minFraction,
  multiplyFractions,
  oneFraction,
  sumFractions,
  zeroFraction,
} from '../../money/fraction.ts';
import {
  counterFor,
  countUses,
  type LineCounter,
  type MeasuredUse,
  noUse,
  orderKey,
  type UseSum,
  wholeOf,
} from './line-counter.ts';
import { costModels } from './models/cost-models.ts';
import type { CostPart } from './models/cost-part.ts';
import type { Price } from './price.ts';
import type { DimensionValue, PriceTerms } from './price-terms.ts';
import type { MeterTimeline, PricedStretch, Stretch } from './price-timeline.ts';

export interface PricedSlice extends Stretch, UseSum {
  readonly priceId: string;
  /** What the line had counted in the period before this slice. */
  readonly before: Fraction;
  /** The version's part of the period. */
  readonly share: Fraction;
  /** Whether what a period costs as such is charged: the line has an event, or the price is the customer's own. */
  readonly periodCharged: boolean;
  readonly terms: PriceTerms;
  /** They add up to `exactAmount`. */
  readonly parts: readonly CostPart[];
  readonly exactAmount: Fraction;
}

export interface PricedLine {
  readonly meter: string;
  /** undefined: the price has no dimension; null: the property is missing. */
  readonly dimension: DimensionValue;
  readonly quantity: Fraction;
  readonly events: number;
  /** One for each stretch that has a price for this line. */
  readonly slices: readonly PricedSlice[];
  /** The sum of the slices, before minimum and maximum. */
  readonly sliceTotal: Fraction;
  /** What the line costs at least; null where no version says. */
  readonly minimum: Fraction | null;
  /** What the line costs at most; null where no version says. */
  readonly maximum: Fraction | null;
  /** After minimum and maximum. Unrounded. */
  readonly exactAmount: Fraction;
}

/** Use whose dimension value the price says nothing of. */
export interface DimensionUnpriced extends Stretch {
  readonly dimension: PropertyValue | null;
  readonly quantity: Fraction;
  readonly events: number;
}

export interface PricedMeter {
  /** Ordered by dimension: none, missing, then values by type and text. */
  readonly lines: readonly PricedLine[];
  readonly unpriced: readonly DimensionUnpriced[];
}

/** Prices what was measured of one customer's meter in one period. The order of the uses never matters. */
export function priceMeter(
  timeline: MeterTimeline,
  period: Stretch,
  uses: readonly MeasuredUse[],
): PricedMeter {
  const counters = countUses(timeline, uses);
  const unpriced = dimensionUnpriced(timeline, counters.values());
  return { lines: priceCounters(counters, timeline, period), unpriced };
}

/** The uses that no rate of the price in force is for. */
export function unpricedUses(timeline: MeterTimeline, uses: readonly MeasuredUse[]): DimensionUnpriced[] {
  return dimensionUnpriced(timeline, countUses(timeline, uses).values());
}

/** The lines of what was counted, in their order; with those that stand without use. */
export function priceCounters(
  counters: Map<string, LineCounter>,
  timeline: MeterTimeline,
  period: Stretch,
): PricedLine[] {
  const charged = chargedWithoutUse(timeline);
  for (const dimension of charged) counterFor(counters, dimension, timeline);
  return [...counters.values()]
    .map((counter) => priceLine(counter, timeline, period, charged))
    .filter((line) => line !== null)
    .sort((a, b) => (orderKey(a.dimension) < orderKey(b.dimension) ? -1 : 1));
}

/** What a line costs at an instant inside the period, and how many of its events have a price by then. */
export interface LineSoFar {
  readonly cost: Fraction;
  readonly events: number;
}

/**
 * The cumulative cost at an instant before the period's end, given what was counted up to it: no flat amount of the
 * period, no minimum and no maximum, which fall in the period's last window (MONEY.md 5.8).
 */
export function lineSoFar(counter: LineCounter, timeline: MeterTimeline, period: Stretch): LineSoFar {
  const slices = pricedSlices(counter, timeline, period, () => false);
  return {
    cost: sumFractions(slices.map(({ exactAmount }) => exactAmount)),
    events: slices.reduce((sum, { events }) => sum + events, 0),
  };
}

/** A customer's own flat amount or minimum is charged whether or not there is use: the lines that stand for it. */
function chargedWithoutUse(timeline: MeterTimeline): DimensionValue[] {
  const own = timeline.stretches.filter(({ price }) => price !== null && price.price.customerId !== null);
  return own.flatMap(({ price }) => {
    if (price === null) return [];
    const values: readonly DimensionValue[] = price.dimension === null ? [undefined] : price.values;
    return values.filter((value) => {
      const terms = price.termsFor(value);
      return terms !== null && (terms.model === 'flat' || terms.minimum !== null);
    });
  });
}

function priceLine(
  counter: LineCounter,
  timeline: MeterTimeline,
  period: Stretch,
  withoutUse: readonly DimensionValue[],
): PricedLine | null {
  const used = counter.sums.some(({ events }) => events > 0);
  const charged = (price: Price) => used || price.customerId !== null;
  const slices = pricedSlices(counter, timeline, period, charged);
  const sliceTotal = sumFractions(slices.map(({ exactAmount }) => exactAmount));
  const negative = wholeOf(counter).numerator < 0n;
  const minimum = negative ? null : minimumOf(slices);
  const maximum = negative ? null : maximumOf(slices);
  const atLeast = minimum === null ? sliceTotal : maxFraction(sliceTotal, minimum);
  const line = {
    meter: timeline.meter,
    dimension: counter.dimension,
    quantity: sumFractions(slices.map(({ quantity }) => quantity)),
    events: slices.reduce((sum, { events }) => sum + events, 0),
    slices,
    sliceTotal,
    minimum,
    maximum,
    exactAmount: maximum === null ? atLeast : minFraction(atLeast, maximum),
  };
  return stands(line, withoutUse) ? line : null;
}

/** A line stands on use in its slices (carried levels included), on money, or on what is charged without any use. */
function stands(
  { dimension, slices, exactAmount }: PricedLine,
  withoutUse: readonly DimensionValue[],
): boolean {
  const used = slices.some(({ events, quantity }) => events > 0 || quantity.numerator !== 0n);
  return used || exactAmount.numerator !== 0n || withoutUse.includes(dimension);
}

function pricedSlices(
  counter: LineCounter,
  timeline: MeterTimeline,
  period: Stretch,
  charged: (price: Price) => boolean,
): PricedSlice[] {
  const whole = wholeOf(counter);
  const slices: PricedSlice[] = [];
  let before = zeroFraction;
  for (const [index, stretch] of timeline.stretches.entries()) {
    const sum = counter.sums[index] ?? noUse;
    const after = addFractions(before, sum.quantity);
    const terms = termsIn(stretch, counter.dimension);
    if (stretch.price !== null && terms !== null) {
      const share = shareOf(stretch, period);
      const periodCharged = charged(stretch.price.price);
      const usage = { before, after, whole, amount: sum.amount, share, flatCharged: periodCharged };
      const parts = terms.model === 'inherit' ? [] : costModels[terms.model](terms, usage);
      const exactAmount = sumFractions(parts.map(({ amount }) => amount));
      const { fromMs, toMs } = stretch;
      const priceId = stretch.price.price.id;
      slices.push({ priceId, fromMs, toMs, ...sum, before, share, periodCharged, terms, parts, exactAmount });
    }
    before = after;
  }
  return slices;
}

/** The terms that a stretch's price has for a line; null where the line has no slice in it. */
function termsIn({ price }: PricedStretch, dimension: DimensionValue): PriceTerms | null {
  if (price === null || (price.dimension === null) !== (dimension === undefined)) return null;
  return price.termsFor(dimension);
}

/** 1 for a number that is never cut: its one stretch is the period. */
function shareOf(stretch: Stretch, period: Stretch): Fraction {
  if (stretch.fromMs === period.fromMs && stretch.toMs === period.toMs) return oneFraction;
  return makeFraction(BigInt(stretch.toMs - stretch.fromMs), BigInt(period.toMs - period.fromMs));
}

function minimumOf(slices: readonly PricedSlice[]): Fraction | null {
  if (slices.every(({ terms }) => terms.minimum === null)) return null;
  return sumFractions(
    slices.map(({ terms, share, periodCharged }) =>
      terms.minimum !== null && periodCharged ? multiplyFractions(terms.minimum, share) : zeroFraction,
    ),
  );
}

function maximumOf(slices: readonly PricedSlice[]): Fraction | null {
  if (slices.every(({ terms }) => terms.maximum === null)) return null;
  return sumFractions(
    slices.map(({ terms, share, exactAmount }) =>
      terms.maximum === null ? exactAmount : multiplyFractions(terms.maximum, share),
    ),
  );
}

function dimensionUnpriced(timeline: MeterTimeline, counters: Iterable<LineCounter>): DimensionUnpriced[] {
  return [...counters]
    .flatMap(({ dimension, sums }) =>
      timeline.stretches.flatMap(({ fromMs, toMs, price }, index) => {
        const { quantity, events } = sums[index] ?? noUse;
        const unused = events === 0 && quantity.numerator === 0n;
        if (dimension === undefined || unused || price === null || price.dimension === null) return [];
        return price.termsFor(dimension) === null ? [{ dimension, fromMs, toMs, quantity, events }] : [];
      }),
    )
    .sort((a, b) => (orderKey(a.dimension) < orderKey(b.dimension) ? -1 : 1) || a.fromMs - b.fromMs);
}
