/**
 * Spans and their stretches in the engine's language: which stretch of its customer an event's time lies in. Where all
 * customers have the same span a constant list does; else each has a stretch of its own on one axis (price-cuts.ts).
 */
import type { MeasureSpan } from '../../metered-usage.ts';
import { boundedMoment } from './event-filter.ts';
import type { Placeholders } from './placeholders.ts';
import { beforeCuts } from './price-cuts.ts';

/** The event's moment. Conditions stand in subqueries too, so that an alias would not do. */
export const moment = 'toUnixTimestamp64Milli(time)';

export interface GridText {
  /** The start of the stretch, in milliseconds; `beforeCuts` before the span. Only for times before the span's end. */
  readonly stretch: string;
  /** The start of the customer's span. */
  readonly from: string;
  /** That the time is in the span. */
  readonly inside: readonly string[];
  /** That the time is before the span's end. */
  readonly beforeEnd: readonly string[];
}

/** Half the room each customer gets on the axis: 278 years before and after 1970. */
const span = 2n ** 44n;

export function gridText(spans: readonly MeasureSpan[], values: Placeholders): GridText {
  const fromMs = spans.reduce((least, one) => Math.min(least, one.fromMs), Number.MAX_SAFE_INTEGER);
  const toMs = spans.reduce((most, one) => Math.max(most, one.toMs), Number.MIN_SAFE_INTEGER);
  const least = `time >= ${values.put('DateTime64(3)', boundedMoment(fromMs))}`;
  const most = `time < ${values.put('DateTime64(3)', boundedMoment(toMs))}`;
  const [first] = spans;
  if (first && spans.every((one) => isSameSpan(one, first))) {
    const starts = values.put('Array(Int64)', [beforeCuts, first.fromMs, ...first.cutsMs]);
    const from = values.put('Int64', first.fromMs);
    return { stretch: `roundDown(${moment}, ${starts})`, from, inside: [least, most], beforeEnd: [most] };
  }
  const perCustomer = (list: (one: MeasureSpan) => number | bigint, none: number) => {
    const customers = values.put(
      'Array(String)',
      spans.map(({ customerId }) => customerId),
    );
    const own = values.put('Array(Int64)', spans.map(list));
    return `transform(customer_id, ${customers}, ${own}, ${values.put('Int64', none)})`;
  };
  const from = perCustomer((one) => one.fromMs, toMs);
  const to = perCustomer((one) => one.toMs, fromMs);
  const ranks = new Map(spans.map(({ customerId }, rank) => [customerId, BigInt(rank) * span]));
  const base = perCustomer(({ customerId }) => ranks.get(customerId) ?? 0n, 0);
  const axis = spans.flatMap((one, rank) =>
    [beforeCuts, one.fromMs, ...one.cutsMs].map((at) => BigInt(rank) * span + BigInt(at)),
  );
  const starts = values.put('Array(Int64)', axis);
  return {
    stretch: `roundDown(${moment} + ${base}, ${starts}) - ${base}`,
    from,
    inside: [least, most, `${moment} >= ${from}`, `${moment} < ${to}`],
    beforeEnd: [most, `${moment} < ${to}`],
  };
}

export function isSameSpan(a: MeasureSpan, b: MeasureSpan): boolean {
  return (
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    a.cutsMs.length === b.cutsMs.length &&
    a.cutsMs.every((cut, index) => cut === b.cutsMs[index])
  );
}
