/**
 * Spans and their stretches in the engine's language: which stretch of its customer an event's time lies in. Where all
 * customers have the same span a constant list does; else each has a stretch of its own on one axis.
 */
import type { MeasureSpan } from '../../metered-usage.ts';
import { boundedMoment } from './event-filter.ts';
import type { Placeholders } from './placeholders.ts';

/** The event's moment. Conditions stand in subqueries too, so that an alias would not do. */
export const moment = 'toUnixTimestamp64Milli(time)';

/** Each text comes with its values, so that only what is asked for becomes part of the statement. */
export interface GridText {
  /** The start of the stretch, in milliseconds; `beforeCuts` before the span. Only for times before the span's end. */
  stretch(): string;
  /** That the time is in the span. */
  inside(): string[];
  /** That the time is before the span's end. */
  beforeEnd(): string[];
  /** That the time is before the span. */
  beforeStart(): string[];
}

/** What each customer gets of the axis: 278 years before and after 1970. */
const room = 2n ** 44n;

/** The start of what lies before a span: a number, because a column has one type. */
export const beforeCuts = -(2 ** 43);

export function gridText(spans: readonly MeasureSpan[], values: Placeholders): GridText {
  const [first] = spans;
  if (first && spans.every((one) => isSameSpan(one, first))) return sameGrid(first, values);
  return ownGrid(spans, values);
}

const bound = (ms: number, values: Placeholders) => values.put('DateTime64(3)', boundedMoment(ms));

function sameGrid({ fromMs, toMs, cutsMs }: MeasureSpan, values: Placeholders): GridText {
  return {
    stretch: () => `roundDown(${moment}, ${values.put('Array(Int64)', [beforeCuts, fromMs, ...cutsMs])})`,
    inside: () => [`time >= ${bound(fromMs, values)}`, `time < ${bound(toMs, values)}`],
    beforeEnd: () => [`time < ${bound(toMs, values)}`],
    beforeStart: () => [`time < ${bound(fromMs, values)}`],
  };
}

function ownGrid(spans: readonly MeasureSpan[], values: Placeholders): GridText {
  const least = spans.reduce((ms, { fromMs }) => Math.min(ms, fromMs), Number.MAX_SAFE_INTEGER);
  const lastFrom = spans.reduce((ms, { fromMs }) => Math.max(ms, fromMs), Number.MIN_SAFE_INTEGER);
  const most = spans.reduce((ms, { toMs }) => Math.max(ms, toMs), Number.MIN_SAFE_INTEGER);
  const own = (list: readonly (number | bigint)[], none: number) => {
    const customers = spans.map(({ customerId }) => customerId);
    const texts = [values.put('Array(String)', customers), values.put('Array(Int64)', list)];
    return `transform(customer_id, ${texts.join(', ')}, ${values.put('Int64', none)})`;
  };
  const from = () =>
    own(
      spans.map(({ fromMs }) => fromMs),
      most,
    );
  const to = () =>
    own(
      spans.map(({ toMs }) => toMs),
      least,
    );
  const beforeEnd = () => [`time < ${bound(most, values)}`, `${moment} < ${to()}`];
  return {
    stretch: () => ownStretch(spans, own, values),
    inside: () => [`time >= ${bound(least, values)}`, ...beforeEnd(), `${moment} >= ${from()}`],
    beforeEnd,
    beforeStart: () => [`time < ${bound(lastFrom, values)}`, `${moment} < ${from()}`],
  };
}

/**
 * One axis holds every customer's cuts, each customer in a stretch of its own, so that one binary search in a constant
 * array finds the cut: an array per row would be built and copied for each event.
 */
function ownStretch(
  spans: readonly MeasureSpan[],
  own: (list: readonly bigint[], none: number) => string,
  values: Placeholders,
): string {
  const bases = spans.map((_, rank) => BigInt(rank) * room);
  const axis = spans.flatMap(({ fromMs, cutsMs }, rank) =>
    [beforeCuts, fromMs, ...cutsMs].map((at) => (bases[rank] as bigint) + BigInt(at)),
  );
  const base = own(bases, 0);
  return `roundDown(${moment} + ${base}, ${values.put('Array(Int64)', axis)}) - ${base}`;
}

export function isSameSpan(a: MeasureSpan, b: MeasureSpan): boolean {
  return (
    a.fromMs === b.fromMs &&
    a.toMs === b.toMs &&
    a.cutsMs.length === b.cutsMs.length &&
    a.cutsMs.every((cut, index) => cut === b.cutsMs[index])
  );
}
