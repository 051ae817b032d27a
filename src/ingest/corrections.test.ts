/** Corrections in the pipeline: durable before they are answered, stored whatever fails, and told to those who repeat. */
import { describe, expect, it } from 'vitest';
import type { NewCorrection } from '../domain/events/correction.ts';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { Busy } from '../errors.ts';
import { sequenceStart } from '../storage/usage-rows/encode-rows.ts';
import { event, freshDisk, makePipeline, nowMs, start, statuses } from './testing/pipeline.ts';

const original: StoredEvent = {
  ...{ source: 'default', id: '1', customerId: 'acme', service: 'api', timeMs: nowMs, quantity: '1' },
  ...{ amount: null, properties: [], traceparent: '', fingerprint: '00000000000000ff' },
  ...{ sequence: sequenceStart + 1, receivedAtMs: nowMs },
};
const voided: NewCorrection = {
  ...{ id: 'c1', action: 'void', source: 'default', eventId: '1', reason: 'sent twice', actor: 'local' },
  ...{ event: null, receivedAtMs: nowMs },
};

describe('a correction', () => {
  it('is journalled, and stored with the sequence it is answered with', async () => {
    const { ingest, journal, store, send } = makePipeline();
    await send([event('1')]);
    const correction = await ingest.correct(voided, original);
    await ingest.barrier();
    expect(correction).toEqual({ ...voided, sequence: sequenceStart + 2 });
    expect(store.corrections).toHaveLength(1);
    expect(store.corrections[0]?.split('\t').at(-2)).toBe(String(correction.sequence));
    expect(journal.entries.at(-1)?.payload.toString()).toBe(store.corrections[0]);
  });

  it('shares an entry with events, behind their rows', async () => {
    const { ingest, journal, send } = makePipeline();
    await Promise.all([ingest.correct(voided, original), send([event('2')])]);
    expect(journal.entries).toHaveLength(1);
    const rows = journal.entries[0]?.payload.toString().split('\n') ?? [];
    expect(rows.map((row) => row.startsWith('\t'))).toEqual([false, true, false]);
  });

  it('is not answered while it is not durable, and not when the journal fails', async () => {
    const { ingest, journal, store } = makePipeline();
    journal.appends.failNext('before');
    await expect(ingest.correct(voided, original)).rejects.toThrow(Busy);
    expect(store.corrections).toEqual([]);
  });

  it('is tried again when the store fails, after the events of its block and without doubling them', async () => {
    const { ingest, store, send } = makePipeline();
    store.correctionAppends.failNext('before');
    const [outcomes] = await Promise.all([send([event('2')]), ingest.correct(voided, original)]);
    expect(statuses(outcomes)).toEqual(['accepted']);
    await expect(ingest.barrier()).rejects.toThrow(Busy);
    await expect.poll(() => store.corrections.length).toBe(1);
    expect(store.events.size).toBe(1);
  });

  it('that only the journal has is stored at the next start', async () => {
    const disk = freshDisk();
    const { ingest, store, journal } = makePipeline(disk);
    store.correctionAppends.hold();
    await ingest.correct(voided, original);
    const after = { store: store.afterCrash(), journal: journal.afterCrash() };
    await start(after);
    expect(after.store.corrections).toEqual([journal.entries[0]?.payload.toString()]);
  });

  it('is waited for by settle from the moment it has its sequence', async () => {
    const { ingest, journal, store } = makePipeline();
    journal.appends.hold();
    void ingest.correct(voided, original);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const settled = ingest.settle().then(() => store.corrections.length);
    journal.appends.release();
    expect(await settled).toBe(1);
  });
});

describe('a repeat of a corrected event', () => {
  it.each([
    ['void', 'event_voided'],
    ['amend', 'event_amended'],
  ] as const)('after %s is a duplicate with the warning %s, each time it comes', async (action, warning) => {
    const { ingest, store, send } = makePipeline();
    await send([event('1'), event('2')]);
    await ingest.barrier();
    store.actions.set('default\t1', action);
    const outcomes = await send([event('1'), event('1'), event('2'), event('1', { quantity: 9 })]);
    expect(outcomes).toMatchObject([
      { status: 'duplicate', warnings: [warning] },
      { status: 'duplicate', warnings: [warning] },
      { status: 'duplicate' },
      { status: 'conflict' },
    ]);
    expect(outcomes[2]).not.toHaveProperty('warnings');
  });
});
