import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeLatencyHistogram } from './latency-histogram.ts';

test('a percentile is within 3 % of the true one, whatever the latencies', () => {
  const latencies = fc.array(fc.double({ min: 0.1, max: 100_000, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(latencies, fc.constantFrom(50, 90, 99, 100), (values, percent) => {
      const histogram = makeLatencyHistogram();
      for (const value of values) histogram.record(value);
      const sorted = [...values].sort((a, b) => a - b);
      const exact = sorted[Math.ceil((percent / 100) * values.length) - 1] as number;
      expect(Math.abs((histogram.percentile(percent) as number) - exact) / exact).toBeLessThan(0.033);
    }),
  );
});

test('two histograms added are the histogram of both', () => {
  const [one, other, both] = [makeLatencyHistogram(), makeLatencyHistogram(), makeLatencyHistogram()];
  for (const value of [1, 2, 400]) {
    one.record(value);
    both.record(value);
  }
  for (const value of [0.01, 9_000]) {
    other.record(value);
    both.record(value);
  }
  one.add(other);
  expect([...one.buckets]).toEqual([...both.buckets]);
  expect([one.count(), one.maxMs()]).toEqual([5, 9_000]);
});

test('without a latency there is no percentile', () => {
  expect(makeLatencyHistogram().percentile(50)).toBeNull();
});
