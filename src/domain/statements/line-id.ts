/**
 * The name of a statement line: it says which meter and dimension value the line is for, so that it stays the same from
 * statement to statement (MONEY.md 5.5). `APIRequests` has no dimension, `requests/"eu"` the text eu, `requests/7` the
 * number 7, `requests/null` the events that lack the property. In a meter's id `~` is written `~0` and `/` is `~1`.
 */
import type { DimensionValue } from '../pricing/price-terms.ts';

export function lineId(meter: string, dimension: DimensionValue): string {
  const name = meter.replaceAll('~', '~0').replaceAll('/', '~1');
  return dimension === undefined ? name : `${name}/${JSON.stringify(dimension)}`;
}
