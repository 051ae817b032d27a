/**
 * The sendings that are not plain usage: repeats, conflicts, invalid records, unknown customers; and how many
 * of each a plan holds. Where they are placed is decided in make-plan.ts.
 */
import type { Outcome, Sending, SendingKind } from './plan.ts';
import { makeUsageEvent, type Scene, type SimulatedEvent } from './usage-event.ts';

/** A sending that has no place yet. */
export type Draft = Omit<Sending, 'index'>;

const hourMs = 60 * 60_000;

/** One in a hundred for each kind of repeat and the like, one in two hundred for each kind of mistake. */
export function edgeCounts(events: number) {
  return {
    each: Math.max(1, Math.floor(events / 100)),
    // Originals sent twice at once are taken from the events themselves: some must be left for the rest.
    racing: Math.min(Math.max(1, Math.floor(events / 100)), Math.floor(events / 2)),
    invalidEach: Math.max(1, Math.floor(events / 200)),
  };
}

const accepted: Outcome = { status: 'accepted' };
const duplicate: Outcome = { status: 'duplicate' };

export function usage(event: SimulatedEvent): Draft {
  return { kind: 'usage', body: event, expected: accepted, racing: null };
}

export function repeat(kind: SendingKind, event: SimulatedEvent): Draft {
  return { kind, body: { ...event }, expected: duplicate, racing: null };
}

/** The same event twice, for two batches that are sent at the same moment. */
export function racingPair(event: SimulatedEvent): [Draft, Draft] {
  const pair = { body: event, racing: event.id };
  return [
    { ...pair, kind: 'repeat_in_flight', expected: accepted },
    { ...pair, kind: 'repeat_in_flight', expected: duplicate },
  ];
}

/** The same content written in another way: more zeros, another order of members. */
export function respelled(event: SimulatedEvent): Draft {
  const { region, plan, ...others } = event.properties;
  const zeros = event.quantity.includes('.') ? '000' : '.00';
  const body = {
    properties: { ...others, plan, region },
    quantity: `00${event.quantity}${zeros}`,
    time: event.time.replace('Z', '000+00:00'),
    service: event.service,
    customer_id: event.customer_id,
    id: event.id,
    source: event.source,
  };
  return { kind: 'repeat_respelled', body, expected: duplicate, racing: null };
}

/** The same identity with other content: another quantity, moment or property in turn. */
export function conflict(event: SimulatedEvent, turn: number): Draft {
  const changes = [
    { quantity: `1${event.quantity}` },
    { time: new Date(Date.parse(event.time) - 1).toISOString() },
    { properties: { ...event.properties, plan: 'other' } },
  ];
  const body = { ...event, ...changes[turn % changes.length] };
  return { kind: 'conflict', body, expected: { status: 'conflict', code: 'conflict' }, racing: null };
}

/** Usage of someone without a record: stored, and held in suspense. */
export function unknownCustomer(scene: Scene, turn: number): Draft {
  const event = makeUsageEvent(scene, `unknown-${turn}`);
  const body = { ...event, customer_id: `simulator-${scene.seed}-unknown-${1 + (turn % 3)}` };
  const expected: Outcome = { status: 'accepted', warning: 'customer_unknown' };
  return { kind: 'customer_unknown', body, expected, racing: null };
}

function withoutService({ service: _, ...rest }: SimulatedEvent): unknown {
  return rest;
}

type Mistake = readonly [
  kind: SendingKind,
  code: string,
  spoil: (event: SimulatedEvent, nowMs: number) => unknown,
];

export const mistakes: readonly Mistake[] = [
  ['quantity_negative', 'quantity_invalid', (event) => ({ ...event, quantity: `-${event.quantity}` })],
  ['quantity_not_decimal', 'quantity_invalid', (event) => ({ ...event, quantity: 'abc' })],
  ['quantity_null', 'quantity_invalid', (event) => ({ ...event, quantity: null })],
  ['service_missing', 'service_missing', withoutService],
  [
    'time_in_future',
    'time_in_future',
    (event, now) => ({ ...event, time: new Date(now + hourMs).toISOString() }),
  ],
  ['member_unknown', 'field_unknown', (event) => ({ ...event, quantiy: '1' })],
  ['not_an_object', 'event_invalid', () => 'not an event'],
];

export function invalidRecord(scene: Scene, mistake: Mistake, turn: number, nowMs: number): Draft {
  const [kind, code, spoil] = mistake;
  const body = spoil(makeUsageEvent(scene, `${kind}-${turn}`), nowMs);
  return { kind, body, expected: { status: 'rejected', code }, racing: null };
}
