import { describe, expect, test } from 'vitest';
import { expectAnswers } from '../oracle/expect.ts';
import { makeCustomers } from './customers.ts';
import { edgeCounts, mistakes } from './edge-cases.ts';
import { anchorOf } from './event-id.ts';
import { makePlan, type PlanOptions } from './make-plan.ts';
import { allSendings, type SendingKind } from './plan.ts';
import type { SimulatedEvent } from './usage-event.ts';

const nowMs = Date.UTC(2026, 10, 24, 10, 0, 0, 123);

function planOf(changes: Partial<PlanOptions> = {}) {
  const seed = changes.seed ?? 1;
  const customers = makeCustomers(seed, 25);
  return makePlan({ seed, customers, events: 1000, batchEvents: 100, nowMs, anchorMs: nowMs, ...changes });
}

const usageOf = (plan: ReturnType<typeof planOf>) =>
  allSendings(plan)
    .filter(({ kind }) => kind === 'usage')
    .map(({ body }) => body as SimulatedEvent);

test('the same seed gives the same plan, another seed another one', () => {
  expect(planOf()).toEqual(planOf());
  const times = (seed: number) => usageOf(planOf({ seed })).map(({ time }) => time);
  expect(times(1)).not.toEqual(times(2));
});

test('a larger plan of a seed contains the events of a smaller one, unchanged', () => {
  const large = new Map(usageOf(planOf({ events: 2000 })).map((event) => [event.id, event]));
  for (const event of usageOf(planOf({ events: 500 }))) expect(large.get(event.id)).toEqual(event);
});

test('a later run of the same day sends the same events, and judges the future by its own clock', () => {
  const later = planOf({ nowMs: nowMs + 7_200_000 });
  expect(usageOf(later)).toEqual(usageOf(planOf()));
  const future = allSendings(later).find(({ kind }) => kind === 'time_in_future')?.body as SimulatedEvent;
  expect(Date.parse(future.time)).toBe(nowMs + 7_200_000 + 3_600_000);
});

test.each([1, 2, 10, 199, 1000, 2500])(
  'a plan of %i events holds its edge cases in known numbers',
  (events) => {
    const kinds = new Map<SendingKind, number>();
    for (const { kind } of allSendings(planOf({ events }))) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const { each, racing, invalidEach } = edgeCounts(events);
    const later = Math.min(each, events);
    expect(kinds.get('usage')).toBe(events - racing);
    expect(kinds.get('repeat_in_flight') ?? 0).toBe(2 * racing);
    expect(kinds.get('repeat_same_batch')).toBe(Math.min(each, events - racing));
    for (const kind of ['repeat_later', 'repeat_respelled', 'conflict'] as const)
      expect(kinds.get(kind)).toBe(later);
    expect(kinds.get('customer_unknown')).toBe(each);
    for (const [kind] of mistakes) expect(kinds.get(kind)).toBe(invalidEach);
  },
);

test.each([1, 2, 3, 4, 5])(
  'seed %i: the oracle, knowing only what is sent, expects what the plan meant',
  (seed) => {
    const plan = planOf({ seed });
    const { verdicts } = expectAnswers({ ...plan, sendings: allSendings(plan) });
    expect(verdicts).toEqual(allSendings(plan).map(({ expected }) => expected));
  },
);

test('the default plan: 1,000 events and 95 edge cases', () => {
  const plan = planOf();
  const { counts, rejectedByCode } = expectAnswers({ ...plan, sendings: allSendings(plan) });
  expect(counts).toEqual({ accepted: 1010, duplicate: 40, conflict: 10, rejected: 35 });
  expect(rejectedByCode).toEqual({
    event_invalid: 5,
    field_unknown: 5,
    quantity_invalid: 15,
    service_missing: 5,
    time_in_future: 5,
  });
});

describe('arrangement', () => {
  const plan = planOf();

  test('sendings are numbered in the order of sending', () => {
    const sendings = allSendings(plan);
    expect(sendings.map(({ index }) => index)).toEqual(sendings.map((_, index) => index));
  });

  test('what the client would refuse goes past it', () => {
    for (const batch of plan.stages.flatMap(({ batches }) => batches)) {
      if (batch.sendings.some(({ expected }) => expected.status === 'rejected'))
        expect(batch.via).toBe('raw');
    }
  });

  test('a repeat stands in the batch of its original, behind it', () => {
    for (const { sendings } of plan.stages[0]?.batches ?? []) {
      const ids = sendings.map(({ body }) => (body as SimulatedEvent).id);
      sendings.forEach(({ kind }, at) => {
        if (kind === 'repeat_same_batch') expect(ids.slice(0, at)).toContain(ids[at]);
      });
    }
  });

  test('events in flight together are in two batches of one stage, and nowhere before', () => {
    const [one, other] = plan.stages[1]?.batches ?? [];
    expect(one?.sendings.map(({ body }) => body)).toEqual(other?.sendings.map(({ body }) => body));
    const earlier = new Set(
      plan.stages[0]?.batches.flatMap(({ sendings }) =>
        sendings.map(({ body }) => (body as SimulatedEvent).id),
      ),
    );
    for (const { racing } of one?.sendings ?? []) expect(earlier.has(racing ?? '')).toBe(false);
  });
});

describe('events', () => {
  const plan = planOf();

  test('lie in the plan’s span, and their ids name the day', () => {
    for (const event of usageOf(plan)) {
      const timeMs = Date.parse(event.time);
      expect(timeMs > plan.fromMs && timeMs < plan.toMs).toBe(true);
      expect(anchorOf(event.id)).toBe(nowMs);
    }
  });

  test('have positive quantities of at most two digits behind the point', () => {
    for (const event of usageOf(plan)) expect(event.quantity).toMatch(/^(?!0$)\d{1,8}(\.\d{1,2})?$/);
  });

  test('are of customers of all sizes: every category of the analysis occurs', () => {
    const { customers } = expectAnswers({ ...plan, sendings: allSendings(plan) });
    expect(new Set(customers.map(({ category }) => category))).toEqual(
      new Set(['no', 'low', 'medium', 'high']),
    );
  });
});

test.each(['', 'x', 'my-event', 'short.1', '550e8400-e29b-41d4-a716-446655440000'])(
  '"%s" names no simulated day',
  (id) => {
    expect(anchorOf(id)).toBe(null);
  },
);
