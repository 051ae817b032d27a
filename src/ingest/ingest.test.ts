import { describe, expect, it, vi } from 'vitest';
import { Busy } from '../errors.ts';
import { decodeRows } from '../storage/usage-rows/decode-rows.ts';
import { sequenceStart } from '../storage/usage-rows/encode-rows.ts';
import type { Chunk } from './flusher.ts';
import { event, makePipeline, nowMs, statuses, waitingEventsMax } from './testing/pipeline.ts';

describe('exactly once', () => {
  it('a repeat is a duplicate, other content a conflict, and neither changes anything', async () => {
    const { ingest, store, send } = makePipeline();
    expect(statuses(await send([event('1')]))).toEqual(['accepted']);
    expect(
      statuses(await send([event('1'), event('1', { quantity: '1.0' }), event('1', { quantity: 2 })])),
    ).toEqual(['duplicate', 'duplicate', 'conflict']);
    await ingest.barrier();
    expect(store.events.size).toBe(1);
  });

  it('within one batch the first of an identity counts', async () => {
    const { ingest, store, send } = makePipeline();
    const outcomes = await send([event('1'), event('2'), event('1'), event('1', { quantity: 5 })]);
    expect(statuses(outcomes)).toEqual(['accepted', 'accepted', 'duplicate', 'conflict']);
    await ingest.barrier();
    expect(store.events.size).toBe(2);
  });

  it('of 64 identical requests in flight together exactly one is accepted', async () => {
    const { journal, send } = makePipeline();
    journal.appends.hold();
    const all = Array.from({ length: 64 }, () => send([event('same')]));
    journal.appends.release();
    const outcomes = (await Promise.all(all)).flat();
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'duplicate')).toHaveLength(63);
  });

  it('no repeat is answered before its original is durable', async () => {
    const { journal, send } = makePipeline();
    journal.appends.hold();
    const original = send([event('1')]);
    let answered = false;
    const repeat = send([event('1')]).then((outcomes) => {
      answered = true;
      return outcomes;
    });
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    journal.appends.release();
    expect(statuses([...(await original), ...(await repeat)])).toEqual(['accepted', 'duplicate']);
  });

  it('the same id from another source is another event', async () => {
    const { send } = makePipeline();
    expect(statuses(await send([event('1'), event('1', { source: 'other' })]))).toEqual([
      'accepted',
      'accepted',
    ]);
  });

  it('two batches with the same events in opposite order do not wait for each other for ever', async () => {
    const { ingest, store, send } = makePipeline();
    const ids = Array.from({ length: 100 }, (_, i) => event(String(i)));
    const outcomes = (await Promise.all([send(ids), send([...ids].reverse())])).flat();
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(100);
    await ingest.barrier();
    expect(store.events.size).toBe(100);
  });
});

describe('a write that fails', () => {
  it.each(['before', 'after'] as const)(
    'acknowledges nothing, and a retry counts once (failing %s the journal wrote it)',
    async (how) => {
      const { ingest, journal, store, send } = makePipeline();
      journal.appends.failNext(how);
      await expect(send([event('1')])).rejects.toThrow(Busy);
      expect(ingest.trouble()).toMatch(/failed/);
      expect(statuses(await send([event('1')]))).toEqual(['accepted']);
      await ingest.barrier();
      expect(store.events.size).toBe(1);
      expect(ingest.trouble()).toBeNull();
    },
  );

  it('leaves its identity to the request that waited for it', async () => {
    const { journal, send } = makePipeline();
    journal.appends.failNext('before');
    const first = send([event('1')]);
    const second = send([event('1')]);
    await expect(first).rejects.toThrow();
    expect(statuses(await second)).toEqual(['accepted']);
  });
});

describe('checks of new events only', () => {
  const tomorrow = new Date(nowMs + 86_400_000).toISOString();

  it.each([
    ['a time in the future', event('1', { time: tomorrow }), 'time_in_future', 'time'],
    [
      'a negative quantity for an unknown service',
      event('1', { quantity: '-1' }),
      'quantity_invalid',
      'quantity',
    ],
  ])('%s is rejected and does not use up the id', async (_, bad, code, field) => {
    const { send } = makePipeline();
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
    const { send } = makePipeline();
    expect(statuses(await send([event('1', { time: tomorrow }), event('1')]))).toEqual([
      'rejected',
      'accepted',
    ]);
  });

  it('a negative quantity is taken where the service allows it', async () => {
    const { send } = makePipeline();
    expect(statuses(await send([event('1', { service: 'credits', quantity: '-1' })]))).toEqual(['accepted']);
  });

  it('unknown customers and services are warnings, and refusals when strict, but a repeat is answered first', async () => {
    const { send } = makePipeline();
    expect(await send([event('1')])).toMatchObject([{ warnings: ['customer_unknown', 'service_unknown'] }]);
    expect(await send([event('1')], true)).toMatchObject([{ status: 'duplicate' }]);
    expect(await send([event('2')], true)).toMatchObject([{ status: 'rejected', code: 'customer_unknown' }]);
  });
});

describe('bounds', () => {
  it('requests of one turn share one entry of the journal, and what was never seen is not looked up', async () => {
    const { journal, store, send } = makePipeline();
    journal.appends.hold();
    const first = send([event('first')]);
    const rest = Array.from({ length: 50 }, (_, i) => send([event(`e${i}`)]));
    journal.appends.release();
    await Promise.all([first, ...rest]);
    expect(store.lookUps.calls).toBe(0);
    expect(journal.appends.calls).toBe(1);
  });

  it('too many waiting events are refused as busy', async () => {
    const { journal, send } = makePipeline();
    journal.appends.hold();
    const many = Array.from({ length: waitingEventsMax }, (_, i) => event(String(i)));
    const waiting = send(many);
    await expect(send([event('one more')])).rejects.toThrow(Busy);
    journal.appends.release();
    expect(await waiting).toHaveLength(waitingEventsMax);
    expect(statuses(await send([event('one more')]))).toEqual(['accepted']);
  });

  it('sequences rise in the order of storing', async () => {
    const { ingest, store, send } = makePipeline();
    await send([event('1'), event('2')]);
    await send([event('3')]);
    await ingest.barrier();
    expect([...store.events.values()].map(({ sequence }) => sequence - sequenceStart)).toEqual([1, 2, 3]);
  });

  it('one new event in a large batch of repeats does not keep the batch in memory', async () => {
    const { send, flusher } = makePipeline();
    const repeats = Array.from({ length: 200 }, (_, i) => event(String(i)));
    await send(repeats);
    const add = vi.spyOn(flusher, 'add');
    await send([...repeats, event('new')]);
    const [{ rows, bytes }] = add.mock.calls[0] as [Chunk];
    const kept = rows.reduce((sum, one) => sum + one.buffer.byteLength, 0);
    expect(decodeRows(Buffer.concat([...rows])).map(({ id }) => id)).toEqual(['new']);
    // Small buffers share a slab of the runtime's.
    expect(kept).toBeLessThanOrEqual(Math.max(bytes, Buffer.poolSize));
  });
});

it('settle waits for what has its sequence and is still being written, which the barrier alone does not', async () => {
  const { ingest, journal, store, send } = makePipeline();
  journal.appends.hold();
  const sent = send([event('1')]);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  await ingest.barrier();
  const counted = ingest.settle().then(() => store.events.size);
  journal.appends.release();
  expect(await counted).toBe(1);
  await sent;
});
