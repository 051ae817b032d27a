/**
 * From a world to everything that is sent, wave by wave: usage events in their order, and repeats, conflicts, unknown
 * names and mistakes among and behind them. Any wave can be made at once, so a run can be taken up anywhere, and memory
 * does not grow with the number of events. It judges nothing.
 */

import { makeEventWriter } from './event-writer.ts';
import { membersOf, mistakes } from './mistakes.ts';
import { type Random, randomFrom } from './random.ts';
import type { Extras } from './scenario.ts';
import type { Batch, Phase, Sending, SendingKind, Wave } from './sending.ts';
import { type EventMaker, makeEvents, type SimulatedEvent } from './usage-event.ts';
import { conflicting, respelled } from './variations.ts';
import type { World } from './world.ts';

export const waveEvents = 10_000;
const keepsakesMax = 500;
/** Not the size of other batches: what is sent, and in which order, must not depend on it. */
const racingEvents = 50;

export interface WaveOptions {
  /** Sendings in a batch; a repeat that belongs to its original may make one larger by one. */
  readonly batchEvents: number;
  /** Whether anything but usage events is sent. */
  readonly extras: boolean;
}

export interface Waves {
  readonly count: number;
  /** A wave by its index; the last one holds repeats only, for after a restart. */
  make(index: number): Wave;
}

/** A sending that must be in the same batch as the one before it. */
type Draft = Sending & { readonly glued?: boolean };

export function makeWaves(world: World, options: WaveOptions): Waves {
  const events = makeEvents(world);
  const write = makeEventWriter();
  const usageWaves = Math.ceil(world.events / waveEvents);
  const spanOf = (index: number) => {
    const first = index * waveEvents;
    return { first, usage: Math.max(0, Math.min(waveEvents, world.events - first)) };
  };
  const part = (index: number, every: number) => {
    const { first, usage } = spanOf(index);
    const chosen: SimulatedEvent[] = [];
    for (let at = 0; at < usage && chosen.length < keepsakesMax; at += every)
      chosen.push(events.usage(first + at));
    return chosen;
  };
  const usageOf = (first: number, usage: number) => {
    const own = new Array<SimulatedEvent>(usage);
    for (let at = 0; at < usage; at += 1) own[at] = events.usage(first + at);
    return own;
  };
  let keepsakes: SimulatedEvent[] | null = null;
  const keepsakesOf = () => {
    keepsakes ??= part(0, 1);
    return keepsakes;
  };

  function make(index: number): Wave {
    const { first, usage } = spanOf(index);
    if (!options.extras)
      return {
        index,
        first,
        usage,
        dueMs: (at) => events.dueMs(first + at),
        phases: [plainPhase(first, usage)],
      };
    const making: Making = {
      ...{ world, events, write, index, first, usage, batchEvents: options.batchEvents },
      random: randomFrom(world.seed, 'waves').at(index),
      own: usageOf(first, usage),
      earlier: index === 0 ? [] : [...keepsakesOf(), ...part(index - 1, 20)],
    };
    return { index, first, usage, dueMs: (at) => events.dueMs(first + at), phases: phasesOf(making) };
  }

  function plainPhase(first: number, usage: number): Phase {
    const drafts: Draft[] = [];
    for (let at = 0; at < usage; at += 1) {
      const event = events.usage(first + at);
      drafts.push(new EventSending(event.kind, event, write));
    }
    return { batches: cut(drafts, options.batchEvents) };
  }
  return { count: usageWaves + (options.extras ? 1 : 0), make };
}

/** When a run begins that goes on from an event, lived through at its own speed: waves are sent whole. */
export function beginsMs(world: World, fromEvent: number): number {
  const first = Math.floor(fromEvent / waveEvents) * waveEvents;
  return first === 0 ? world.fromMs : makeEvents(world).dueMs(first);
}

interface Making {
  readonly world: World;
  readonly events: EventMaker;
  readonly write: (event: SimulatedEvent) => string;
  readonly random: Random;
  readonly index: number;
  readonly first: number;
  readonly usage: number;
  readonly batchEvents: number;
  /** The wave's usage events. */
  readonly own: readonly SimulatedEvent[];
  /** Some of those that were answered before the wave. */
  readonly earlier: readonly SimulatedEvent[];
}

/** So many of the kind belong to this wave: the sum over all waves depends on the number of events only. */
function countOf({ world, first, usage }: Making, kind: keyof Extras): number {
  const rate = world.scenario.extras[kind];
  return Math.ceil(((first + usage) * rate) / 1_000) - Math.ceil((first * rate) / 1_000);
}

function phasesOf(making: Making): Phase[] {
  if (making.usage === 0) return [laterPhase(making, { repeat: 60, respelled: 20, conflict: 20 })];
  const racing = Math.min(countOf(making, 'repeatInFlight'), Math.floor(making.usage / 2));
  const usual = making.own.slice(0, making.usage - racing);
  return [
    { batches: cut(mixIn(making, usageDrafts(making, usual)), making.batchEvents) },
    racingPhase(making, making.own.slice(usual.length)),
    laterPhase(making, {
      repeat: countOf(making, 'repeatLater'),
      respelled: countOf(making, 'respelled'),
      conflict: countOf(making, 'conflict'),
    }),
  ].filter(({ batches }) => batches.length > 0);
}

const sent = (kind: SendingKind, text: string): Draft => ({ kind, text, event: null, racing: null });

/** An event in its usual writing: the text is made when it is asked for, since a file is written without it. */
class EventSending implements Sending {
  readonly kind: SendingKind;
  readonly event: SimulatedEvent;
  readonly racing: string | null;
  readonly glued: boolean;
  private readonly write: (event: SimulatedEvent) => string;

  constructor(
    kind: SendingKind,
    event: SimulatedEvent,
    write: (event: SimulatedEvent) => string,
    racing: string | null = null,
    glued = false,
  ) {
    this.kind = kind;
    this.event = event;
    this.write = write;
    this.racing = racing;
    this.glued = glued;
  }

  get text(): string {
    return this.write(this.event);
  }
}

/** Each event, and right behind some of them the same text again. */
function usageDrafts(making: Making, usual: readonly SimulatedEvent[]): Draft[] {
  const { random, write } = making;
  const repeats = new Uint16Array(usual.length);
  for (let turn = countOf(making, 'repeatSameBatch'); turn > 0 && usual.length > 0; turn -= 1) {
    const at = random.below(usual.length);
    repeats[at] = (repeats[at] as number) + 1;
  }
  const drafts: Draft[] = [];
  for (let at = 0; at < usual.length; at += 1) {
    const event = usual[at] as SimulatedEvent;
    drafts.push(new EventSending(event.kind, event, write));
    for (let again = repeats[at] as number; again > 0; again -= 1) {
      drafts.push(new EventSending('repeat_same_batch', event, write, null, true));
    }
  }
  return drafts;
}

/** Unknown names and mistakes stand anywhere between good events. */
function mixIn(making: Making, drafts: readonly Draft[]): Draft[] {
  const { world, events, random, first, write, index } = making;
  const untilMs = Math.max(world.fromMs + 1, events.dueMs(first) - 1);
  const added = new Map<number, Draft[]>();
  const add = (draft: Draft) => {
    let at = random.below(drafts.length + 1);
    // Nothing comes between a repeat and its original: they travel in one request.
    while (drafts[at]?.glued) at += 1;
    added.set(at, [...(added.get(at) ?? []), draft]);
  };
  for (let turn = countOf(making, 'unknownCustomer'); turn > 0; turn -= 1) {
    const event = events.extra(`c${index}-${turn}`, untilMs);
    add(
      sent(
        'customer_unknown',
        write({ ...positive(event), customerId: `${world.name}-unknown-${turn % 3}` }),
      ),
    );
  }
  for (let turn = countOf(making, 'unknownService'); turn > 0; turn -= 1) {
    const event = events.extra(`s${index}-${turn}`, untilMs);
    add(
      sent('service_unknown', write({ ...positive(event), service: `${world.name}-unlisted-${turn % 2}` })),
    );
  }
  const before = Math.ceil((first * world.scenario.extras.mistake) / 1_000);
  for (let turn = countOf(making, 'mistake'); turn > 0; turn -= 1) {
    const mistake = mistakes[(before + turn - 1) % mistakes.length] as (typeof mistakes)[number];
    const event = events.extra(`m${index}-${turn}`, untilMs);
    // A service that takes credits would take the mistake of a negative quantity too.
    const service = world.services.find(({ takesCredits }) => !takesCredits)?.name ?? event.service;
    add(sent('mistake', mistake.spoil(membersOf({ ...event, service }))));
  }
  const mixed: Draft[] = [];
  let from = 0;
  for (const [at, ones] of [...added].sort(([one], [other]) => one - other)) {
    for (; from < at; from += 1) mixed.push(drafts[from] as Draft);
    mixed.push(...ones);
  }
  for (; from < drafts.length; from += 1) mixed.push(drafts[from] as Draft);
  return mixed;
}

function positive(event: SimulatedEvent): SimulatedEvent {
  return { ...event, quantity: event.quantity.replace('-', '') };
}

/** Neighbouring batches hold the same events: with two in flight, both copies are on their way at once. */
function racingPhase({ write }: Making, events: readonly SimulatedEvent[]): Phase {
  const batches: Batch[] = [];
  for (let at = 0; at < events.length; at += racingEvents) {
    const copies = events
      .slice(at, at + racingEvents)
      .map((event) => new EventSending('repeat_in_flight', event, write, event.id));
    batches.push(asBatch(copies), asBatch([...copies].reverse()));
  }
  return { batches };
}

/** Sent only when every original has its answer, so that there is one right answer to each. */
function laterPhase(making: Making, counts: { repeat: number; respelled: number; conflict: number }): Phase {
  const { own, earlier, random, write, batchEvents } = making;
  const one = () => {
    const isOwn = own.length > 0 && (earlier.length === 0 || random.below(10) < 7);
    return random.pick(isOwn ? own : earlier);
  };
  const ordinary: Draft[] = [];
  for (let turn = 0; turn < counts.repeat; turn += 1)
    ordinary.push(new EventSending('repeat_later', one(), write));
  for (let turn = 0; turn < counts.conflict; turn += 1)
    ordinary.push(sent('conflict', conflicting(one(), turn)));
  for (let last = ordinary.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [ordinary[last], ordinary[other]] = [ordinary[other] as Draft, ordinary[last] as Draft];
  }
  const respellings: Draft[] = [];
  for (let turn = 0; turn < counts.respelled; turn += 1) {
    respellings.push(sent('repeat_respelled', respelled(one(), turn)));
  }
  return { batches: [...cut(ordinary, batchEvents), ...cut(respellings, batchEvents)] };
}

function cut(drafts: readonly Draft[], batchEvents: number): Batch[] {
  const batches: Batch[] = [];
  let from = 0;
  let usageEnd = 0;
  for (let at = 1; at <= drafts.length; at += 1) {
    const isFull = at - from >= batchEvents && !drafts[at]?.glued;
    if (at < drafts.length && !isFull) continue;
    const batch = asBatch(drafts.slice(from, at), usageEnd);
    usageEnd = batch.usageEnd;
    batches.push(batch);
    from = at;
  }
  return drafts.length === 0 ? [] : batches;
}

function asBatch(sendings: readonly Sending[], usageBefore = 0): Batch {
  let isPlain = true;
  let usage = 0;
  for (const { kind, event } of sendings) {
    // What repeats an event is of another kind than the event.
    if (event !== null && kind === event.kind) usage += 1;
    else if (kind === 'mistake' || kind === 'repeat_respelled') isPlain = false;
  }
  return { sendings, format: isPlain ? 'array' : 'lines', isPlain, usage, usageEnd: usageBefore + usage };
}
