import { expect, test } from 'vitest';
import { makeJudge, type Verdict } from '../oracle/judge.ts';
import { scenarios } from '../scenarios/scenario-list.ts';
import type { Scenario } from './scenario.ts';
import type { SendingKind, Wave } from './sending.ts';
import { makeWaves, waveEvents } from './waves.ts';
import { makeWorld, type World } from './world.ts';

const toMs = Date.UTC(2026, 10, 24, 10);
const steady = scenarios[0] as Scenario;

function worldOf(scenario: Scenario, events: number, seed = 5): World {
  return makeWorld({ scenario, seed, events, customers: scenario.customers, days: scenario.days, toMs });
}

const textOf = (wave: Wave) =>
  wave.phases
    .flatMap(({ batches }) => batches.flatMap(({ sendings }) => sendings.map(({ text }) => text)))
    .join('\n');

function allWaves(world: World, batchEvents = 100): Wave[] {
  const waves = makeWaves(world, { batchEvents, extras: true });
  return Array.from({ length: waves.count }, (_, index) => waves.make(index));
}

test('a seed gives the same texts to the byte, whichever wave is made first', () => {
  const world = worldOf(steady, 25_000);
  const forwards = allWaves(world).map(textOf);
  const waves = makeWaves(world, { batchEvents: 7, extras: true });
  // From the last wave to the first, and with other batches: a run may be taken up anywhere.
  for (let index = waves.count - 1; index >= 0; index -= 1) {
    expect(textOf(waves.make(index)) === forwards[index]).toBe(true);
  }
  expect(forwards.length).toBe(4);
  expect(textOf(allWaves(worldOf(steady, 100, 6))[0] as Wave)).not.toBe(
    textOf(allWaves(worldOf(steady, 100, 5))[0] as Wave),
  );
});

/** The oracle's verdicts on a whole world, with how often each kind got which status. */
function judgeAll(world: World) {
  const judge = makeJudge({ ...world, nowMs: toMs });
  const unforgetting = makeJudge({ ...world, nowMs: toMs });
  const counts = new Map<string, number>();
  const verdicts: [SendingKind, Verdict][] = [];
  const forgotten: string[] = [];
  for (const wave of allWaves(world)) {
    for (const { batches } of wave.phases) {
      for (const { sendings } of batches) {
        for (const { kind, text } of sendings) {
          const verdict = judge.judge(text);
          // It may forget only what never comes again.
          if (unforgetting.judge(text).status !== verdict.status) forgotten.push(text);
          verdicts.push([kind, verdict]);
          const key = `${kind} ${verdict.status}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
    }
    judge.endWave();
  }
  expect(forgotten).toEqual([]);
  return { counts, verdicts };
}

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s: every kind of sending gets what its name says',
  (_, scenario) => {
    const world = worldOf(scenario, 1_200);
    const { counts, verdicts } = judgeAll(world);
    const allowed: Record<SendingKind, string> = {
      ...{
        usage: 'accepted',
        late: 'accepted',
        boundary: 'accepted',
        extreme: 'accepted',
        skewed: 'accepted',
      },
      ...{ credit: 'accepted', customer_unknown: 'accepted', service_unknown: 'accepted' },
      ...{ repeat_same_batch: 'duplicate', repeat_later: 'duplicate', repeat_respelled: 'duplicate' },
      ...{ repeat_in_flight: 'accepted or duplicate', conflict: 'conflict', mistake: 'rejected' },
    };
    const wrong = verdicts.filter(([kind, { status }]) => !allowed[kind].includes(status));
    expect(wrong).toEqual([]);
    const accepted = [...counts]
      .filter(([key]) => key.endsWith(' accepted'))
      .reduce((sum, [, count]) => sum + count, 0);
    const unknown =
      (counts.get('customer_unknown accepted') ?? 0) + (counts.get('service_unknown accepted') ?? 0);
    expect(accepted - unknown).toBe(1_200);
    const isOutside = (ms: number) => ms < world.fromMs || ms >= world.toMs;
    expect(verdicts.filter(([, { event }]) => event !== undefined && isOutside(event.timeMs))).toEqual([]);
  },
);

test('over several waves repeats reach no further back than the oracle remembers', () => {
  const { counts } = judgeAll(worldOf(steady, 2 * waveEvents + 100));
  expect(counts.get('repeat_later duplicate')).toBeGreaterThan(150);
  expect(counts.get('repeat_later accepted')).toBeUndefined();
});

test('how many of each kind there are depends on the number of events only', () => {
  const countsOf = (batchEvents: number, seed: number) => {
    const counts: Partial<Record<SendingKind, number>> = {};
    for (const wave of allWaves(worldOf(steady, 12_345, seed), batchEvents)) {
      for (const { batches } of wave.phases) {
        for (const { sendings } of batches)
          for (const { kind } of sendings) counts[kind] = (counts[kind] ?? 0) + 1;
      }
    }
    const { customer_unknown, repeat_in_flight, repeat_same_batch, conflict, mistake } = counts;
    return { customer_unknown, repeat_in_flight, repeat_same_batch, conflict, mistake };
  };
  expect(countsOf(50, 1)).toEqual(countsOf(500, 2));
});

test('a repeat in the same batch is in the batch of its original', () => {
  const storm = scenarios.find(({ name }) => name === 'retry-storm') as Scenario;
  for (const wave of allWaves(worldOf(storm, 2_000), 10)) {
    for (const { sendings } of wave.phases[0]?.batches ?? []) {
      sendings.forEach(({ kind, text }, at) => {
        if (kind === 'repeat_same_batch')
          expect(sendings.slice(0, at).map((one) => one.text)).toContain(text);
      });
    }
  }
});

test('without extras there are the usage events alone, in the order of time but for oddities', () => {
  const waves = makeWaves(worldOf(steady, 500), { batchEvents: 100, extras: false });
  const sendings = waves.make(0).phases.flatMap(({ batches }) => batches.flatMap((batch) => batch.sendings));
  expect([waves.count, sendings.length]).toEqual([1, 500]);
  const times = sendings
    .filter(({ kind }) => kind === 'usage')
    .map(({ text }) => JSON.parse(text).time as string);
  expect([...times].sort()).toEqual(times);
});

test('events come when they are due, and nothing before its turn lies ahead of it by more than a clock may be wrong', () => {
  const skewed = scenarios.find(({ name }) => name === 'clock-skew') as Scenario;
  const wave = allWaves(worldOf(skewed, 3_000))[0] as Wave;
  for (const { sendings, usageEnd } of wave.phases[0]?.batches ?? []) {
    const dueMs = wave.dueMs(usageEnd);
    for (const { kind, text } of sendings) {
      if (kind === 'mistake') continue;
      expect(Date.parse(JSON.parse(text).time)).toBeLessThanOrEqual(dueMs + 4 * 60_000);
    }
  }
});
