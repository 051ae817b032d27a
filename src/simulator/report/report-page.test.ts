import { expect, test } from 'vitest';
import { newComparison } from '../difference.ts';
import { makeOracle } from '../oracle/oracle.ts';
import { findScenario } from '../scenarios/scenario-list.ts';
import type { Scenario } from '../workload/scenario.ts';
import { makeWaves } from '../workload/waves.ts';
import { makeWorld } from '../workload/world.ts';
import { reportPage } from './report-page.ts';
import { makeRunWatch } from './run-watch.ts';

const scenario = findScenario('steady') as Scenario;
const toMs = Date.UTC(2026, 10, 24);

function page(different: boolean): string {
  const world = makeWorld({ scenario, seed: 1, events: 200, customers: 12, days: 5, toMs });
  const oracle = makeOracle({ ...world, nowMs: toMs });
  for (const { batches } of makeWaves(world, { batchEvents: 50, extras: true }).make(0).phases) {
    for (const { sendings } of batches) for (const { text } of sendings) oracle.judge(text);
  }
  const watch = makeRunWatch();
  for (let at = 0; at < 20; at += 1) watch.add({ atMs: at * 700, latencyMs: 5 + at, events: 50, tries: 1 });
  const comparison = newComparison();
  if (different) {
    comparison.different = 1;
    comparison.first.push({ where: 'GET <here>', field: 'quantity', expected: '1', got: '2' });
  }
  const outcomes = [
    { kind: 'usage' as const, sent: 200, expected: 'accepted 200', got: 'accepted 200', agrees: true },
  ];
  const report = { world, oracle, outcomes, comparison, totalsChecked: true };
  return reportPage({ report, run: watch.summary() });
}

test('the page holds everything itself: no script, and nothing from elsewhere', () => {
  const html = page(false);
  expect(html).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
  expect(html.match(/<svg /g)?.length).toBe(6);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
  expect(html).toContain('steady-1-customer-01');
  expect(html).toContain('values agree');
});

test('a difference stands in it, with its seed, and is no markup', () => {
  const html = page(true);
  expect(html).toContain('seed 1: GET &lt;here&gt;: quantity: expected 1, got 2');
  expect(html).toContain('differ');
});

test('a run of any length is told in at most 120 stretches, and none of its events is lost', () => {
  const watch = makeRunWatch();
  for (let at = 0; at < 5_000; at += 1)
    watch.add({ atMs: at * 313, latencyMs: 1, events: 7, tries: 1 + (at % 2) });
  const { stretches, events, repeated, seconds } = watch.summary();
  expect(stretches.length).toBeLessThanOrEqual(120);
  expect(stretches.reduce((sum, stretch) => sum + stretch.events, 0)).toBe(35_000);
  expect([events, repeated, Math.round(seconds)]).toEqual([35_000, 2_500, 1_565]);
});
