/**
 * From a seed, counts and moments to the whole plan: the same arguments always give the same plan.
 * It sends nothing and asks no clock.
 */
import { makeProfiles, makeWheel } from './customers.ts';
import {
  conflict,
  type Draft,
  edgeCounts,
  invalidRecord,
  mistakes,
  racingPair,
  repeat,
  respelled,
  unknownCustomer,
  usage,
} from './edge-cases.ts';
import type { Batch, Plan, PlannedCustomer, Stage } from './plan.ts';
import { type Random, randomFrom } from './random.ts';
import { simulatedServices } from './services.ts';
import { dayMs, makeUsageEvent, type Scene, type SimulatedEvent } from './usage-event.ts';

export interface PlanOptions {
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  readonly customers: readonly PlannedCustomer[];
  /** Valid events of known customers, each counted once; at least 1. Edge cases come on top. */
  readonly events: number;
  /** Events in a batch; edge cases may make one slightly larger. */
  readonly batchEvents: number;
  /** The moment of sending. */
  readonly nowMs: number;
  /** The end of the simulated day: `nowMs` in a first run, the first run's moment in a later one. */
  readonly anchorMs: number;
}

interface DraftBatch {
  via: Batch['via'];
  readonly drafts: Draft[];
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

/** So many of the items, each at most once, in their order. */
function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  if (count >= items.length) return [...items];
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(items.length));
  return items.filter((_, position) => chosen.has(position));
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

/** Repeats go behind their originals; invalid records stand anywhere between good events. */
function usageBatches(scene: Scene, events: readonly SimulatedEvent[], options: PlanOptions): DraftBatch[] {
  const random = randomFrom(scene.seed, 'usage batches');
  const counts = edgeCounts(options.events);
  const repeated = new Set(sample(events, counts.each, random));
  const batches = chunk(events, options.batchEvents).map((part): DraftBatch => {
    const again = part.filter((event) => repeated.has(event));
    return {
      via: 'client',
      drafts: [...part.map(usage), ...again.map((event) => repeat('repeat_same_batch', event))],
    };
  });
  const batchAt = (turn: number) => batches[turn % batches.length] as DraftBatch;
  for (let turn = 0; turn < counts.each; turn += 1) batchAt(turn).drafts.push(unknownCustomer(scene, turn));
  for (let turn = 0; turn < counts.invalidEach; turn += 1) {
    const batch = batchAt(turn);
    batch.via = 'raw';
    for (const mistake of mistakes) {
      const draft = invalidRecord(scene, mistake, turn, options.nowMs);
      batch.drafts.splice(random.below(batch.drafts.length + 1), 0, draft);
    }
  }
  return batches;
}

function racingBatches(events: readonly SimulatedEvent[]): DraftBatch[] {
  const pairs = events.map(racingPair);
  if (pairs.length === 0) return [];
  // One of them goes past the client, so that nothing on this side can put them in a row.
  return [
    { via: 'client', drafts: pairs.map(([first]) => first) },
    { via: 'raw', drafts: pairs.map(([, second]) => second) },
  ];
}

/** Sent only when every original has its answer, so that there is one right answer to each. */
function laterBatches(scene: Scene, events: readonly SimulatedEvent[], options: PlanOptions): DraftBatch[] {
  const random = randomFrom(scene.seed, 'later batches');
  const { each } = edgeCounts(options.events);
  const repeats = sample(events, each, random).map((event) => repeat('repeat_later', event));
  const conflicts = sample(events, each, random).map(conflict);
  const respellings = sample(events, each, random).map(respelled);
  const batches = (via: Batch['via'], drafts: readonly Draft[]) =>
    chunk(drafts, options.batchEvents).map((part): DraftBatch => ({ via, drafts: part }));
  // The client would write a respelling in its canonical form: the server has to see it as it is.
  return [...batches('client', shuffle([...repeats, ...conflicts], random)), ...batches('raw', respellings)];
}

function numbered(stages: readonly { name: string; batches: readonly DraftBatch[] }[]): Stage[] {
  let index = 0;
  return stages.map(({ name, batches }) => ({
    name,
    batches: batches.map(({ via, drafts }) => ({
      via,
      sendings: drafts.map((draft) => ({ index: index++, ...draft })),
    })),
  }));
}

export function makePlan(options: PlanOptions): Plan {
  const { seed, anchorMs, customers } = options;
  const wheel = makeWheel(makeProfiles(seed, customers));
  const scene: Scene = { seed, source: `simulator-${seed}`, anchorMs, wheel };
  const events = Array.from({ length: options.events }, (_, turn) => makeUsageEvent(scene, `${turn}`));
  const racing = edgeCounts(options.events).racing;
  const usual = events.slice(0, events.length - racing);
  return {
    seed,
    source: scene.source,
    nowMs: options.nowMs,
    fromMs: anchorMs - dayMs,
    toMs: anchorMs + 1,
    customers,
    services: simulatedServices.map(({ id, unit, unitAmount }) => ({ id, unit, unitAmount })),
    stages: numbered([
      { name: 'usage', batches: usageBatches(scene, usual, options) },
      { name: 'the same events in flight together', batches: racingBatches(events.slice(usual.length)) },
      { name: 'repeats and conflicts', batches: laterBatches(scene, events, options) },
    ]),
  };
}
