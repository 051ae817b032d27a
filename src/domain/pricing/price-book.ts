/**
 * Which price version is in force for a meter, a customer and a currency at an instant (MONEY.md 5.2), and at which
 * moments that can change. A book is made from all versions and never changed. It computes no money.
 */
import type { Price } from './price.ts';

export interface PriceBook {
  /** Versions of one line (meter, currency, customer or everyone), the one that wins last. */
  readonly lines: ReadonlyMap<string, readonly Price[]>;
  /** The currencies in which a meter has any price, for telling a mismatch from a missing price. */
  readonly currencies: ReadonlyMap<string, ReadonlySet<string>>;
  readonly versions: readonly Price[];
}

export interface PriceQuestion {
  readonly meter: string;
  readonly customerId: string;
  readonly currency: string;
  readonly atMs: number;
}

export type PriceAnswer =
  | { readonly price: Price }
  | { readonly price: null; readonly reason: 'price_missing' | 'currency_mismatch' };

export function makePriceBook(versions: readonly Price[]): PriceBook {
  const lines = new Map<string, Price[]>();
  const currencies = new Map<string, Set<string>>();
  for (const price of versions) {
    const line = lineOf(price.meter, price.currency, price.customerId);
    const versionsOfLine = lines.get(line);
    if (versionsOfLine) versionsOfLine.push(price);
    else lines.set(line, [price]);
    currencies.set(price.meter, (currencies.get(price.meter) ?? new Set()).add(price.currency));
  }
  for (const line of lines.values()) line.sort(byPrecedence);
  return { lines, currencies, versions };
}

/** A customer's own version beats the general one; then the latest `effective_from`, then the latest made. */
export function priceInForce(book: PriceBook, question: PriceQuestion): PriceAnswer {
  const { meter, customerId, currency, atMs } = question;
  const price = findIn(book, meter, currency, customerId, atMs) ?? findIn(book, meter, currency, null, atMs);
  if (price) return { price };
  const elsewhere = [...(book.currencies.get(meter) ?? [])].filter((other) => other !== currency);
  const mismatch = elsewhere.some(
    (other) => findIn(book, meter, other, customerId, atMs) ?? findIn(book, meter, other, null, atMs),
  );
  return { price: null, reason: mismatch ? 'currency_mismatch' : 'price_missing' };
}

/** Whether a version without `effective_from` may still be made for this line: only as its first. */
export function isFirstOfLine(
  book: PriceBook,
  line: Pick<Price, 'meter' | 'currency' | 'customerId'>,
): boolean {
  return !book.lines.has(lineOf(line.meter, line.currency, line.customerId));
}

export interface PriceCuts {
  readonly general: readonly number[];
  readonly byCustomer: ReadonlyMap<string, readonly number[]>;
}

/** The moments inside `(fromMs, toMs)` at which a price may change, sorted, each once. */
export function priceCuts(
  book: PriceBook,
  span: { fromMs: number; toMs: number },
  narrow: { meter?: string; customerId?: string },
): PriceCuts {
  const general = new Set<number>();
  const byCustomer = new Map<string, Set<number>>();
  for (const { meter, customerId, effectiveFromMs: at } of book.versions) {
    if (at === null || at <= span.fromMs || at >= span.toMs) continue;
    if (narrow.meter !== undefined && meter !== narrow.meter) continue;
    if (customerId === null) general.add(at);
    else if (narrow.customerId === undefined || narrow.customerId === customerId) {
      byCustomer.set(customerId, (byCustomer.get(customerId) ?? new Set()).add(at));
    }
  }
  return {
    general: sorted(general),
    byCustomer: new Map([...byCustomer].map(([id, cuts]) => [id, sorted(cuts)])),
  };
}

function findIn(book: PriceBook, meter: string, currency: string, customerId: string | null, atMs: number) {
  const line = book.lines.get(lineOf(meter, currency, customerId));
  return line?.findLast((price) => price.effectiveFromMs === null || price.effectiveFromMs <= atMs);
}

function byPrecedence(a: Price, b: Price): number {
  const fromA = a.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  const fromB = b.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  return fromA === fromB ? a.sequence - b.sequence : fromA < fromB ? -1 : 1;
}

function lineOf(meter: string, currency: string, customerId: string | null): string {
  return JSON.stringify([meter, currency, customerId]);
}

function sorted(moments: ReadonlySet<number>): number[] {
  return [...moments].sort((a, b) => a - b);
}
