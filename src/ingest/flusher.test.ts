import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Busy } from '../errors.ts';
import { flusherInMemory } from './testing/flusher-in-memory.ts';
import { event, makePipeline, statuses } from './testing/pipeline.ts';

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

describe('a block is stored', () => {
  it('when it has enough rows, at once', async () => {
    const { store, blocks, add } = flusherInMemory({ rowsTarget: 3 });
    add(1);
    add(1);
    await pass(0);
    expect(store.appends.calls).toBe(0);
    add(1);
    await pass(0);
    expect(blocks).toEqual([3]);
  });

  it('when its oldest event is old enough, with all that came since', async () => {
    const { store, blocks, add } = flusherInMemory();
    add(1);
    await pass(200);
    add(1);
    await pass(99);
    expect(store.appends.calls).toBe(0);
    await pass(1);
    expect(blocks).toEqual([2]);
  });

  it('when somebody waits for it, at once; nobody waits for what came later', async () => {
    const { store, flusher, blocks, add } = flusherInMemory();
    await flusher.barrier();
    store.appends.hold();
    add(1);
    let seen = 0;
    const waiting = flusher.barrier().then(() => {
      seen = store.events.size;
    });
    await pass(0);
    const alsoWaiting = flusher.barrier();
    add(1);
    store.appends.release();
    await Promise.all([waiting, alsoWaiting]);
    expect([seen, blocks]).toEqual([1, [1]]);
    await pass(299);
    expect(blocks).toEqual([1]);
    await pass(1);
    expect(blocks).toEqual([1, 1]);
  });

  it('right behind the one under way, when somebody waits for what came meanwhile', async () => {
    const { store, flusher, blocks, add } = flusherInMemory();
    store.appends.hold();
    add(1);
    await pass(300);
    add(1);
    const waiting = flusher.barrier();
    store.appends.release();
    await pass(0);
    await waiting;
    expect(blocks).toEqual([1, 1]);
  });

  it('one after another where much waits, none with more rows than allowed', async () => {
    const { store, flusher, blocks, add } = flusherInMemory({ rowsTarget: 6, rowsMax: 6 });
    store.appends.hold();
    for (let entry = 0; entry < 6; entry++) add(3);
    const waiting = flusher.barrier();
    store.appends.release();
    await pass(0);
    await waiting;
    expect(Math.max(...blocks)).toBeLessThanOrEqual(6);
    expect([blocks.reduce((sum, one) => sum + one), store.events.size]).toEqual([18, 18]);
  });

  it.each<readonly [months: number, events: number, afterMs: number]>([
    [12, 60, 0],
    [13, 60, 3_000],
    [13, 129, 3_000],
    [13, 130, 0],
    [200, 499, 3_000],
    [200, 500, 0],
  ])(
    'the later the more months it touches: %d months and %d rows after %d ms',
    async (months, events, afterMs) => {
      const { store, blocks, add } = flusherInMemory();
      add(events, months);
      await pass(Math.max(afterMs - 1, 0));
      if (afterMs > 0) expect(store.appends.calls).toBe(0);
      await pass(afterMs > 0 ? 1 : 0);
      expect(blocks).toEqual([events]);
    },
  );

  it('as before when the many months have been stored', async () => {
    const { blocks, add } = flusherInMemory();
    add(130, 13);
    await pass(0);
    add(1);
    await pass(300);
    expect(blocks).toEqual([130, 1]);
  });
});

it('the journal is told to forget, and whoever waits told to look, only when the events are visible', async () => {
  const { store, journal, visible, add } = flusherInMemory();
  store.appends.hold();
  add(2);
  add(1);
  await pass(300);
  expect([store.appends.calls, journal.released, visible]).toEqual([1, 0, []]);
  store.appends.release();
  await pass(0);
  expect([store.events.size, journal.released, visible]).toEqual([3, 2, [1, 2]]);
});

it('what waits is counted, with the age of the oldest, while it is stored and when that fails', async () => {
  const { store, flusher, add } = flusherInMemory();
  add(1);
  await pass(200);
  add(2);
  store.appends.hold();
  store.appends.failNext('before');
  await pass(250);
  expect(flusher.waiting()).toMatchObject({ events: 3, ageMs: 450 });
  store.appends.release();
  await pass(50);
  expect(flusher.waiting()).toMatchObject({ events: 3, ageMs: 500 });
  await pass(50);
  expect(flusher.waiting()).toEqual({ events: 0, bytes: 0, ageMs: 0 });
});

describe('a store that fails', () => {
  it('keeps nothing from anyone: all waits, is told of, and flows in once when the store is back', async () => {
    const { store, journal, flusher, visible, add, ids } = flusherInMemory();
    for (const how of ['before', 'before', 'before', 'before'] as const) store.appends.failNext(how);
    add(2);
    await pass(300);
    expect(flusher.trouble()).toBe(
      'the usage store failed 1 times in a row; 2 acknowledged events wait in the journal',
    );
    await expect(flusher.barrier()).rejects.toThrow(Busy);
    // Asking does not hurry it.
    expect(store.appends.calls).toBe(1);
    add(1);
    expect([flusher.waiting().events, journal.released, visible]).toEqual([3, 0, []]);
    await pass(100 + 200 + 400 + 400);
    expect([ids(), visible, journal.released]).toEqual([['1', '2', '3'], [1, 2], 2]);
    expect([flusher.trouble(), flusher.waiting().events]).toEqual([null, 0]);
    await expect(flusher.barrier()).resolves.toBeUndefined();
  });

  it('is tried again after longer and longer pauses, however much arrives', async () => {
    const { store, add } = flusherInMemory({ rowsTarget: 2 });
    for (let failure = 0; failure < 6; failure++) store.appends.failNext('before');
    add(2);
    await pass(0);
    for (const [pause, calls] of [
      [100, 2],
      [200, 3],
      [400, 4],
      [400, 5],
    ] as const) {
      add(2);
      await pass(pause - 1);
      expect(store.appends.calls).toBe(calls - 1);
      await pass(1);
      expect(store.appends.calls).toBe(calls);
    }
  });

  it('whoever waits for what it did not store is told so', async () => {
    const { store, flusher, add } = flusherInMemory();
    store.appends.failNext('before');
    add(1);
    const waiting = expect(flusher.barrier()).rejects.toThrow(Busy);
    await pass(0);
    await waiting;
  });

  it('and had stored the block all the same gets it once: it is asked what it has', async () => {
    const { store, blocks, visible, add, ids } = flusherInMemory();
    store.appends.failNext('after');
    add(2);
    await pass(300);
    add(1);
    await pass(100);
    expect(ids()).toEqual(['1', '2', '3']);
    expect([store.lookUps.calls, store.appends.calls, blocks, visible]).toEqual([1, 2, [3], [1, 2]]);
  });

  it('is tried once more at the end, and then let go, so that the process can stop', async () => {
    const { store, journal, flusher, add } = flusherInMemory();
    for (let failure = 0; failure < 3; failure++) store.appends.failNext('before');
    add(2);
    await pass(300);
    await flusher.close();
    expect([store.appends.calls, vi.getTimerCount(), journal.released]).toEqual([2, 0, 0]);
  });
});

it('what is left at the end is stored without waiting', async () => {
  const { flusher, journal, add, ids } = flusherInMemory();
  add(2);
  await flusher.close();
  expect([ids(), journal.released, vi.getTimerCount()]).toEqual([['1', '2'], 1, 0]);
});

describe('events that the store refuses', () => {
  const poison = ['5', '12'];
  const healthy = Array.from({ length: 16 }, (_, at) => String(at + 1)).filter((id) => !poison.includes(id));

  async function storeAll(faultAt: number, how: 'before' | 'after') {
    const parts = flusherInMemory();
    const { store, add, flusher } = parts;
    for (const id of poison) store.poison.add(id);
    const append = store.append.bind(store);
    store.append = (rows) => {
      if (store.appends.calls + 1 === faultAt) store.appends.failNext(how);
      return append(rows);
    };
    for (let entry = 0; entry < 4; entry++) add(4);
    await pass(10_000);
    expect(flusher.waiting().events).toBe(0);
    return parts;
  }

  it('are set aside by name, and the rest flow', async () => {
    const { quarantine, journal, flusher, visible, ids } = await storeAll(0, 'before');
    expect([ids(), quarantine.kept, visible]).toEqual([healthy, poison, [1, 2, 3, 4]]);
    expect([journal.released, flusher.trouble()]).toEqual([4, null]);
  });

  it.each(['before', 'after'] as const)(
    'also when the store fails anywhere in the search, %s it stored',
    async (how) => {
      const { calls } = (await storeAll(0, how)).store.appends;
      expect(calls).toBeGreaterThan(8);
      for (let faultAt = 1; faultAt <= calls; faultAt++) {
        const { quarantine, journal, ids } = await storeAll(faultAt, how);
        expect([ids(), quarantine.kept, journal.released], `fault at ${faultAt}`).toEqual([
          healthy,
          poison,
          4,
        ]);
      }
    },
  );
});

it('beyond the bound on what waits, writes are refused as busy, nothing of them is kept, and a retry is taken', async () => {
  vi.useRealTimers();
  const { store, journal, ingest, send } = makePipeline(undefined, { waitingBytesMax: 500 });
  store.appends.hold();
  let accepted = 0;
  const refusedAt = async () => {
    for (; ; accepted++) {
      const refusal = await send([event(String(accepted))]).then(
        () => null,
        (error: unknown) => error,
      );
      if (refusal) return refusal;
    }
  };
  expect(await refusedAt()).toBeInstanceOf(Busy);
  expect(accepted).toBeGreaterThan(1);
  expect([journal.entries.length, ingest.waiting().identities]).toEqual([accepted, accepted]);
  store.appends.release();
  await ingest.barrier();
  expect(statuses(await send([event(String(accepted)), event('0')]))).toEqual(['accepted', 'duplicate']);
  await ingest.barrier();
  expect(store.events.size).toBe(accepted + 1);
});
