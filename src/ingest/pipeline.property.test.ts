import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Busy } from '../errors.ts';
import type { Outcome } from './outcome.ts';
import type { SeenFilter } from './seen-filter.ts';
import {
  type Disk,
  event,
  freshDisk,
  type Pipeline,
  type PipelineOptions,
  start,
} from './testing/pipeline.ts';

/** What can happen, in any order. Few ids, so that they meet often. */
type Step =
  | { readonly kind: 'send'; readonly batches: readonly (readonly [id: number, quantity: number])[][] }
  | { readonly kind: 'fail'; readonly part: 'journal' | 'store'; readonly how: 'before' | 'after' }
  | { readonly kind: 'barrier' }
  | { readonly kind: 'crash' };

const sent = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 2 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      batches: fc.array(fc.array(sent, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      part: fc.constantFrom('journal' as const, 'store' as const),
      how: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('barrier' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
);

/** What the answers allow: an acknowledged identity has one content, for ever; an open one may have several. */
class Model {
  readonly #acknowledged = new Map<string, string>();

  note(id: number, quantity: number, outcome: Outcome): void {
    const known = this.#acknowledged.get(String(id));
    const content = String(quantity);
    if (outcome.status === 'accepted') {
      expect(known, `${id} accepted twice`).toBeUndefined();
      this.#acknowledged.set(String(id), content);
    } else if (outcome.status === 'duplicate') {
      if (known !== undefined) expect(content, `${id} called a duplicate`).toBe(known);
      this.#acknowledged.set(String(id), content);
    } else if (outcome.status === 'conflict') {
      if (known !== undefined) expect(content, `${id} called a conflict`).not.toBe(known);
    }
  }

  check(disk: Disk): void {
    for (const [id, quantity] of this.#acknowledged) {
      const stored = [...disk.store.events.values()].filter((one) => one.id === id);
      expect(
        stored.map((one) => one.quantity),
        `acknowledged ${id}`,
      ).toEqual([quantity]);
    }
    const sequences = [...disk.store.events.values()].map((one) => one.sequence);
    expect(new Set(sequences).size, 'sequences are given once').toBe(sequences.length);
  }
}

async function send(
  pipeline: Pipeline,
  batches: readonly (readonly (readonly [number, number])[])[],
  model: Model,
) {
  const answers = await Promise.all(
    batches.map((batch) =>
      pipeline
        .send(batch.map(([id, quantity]) => event(String(id), { quantity })))
        .catch((error: unknown) => {
          expect(error).toBeInstanceOf(Busy);
          return null;
        }),
    ),
  );
  // Accepted first: of requests in flight together, which one was first is theirs to decide.
  const all = answers.flatMap((outcomes, at) =>
    (outcomes ?? []).map((outcome, index) => ({ outcome, sent: batches[at]?.[index] ?? [0, 0] })),
  );
  const order = ['accepted', 'duplicate', 'conflict', 'rejected'];
  all.sort((a, b) => order.indexOf(a.outcome.status) - order.indexOf(b.outcome.status));
  for (const {
    outcome,
    sent: [id, quantity],
  } of all)
    model.note(id as number, quantity as number, outcome);
}

async function run(steps: readonly Step[], options: PipelineOptions = {}): Promise<void> {
  const disk = freshDisk();
  const model = new Model();
  let pipeline = await start(disk, options);
  for (const one of steps) {
    if (one.kind === 'send') await send(pipeline, one.batches, model);
    else if (one.kind === 'fail') disk[one.part].appends.failNext(one.how);
    else if (one.kind === 'barrier') await pipeline.ingest.barrier().catch(() => {});
    else pipeline = await crash(disk, pipeline, options);
  }
  await crash(disk, pipeline, options);
  model.check(disk);
}

/** The process is gone in the middle of whatever it did; another one starts on what is on disk. */
async function crash(disk: Disk, pipeline: Pipeline, options: PipelineOptions): Promise<Pipeline> {
  void pipeline;
  const journal = disk.journal;
  const store = disk.store;
  // The dead process's write under way must not reach the disk any more.
  const copy: Disk = { store: store.afterCrash(), journal: journal.afterCrash() };
  Object.assign(disk, copy);
  for (let attempt = 0; ; attempt++) {
    try {
      return await start(disk, options);
    } catch (error) {
      // A start may fail with the store; it is begun again, as an operator would.
      if (attempt === 5) throw error;
    }
  }
}

it('whatever is sent, repeated, in conflict, failing, crashing and restarted: what was acknowledged counts once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => run(steps)),
    { numRuns: 300 },
  );
}, 60_000);

it('the same property fails for a filter that forgets, so it can fail', async () => {
  const forgetful = { mayContain: () => false, add: () => {} } as unknown as SeenFilter;
  const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
    run(steps, { seen: forgetful }),
  );
  await expect(fc.assert(property, { numRuns: 300, endOnFailure: true })).rejects.toThrow();
}, 60_000);
