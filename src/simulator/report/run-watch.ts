/**
 * Notes how fast a run went and how long requests took, over time, in a fixed number of stretches: when they are full, two
 * become one. It looks at no answers.
 */
import { type LatencyHistogram, makeLatencyHistogram } from './latency-histogram.ts';

export interface RequestNote {
  /** On a clock in milliseconds that never goes back: when it began, or should have begun. */
  readonly atMs: number;
  readonly latencyMs: number;
  readonly events: number;
  readonly tries: number;
}

export interface Stretch {
  readonly fromSeconds: number;
  readonly seconds: number;
  readonly events: number;
  readonly requests: number;
  /** Null in a stretch without requests. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface RunSummary {
  readonly seconds: number;
  readonly requests: number;
  readonly events: number;
  /** Requests that needed more than one try. */
  readonly repeated: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number;
  readonly stretches: readonly Stretch[];
}

export interface RunWatch {
  add(note: RequestNote): void;
  summary(): RunSummary;
}

interface Bin {
  events: number;
  requests: number;
  readonly latencies: LatencyHistogram;
}

const binsMax = 120;

function mergePairs(bins: readonly Bin[]): Bin[] {
  const merged: Bin[] = [];
  for (let at = 0; at < bins.length; at += 2) {
    const [one, other] = [bins[at] as Bin, bins[at + 1]];
    if (other !== undefined) {
      one.events += other.events;
      one.requests += other.requests;
      one.latencies.add(other.latencies);
    }
    merged.push(one);
  }
  return merged;
}

export function makeRunWatch(): RunWatch {
  const all = makeLatencyHistogram();
  let bins: Bin[] = [];
  let [binMs, startMs, endMs, events, repeated] = [100, Number.NaN, 0, 0, 0];

  function binAt(ms: number): Bin {
    let at = Math.max(0, Math.floor((ms - startMs) / binMs));
    while (at >= binsMax) {
      bins = mergePairs(bins);
      binMs *= 2;
      at = Math.floor((ms - startMs) / binMs);
    }
    while (bins.length <= at) bins.push({ events: 0, requests: 0, latencies: makeLatencyHistogram() });
    return bins[at] as Bin;
  }

  return {
    add(note) {
      if (Number.isNaN(startMs)) startMs = note.atMs;
      const doneMs = note.atMs + note.latencyMs;
      endMs = Math.max(endMs, doneMs);
      const bin = binAt(doneMs);
      bin.events += note.events;
      bin.requests += 1;
      bin.latencies.record(note.latencyMs);
      all.record(note.latencyMs);
      events += note.events;
      if (note.tries > 1) repeated += 1;
    },
    summary: () => ({
      seconds: Number.isNaN(startMs) ? 0 : (endMs - startMs) / 1_000,
      requests: all.count(),
      ...{ events, repeated },
      ...{
        p50Ms: all.percentile(50),
        p90Ms: all.percentile(90),
        p99Ms: all.percentile(99),
        maxMs: all.maxMs(),
      },
      stretches: bins.map(({ latencies, ...counts }, at) => ({
        fromSeconds: (at * binMs) / 1_000,
        seconds: binMs / 1_000,
        ...{ events: counts.events, requests: counts.requests },
        p50Ms: latencies.percentile(50),
        p99Ms: latencies.percentile(99),
      })),
    }),
  };
}
