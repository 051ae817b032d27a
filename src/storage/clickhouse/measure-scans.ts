/**
 * Which questions share a scan: those whose meters differ only in their service. Parts of most aggregations can be put
 * together again, so that such questions share one even when their customers, spans and cuts differ: it is cut at all of
 * them. `unique` and percentiles cannot, and share only equal spans. Pure: it asks nothing.
 */
import type { Aggregation } from '../../domain/meters/meter.ts';
import type { MeasureQuery, MeasureSpan } from '../metered-usage.ts';
import type { MeasureScan } from './sql/measure.ts';
import { isSameSpan } from './sql/time-grid.ts';

export interface SharedScan extends MeasureScan {
  /** Places of the questions that it answers. */
  readonly queries: readonly number[];
}

/** Whether the number of a span can be made from the numbers of its parts. */
export function isMergeable(aggregation: Aggregation): boolean {
  return !['unique', 'p50', 'p95', 'p99'].includes(aggregation);
}

interface Kind {
  readonly first: MeasureQuery;
  readonly queries: number[];
  readonly spans: Map<string, MeasureSpan>;
}

export function planScans(queries: readonly MeasureQuery[]): SharedScan[] {
  const kinds = new Map<string, Kind[]>();
  for (const [place, query] of queries.entries()) {
    if (query.spans.length === 0) continue;
    const text = kindText(query);
    const alike = kinds.get(text) ?? [];
    kinds.set(text, alike);
    const kind = alike.find((one) => canJoin(one, query));
    if (kind) join(kind, place, query);
    else {
      const spans = new Map(query.spans.map((span) => [span.customerId, span]));
      if (spans.size < query.spans.length) throw new Error('a customer has two spans in one question');
      alike.push({ first: query, queries: [place], spans });
    }
  }
  return [...kinds.values()].flat().map(({ first, queries: places, spans }) => ({
    ...{ meter: first.meter, keys: first.keys, levelsUntilMs: first.levelsUntilMs },
    ...(first.where !== undefined && { where: first.where }),
    services: [...new Set(places.map((place) => (queries[place] as MeasureQuery).meter.service))],
    ...{ spans: [...spans.values()], customerIds: [...spans.keys()] },
    queries: places,
  }));
}

/** Everything but the service and the spans. */
function kindText({ meter, keys, where, levelsUntilMs }: MeasureQuery): string {
  const { aggregation, value, filter, seriesBy } = meter;
  const until = aggregation === 'time_weighted' ? levelsUntilMs : null;
  return JSON.stringify([aggregation, value, filter, seriesBy, keys, where, until]);
}

function canJoin({ first, spans }: Kind, query: MeasureQuery): boolean {
  if (isMergeable(first.meter.aggregation)) return true;
  return (
    query.spans.length === spans.size &&
    query.spans.every((span) => {
      const own = spans.get(span.customerId);
      return own !== undefined && isSameSpan(own, span);
    })
  );
}

function join({ queries, spans }: Kind, place: number, query: MeasureQuery): void {
  queries.push(place);
  for (const span of query.spans) {
    const own = spans.get(span.customerId);
    if (own === undefined) spans.set(span.customerId, span);
    else if (!isSameSpan(own, span)) spans.set(span.customerId, cutAtBoth(own, span));
  }
}

/** From the earlier start to the later end, cut wherever either begins, ends or is cut. */
function cutAtBoth(a: MeasureSpan, b: MeasureSpan): MeasureSpan {
  const fromMs = Math.min(a.fromMs, b.fromMs);
  const toMs = Math.max(a.toMs, b.toMs);
  const all = new Set([a, b].flatMap((one) => [one.fromMs, one.toMs, ...one.cutsMs]));
  const cutsMs = [...all].filter((cut) => cut > fromMs && cut < toMs).sort((x, y) => x - y);
  return { customerId: a.customerId, fromMs, toMs, cutsMs };
}
