import { expect, it } from 'vitest';
import { keyOf } from './look-up.ts';
import { takenInQuarantine } from './taken-in-quarantine.ts';
import { exactFilter, MemoryQuarantine } from './testing/memory-parts.ts';
import { event, freshDisk, makePipeline, statuses } from './testing/pipeline.ts';

it('an acknowledged event in quarantine keeps its identity, also after a restart', async () => {
  const disk = freshDisk();
  disk.store.poison.add('bad');
  const first = makePipeline(disk);
  expect(statuses(await first.send([event('bad'), event('good')]))).toEqual(['accepted', 'accepted']);
  await first.ingest.barrier();
  expect(first.quarantine.kept).toEqual(['bad']);

  const filter = exactFilter();
  for (const identity of first.quarantine.identities()) filter.add(keyOf(identity));
  const again = makePipeline(disk, { seen: filter, quarantine: first.quarantine });
  expect(statuses(await again.send([event('bad'), event('bad', { quantity: 2 })]))).toEqual([
    'duplicate',
    'conflict',
  ]);
  await again.ingest.barrier();
  expect(first.quarantine.kept).toEqual(['bad']);
});

it('what neither has is not found', async () => {
  const { store } = freshDisk();
  const both = takenInQuarantine(store, new MemoryQuarantine());
  expect(await both.findSeen([{ source: 's', id: '1' }])).toEqual([]);
});
