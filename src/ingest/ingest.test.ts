import { describe, expect, it } from 'vitest';
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { Service } from '../domain/records/service.ts';
import { Busy } from '../errors.ts';
import { makeIngest } from './ingest.ts';
import { keyOf } from './look-up.ts';
import type { Outcome } from './outcome.ts';
import { makeSequence } from './sequence.ts';

/** A store in memory whose steps are released by hand, so that requests can be interleaved at will. */
function memoryStore() {
  const events = new Map<string, StoredEvent>();
  const gates: (() => void)[] = [];
  const calls = { appends: 0, lookUps: 0 };
  let failNext: 'before' | 'after' | null = null;
  let held = false;
  const gate = () => (held ? new Promise<void>((resolve) => gates.push(resolve)) : Promise.resolve());
  return {
    events,
    calls,
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      for (const open of gates.splice(0)) open();
    },
    failNextAppend: (how: 'before' | 'after') => {
      failNext = how;
    },
    findSeen: async (identities: readonly Identity[]) => {
      calls.lookUps += 1;
      const found = identities
        .map((identity) => events.get(keyOf(identity)))
        .filter((event) => event !== undefined);
      await gate();
      return found;
    },
    append: async (block: readonly StoredEvent[]) => {
      calls.appends += 1;
      await gate();
      const how = failNext;
      failNext = null;
      if (how === 'before') throw new Error('disk full');
      for (const event of block) {
        if (events.has(keyOf(event))) throw new Error(`stored twice: ${event.id}`);
        events.set(keyOf(event), event);
      }
      if (how === 'after') throw new Error('answer lost');
    },
  };
}

const waitingEventsMax = 1000;
const credits = { id: 'credits', allowNegative: true, archived: false } as Service;

function setUp() {
  const store = memoryStore();
  const ingest = makeIngest({
    usageStore: store,
    known: { customer: () => undefined, service: (id) => (id === 'credits' ? credits : undefined) },
    sequence: makeSequence(0),
    clock: { nowMs: () => 1_764_000_000_000 },
    hash64: (text) => text,
    waitingEventsMax,
  });
  const send = (inputs: unknown[], strict = false): Promise<Outcome[]> =>
    ingest.submit(
      inputs.map((input) => ({ input, traceparent: '' })),
      { defaultSource: 'default', strict },
    );
  return { store, ingest, send };
}

const event = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  customer_id: 'acme',
  service: 'api',
  ...more,
});
const statuses = (outcomes: Outcome[]) => outcomes.map(({ status }) => status);

describe('exactly once', () => {
  it('a repeat is a duplicate, other content a conflict, and neither changes anything', async () => {
    const { store, send } = setUp();
    expect(statuses(await send([event('1')]))).toEqual(['accepted']);
    expect(
      statuses(await send([event('1'), event('1', { quantity: '1.0' }), event('1', { quantity: 2 })])),
    ).toEqual(['duplicate', 'duplicate', 'conflict']);
    expect(store.events.size).toBe(1);
  });

  it('within one batch the first of an identity counts', async () => {
    const { store, send } = setUp();
    const outcomes = await send([event('1'), event('2'), event('1'), event('1', { quantity: 5 })]);
    expect(statuses(outcomes)).toEqual(['accepted', 'accepted', 'duplicate', 'conflict']);
    expect(store.events.size).toBe(2);
  });

  it('of 64 identical requests in flight together exactly one is accepted', async () => {
    const { store, send } = setUp();
    store.hold();
    const all = Array.from({ length: 64 }, () => send([event('same')]));
    store.release();
    const outcomes = (await Promise.all(all)).flat();
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'duplicate')).toHaveLength(63);
  });

  it('no repeat is answered before its original is durable', async () => {
    const { store, send } = setUp();
    store.hold();
    const original = send([event('1')]);
    let answered = false;
    const repeat = send([event('1')]).then((outcomes) => {
      answered = true;
      return outcomes;
    });
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    store.release();
    expect(statuses([...(await original), ...(await repeat)])).toEqual(['accepted', 'duplicate']);
  });

  it('the same id from another source is another event', async () => {
    const { send } = setUp();
    expect(statuses(await send([event('1'), event('1', { source: 'other' })]))).toEqual([
      'accepted',
      'accepted',
    ]);
  });

  it('two batches with the same events in opposite order do not wait for each other for ever', async () => {
    const { store, send } = setUp();
    const ids = Array.from({ length: 100 }, (_, i) => event(String(i)));
    const outcomes = (await Promise.all([send(ids), send([...ids].reverse())])).flat();
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(100);
    expect(store.events.size).toBe(100);
  });
});

describe('a write that fails', () => {
  it.each(['before', 'after'] as const)(
    'acknowledges nothing, and a retry counts once (failing %s the store took it)',
    async (how) => {
      const { ingest, store, send } = setUp();
      store.failNextAppend(how);
      await expect(send([event('1')])).rejects.toThrow(Busy);
      expect(ingest.trouble()).toMatch(/usage store/);
      expect(statuses(await send([event('1')]))).toEqual([how === 'before' ? 'accepted' : 'duplicate']);
      expect(store.events.size).toBe(1);
      expect(ingest.trouble()).toBeNull();
    },
  );

  it('leaves its identity to the request that waited for it', async () => {
    const { store, send } = setUp();
    store.failNextAppend('before');
    const first = send([event('1')]);
    const second = send([event('1')]);
    await expect(first).rejects.toThrow();
    expect(statuses(await second)).toEqual(['accepted']);
  });
});

describe('checks of new events only', () => {
  const tomorrow = new Date(1_764_000_000_000 + 86_400_000).toISOString();

  it.each([
    ['a time in the future', event('1', { time: tomorrow }), 'time_in_future', 'time'],
    [
      'a negative quantity for an unknown service',
      event('1', { quantity: '-1' }),
      'quantity_invalid',
      'quantity',
    ],
  ])('%s is rejected and does not use up the id', async (_, bad, code, field) => {
    const { send } = setUp();
    expect((await send([bad]))[0]).toMatchObject({
      status: 'rejected',
      code,
      field,
      id: '1',
      source: 'default',
    });
    expect(statuses(await send([event('1')]))).toEqual(['accepted']);
  });

  it('in one batch, a rejected event leaves its id to the corrected one behind it', async () => {
    const { send } = setUp();
    expect(statuses(await send([event('1', { time: tomorrow }), event('1')]))).toEqual([
      'rejected',
      'accepted',
    ]);
  });

  it('a negative quantity is taken where the service allows it', async () => {
    const { send } = setUp();
    expect(statuses(await send([event('1', { service: 'credits', quantity: '-1' })]))).toEqual(['accepted']);
  });

  it('unknown customers and services are warnings, and refusals when strict, but a repeat is answered first', async () => {
    const { send } = setUp();
    expect(await send([event('1')])).toMatchObject([{ warnings: ['customer_unknown', 'service_unknown'] }]);
    expect(await send([event('1')], true)).toMatchObject([{ status: 'duplicate' }]);
    expect(await send([event('2')], true)).toMatchObject([{ status: 'rejected', code: 'customer_unknown' }]);
  });
});

describe('bounds', () => {
  it('requests that wait share one look-up and one insert', async () => {
    const { store, send } = setUp();
    store.hold();
    const first = send([event('first')]);
    const rest = Array.from({ length: 50 }, (_, i) => send([event(`e${i}`)]));
    store.release();
    await Promise.all([first, ...rest]);
    expect(store.calls.lookUps).toBe(1);
    expect(store.calls.appends).toBe(1);
  });

  it('too many waiting events are refused as busy', async () => {
    const { store, send } = setUp();
    store.hold();
    const many = Array.from({ length: waitingEventsMax }, (_, i) => event(String(i)));
    const waiting = send(many);
    await expect(send([event('one more')])).rejects.toThrow(Busy);
    store.release();
    expect(await waiting).toHaveLength(waitingEventsMax);
    expect(statuses(await send([event('one more')]))).toEqual(['accepted']);
  });

  it('sequences rise in the order of storing', async () => {
    const { store, send } = setUp();
    await send([event('1'), event('2')]);
    await send([event('3')]);
    expect([...store.events.values()].map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });
});
