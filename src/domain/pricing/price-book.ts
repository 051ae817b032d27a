/**
 * All price versions of a view, found by meter, currency and customer. A book is made from all versions and never
 * changed. Which version acts when is `price-timeline.ts`; it computes no money.
 */
import type { Price } from './price.ts';
import { type CompiledPrice, compilePrice } from './price-terms.ts';

/** What the versions of one line of prices have in common; `customerId` null: for everyone. */
export type PriceLine = Pick<Price, 'meter' | 'currency' | 'customerId'>;

export interface PriceBook {
  /** In the order in which they were made. */
  versionsOf(line: PriceLine): readonly Price[];
  /** The currencies in which a meter has any price, for telling a mismatch from a missing price. */
  currenciesOf(meter: string): ReadonlySet<string>;
  /** The price ready to compute with; read once a book. */
  compiled(price: Price): CompiledPrice;
  readonly versions: readonly Price[];
}

const none: readonly Price[] = [];
const noCurrencies: ReadonlySet<string> = new Set();

export function makePriceBook(versions: readonly Price[]): PriceBook {
  const lines = new Map<string, Price[]>();
  const currencies = new Map<string, Set<string>>();
  const compiled = new Map<Price, CompiledPrice>();
  for (const price of versions) {
    const key = keyOf(price);
    const line = lines.get(key);
    if (line) line.push(price);
    else lines.set(key, [price]);
    currencies.set(price.meter, (currencies.get(price.meter) ?? new Set()).add(price.currency));
  }
  for (const line of lines.values()) line.sort((a, b) => a.sequence - b.sequence);
  return {
    versions,
    versionsOf: (line) => lines.get(keyOf(line)) ?? none,
    currenciesOf: (meter) => currencies.get(meter) ?? noCurrencies,
    compiled(price) {
      const known = compiled.get(price) ?? compilePrice(price);
      compiled.set(price, known);
      return known;
    },
  };
}

/** Whether a version without `effective_from` may still be made for this line: only as its first. */
export function isFirstOfLine(book: PriceBook, line: PriceLine): boolean {
  return book.versionsOf(line).length === 0;
}

/** Tab separates: no id holds a control character. */
function keyOf({ meter, currency, customerId }: PriceLine): string {
  return customerId === null ? `${meter}\t${currency}` : `${meter}\t${currency}\t${customerId}`;
}
