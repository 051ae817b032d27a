/** Builders for tests of pricing: a price version, a use, and what a month of use costs. */
import { formatFraction, parseFraction } from '../../../money/fraction.ts';
import type { MeasuredUse } from '../line-counter.ts';
import type { Price, PriceDefinition, PriceModel } from '../price.ts';
import { makePriceBook } from '../price-book.ts';
import { type PricedMeter, priceMeter } from '../price-line.ts';
import { priceTimeline, type Stretch } from '../price-timeline.ts';

/** Ten days of a hundred milliseconds: shares are easy to read. */
export const period: Stretch = { fromMs: 0, toMs: 1000 };

export interface PriceParts extends Partial<Omit<Price, 'definition' | 'model'>>, PriceDefinition {
  readonly model?: PriceModel;
}

export function makePriceOf(parts: PriceParts): Price {
  const { model = 'per_unit', id = 'p1', meter = 'api', service = 'api', currency = 'USD', ...rest } = parts;
  const { customerId = null, effectiveFromMs = null, appliesToClosed = false, ...more } = rest;
  const { sequence = 1, createdAtMs = 0, ...definition } = more;
  const known = { id, meter, service, currency, model, customerId, effectiveFromMs, appliesToClosed };
  return { ...known, definition, sequence, createdAtMs };
}

export interface UseParts {
  readonly atMs?: number;
  readonly dimension?: MeasuredUse['dimension'];
  readonly quantity: string;
  readonly events?: number;
  readonly amount?: string;
}

export function useOf({ atMs = 0, dimension = null, quantity, events = 1, amount }: UseParts): MeasuredUse {
  return {
    ...{ atMs, dimension, quantity: parseFraction(quantity), events },
    ...{ amount: parseFraction(amount ?? '0'), eventsWithAmount: amount === undefined ? 0 : 1 },
  };
}

export function timelineOf(prices: readonly Price[], additive = true) {
  const { meters } = priceTimeline({
    book: makePriceBook(prices),
    meters: [{ id: 'api', additive }],
    customerId: 'acme',
    currency: 'USD',
    ...{ period, close: null, closes: [] },
  });
  const [timeline] = meters;
  if (timeline === undefined) throw new Error('no meter');
  return timeline;
}

export function priceUses(
  prices: readonly Price[],
  uses: readonly MeasuredUse[],
  additive = true,
): PricedMeter {
  return priceMeter(timelineOf(prices, additive), period, uses);
}

/** What one line of use costs: the exact amount as text, or `no line`. */
export function costOf(prices: readonly PriceParts[], uses: readonly UseParts[], additive = true): string {
  const versions = prices.map((parts, index) =>
    makePriceOf({ sequence: index + 1, id: `p${index + 1}`, ...parts }),
  );
  const { lines } = priceUses(versions, uses.map(useOf), additive);
  if (lines.length > 1) throw new Error('more than one line');
  return lines[0] ? formatFraction(lines[0].exactAmount) : 'no line';
}
