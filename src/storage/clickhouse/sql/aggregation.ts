/**
 * Each aggregation as an expression over a meter's value `v` and the event's `t`, `source` and `id`. Exact: sums of 256-bit
 * decimals, whole sets, ranks in the sorted list. `time_weighted` is not here: levels are sql/levels.ts.
 */
import type { Aggregation } from '../../../domain/meters/meter.ts';

/**
 * The order of events as one text: moments are written in equal lengths, and no other text has a NUL. As a tuple of three it took
 * twice the CPU (158 and 83 ms over 10,000 customers).
 */
const eventOrder = `concat(toString(time), '\\0', source, '\\0', id)`;

/** As text. An average is answered as its sum: the count of events beside it divides it. */
export function aggregationText(aggregation: Exclude<Aggregation, 'time_weighted'>, value: string): string {
  switch (aggregation) {
    case 'count':
      return 'toString(count())';
    case 'sum':
    case 'average':
      return `toString(sum(${value}))`;
    case 'max':
      return `toString(max(${value}))`;
    case 'min':
      return `toString(min(${value}))`;
    case 'latest':
      return `toString(argMax(${value}, ${eventOrder}))`;
    case 'unique':
      return `toString(uniqExact(${value}))`;
    case 'p50':
      return nearestRank(value, 50);
    case 'p95':
      return nearestRank(value, 95);
    case 'p99':
      return nearestRank(value, 99);
  }
}

/** The value at rank ⌈percent × n ÷ 100⌉ of the n sorted ones; the engine's own quantiles take other ranks. */
function nearestRank(value: string, percent: number): string {
  return `toString(arraySort(groupArray(${value}))[intDiv(count() * ${percent} + 99, 100)])`;
}
