import { expect, it } from 'vitest';
import { Busy } from '../errors.ts';
import type { IngestObserver } from './observer.ts';
import { exactFilter } from './testing/memory-parts.ts';
import { event, makePipeline, type PipelineOptions, statuses } from './testing/pipeline.ts';

/** Writes down what it is told. */
function watchedPipeline(options: PipelineOptions = {}) {
  const told: unknown[] = [];
  const observer: IngestObserver = {
    decided: (outcomes) => void told.push(['decided', ...statuses(outcomes)]),
    lookedUp: (identities) => void told.push(['looked up', identities]),
    falseMaybes: (identities) => void told.push(['false maybes', identities]),
    appending: (bytes) => {
      expect(bytes).toBeGreaterThan(0);
      return (ok) => void told.push(['appended', ok]);
    },
  };
  return { ...makePipeline(undefined, { ...options, observer }), told };
}

it('is told of every outcome, after it is durable', async () => {
  const { send, told, ingest } = watchedPipeline();
  await send([event('1'), event('2'), event('1')]);
  await ingest.barrier();
  await send([event('1', { quantity: 2 }), 'nonsense']);
  expect(told).toEqual([
    ['appended', true],
    ['decided', 'accepted', 'accepted', 'duplicate'],
    ['looked up', 1],
    ['false maybes', 0],
    ['decided', 'conflict', 'rejected'],
  ]);
});

it('is told of a journal that fails, and of no outcome then', async () => {
  const { send, told, journal } = watchedPipeline();
  journal.appends.failNext('before');
  await expect(send([event('1')])).rejects.toThrow(Busy);
  expect(told).toEqual([['appended', false]]);
});

it('a maybe is false when the store does not have it; before the filter is complete there are none', async () => {
  const suspicious = { ...exactFilter(), mayContain: () => true };
  const complete = watchedPipeline({ seen: suspicious });
  await complete.send([event('1'), event('2')]);
  expect(complete.told.slice(0, 2)).toEqual([
    ['looked up', 2],
    ['false maybes', 2],
  ]);
  const filling = watchedPipeline({ seen: { ...suspicious, complete: false } });
  await filling.send([event('1'), event('2')]);
  expect(filling.told).toEqual([
    ['looked up', 2],
    ['appended', true],
    ['decided', 'accepted', 'accepted'],
  ]);
});
