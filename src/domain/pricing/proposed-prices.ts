/**
 * Prices as they would be: proposed versions among those there are. A proposed version acts from its moment on in place of
 * every version of its line (meter, currency, customer or everyone) that begins to act there or later, in closed periods
 * too; where a version begins to act depends on a customer's closes, so the timeline leaves it out (price-timeline.ts).
 * It only arranges versions; a customer's own price still beats a general one.
 */
import type { PriceContent } from './next-price.ts';
import type { Price } from './price.ts';

/** `startMs`: where a proposed version without `effective_from` begins. Existing versions keep their order. */
export function withProposed(
  prices: readonly Price[],
  proposed: readonly PriceContent[],
  startMs: number,
): Price[] {
  const first = Number.MAX_SAFE_INTEGER - proposed.length;
  const versions = proposed.map(
    (content, index): Price => ({
      ...content,
      id: `proposed:${index}`,
      effectiveFromMs: content.effectiveFromMs ?? startMs,
      appliesToClosed: true,
      isProposed: true,
      sequence: first + index,
      createdAtMs: 0,
    }),
  );
  return [...prices, ...versions];
}
