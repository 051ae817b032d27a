/**
 * Latencies in little memory: counts in buckets that are 3 % wide, from a microsecond to half an hour, so that millions of
 * them cost no more than one. It measures nothing itself.
 */
export interface LatencyHistogram {
  record(ms: number): void;
  /** The latency in milliseconds that so many of a hundred stayed within, to 3 %; null when there is none. */
  percentile(percent: number): number | null;
  count(): number;
  maxMs(): number;
  add(other: LatencyHistogram): void;
  readonly buckets: Float64Array;
}

const bucketCount = 28 * 32;

/** Exact below 64 µs; beyond, 32 buckets between each power of two and the next. */
function bucketOf(us: number): number {
  if (us < 64) return us;
  const shift = 26 - Math.clz32(us);
  return shift * 32 + (us >>> shift);
}

/** The middle of the bucket. */
function middleOf(bucket: number): number {
  if (bucket < 64) return bucket;
  const shift = Math.floor(bucket / 32) - 1;
  return (bucket - shift * 32 + 0.5) * 2 ** shift;
}

export function makeLatencyHistogram(): LatencyHistogram {
  const buckets = new Float64Array(bucketCount);
  let [count, maxMs] = [0, 0];
  const histogram: LatencyHistogram = {
    buckets,
    count: () => count,
    maxMs: () => maxMs,
    record(ms) {
      const us = Math.min(Math.max(0, Math.round(ms * 1_000)), 2 ** 31 - 1);
      const at = bucketOf(us);
      buckets[at] = (buckets[at] ?? 0) + 1;
      count += 1;
      maxMs = Math.max(maxMs, ms);
    },
    add(other) {
      other.buckets.forEach((number, at) => {
        buckets[at] = (buckets[at] ?? 0) + number;
      });
      count += other.count();
      maxMs = Math.max(maxMs, other.maxMs());
    },
    percentile(percent) {
      if (count === 0) return null;
      let left = Math.ceil((percent / 100) * count);
      for (let at = 0; at < buckets.length; at += 1) {
        left -= buckets[at] ?? 0;
        if (left <= 0) return Math.min(middleOf(at) / 1_000, maxMs);
      }
      return maxMs;
    },
  };
  return histogram;
}
