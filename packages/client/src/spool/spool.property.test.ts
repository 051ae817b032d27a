/** The spool against a model: whatever happens, what was recorded and not settled comes out again, as it went in. */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch } from '../outbox.ts';
import {
  crashed,
  drain,
  linesOf,
  listSegments,
  makeFolder,
  openTestSpool,
} from '../testing/spool-on-disk.ts';

type Step =
  | { readonly do: 'append'; readonly sizes: readonly number[] }
  | { readonly do: 'settle'; readonly which: number }
  | { readonly do: 'take'; readonly events: number }
  | { readonly do: 'crash' | 'reopen' };

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('append' as const),
      sizes: fc.array(fc.integer({ min: 2, max: 9_000 }), { minLength: 1, maxLength: 20 }),
    }),
    fc.record({ do: fc.constant('settle' as const), which: fc.nat({ max: 1 }) }),
    fc.record({ do: fc.constant('take' as const), events: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ do: fc.constantFrom('crash' as const, 'reopen' as const) }),
  ),
  { maxLength: 30, size: 'max' },
);

/** Text of `size` bytes with all lengths of UTF-8 in it, different for every number. */
function lineOf(number: number, size: number): string {
  return JSON.stringify({ n: number, é: '用😀'.repeat(Math.floor(size / 14)) });
}

/** Runs the steps; says what was recorded, what was settled, and where the spool lies now. */
async function live(plan: readonly Step[], fsync: 'always' | 'never') {
  const recorded: string[] = [];
  const settled = new Set<string>();
  let directory = makeFolder();
  let spool = openTestSpool(directory, { fsync });
  let taken: Batch[] = [];
  for (const step of plan) {
    if (step.do === 'append') {
      const lines = step.sizes.map((size, index) => lineOf(recorded.length + index, size));
      const kept = await Promise.allSettled(lines.map((line) => spool.outbox.append(line)));
      lines.forEach((line, index) => {
        if (kept[index]?.status === 'fulfilled') recorded.push(line);
      });
    } else if (step.do === 'take') {
      const batch = await spool.outbox.take({ maxEvents: step.events, maxBytes: 50_000 });
      if (batch !== null) taken.push(batch);
    } else if (step.do === 'settle') {
      const [batch] = taken.splice(step.which, 1);
      if (batch === undefined) continue;
      for (const line of linesOf(batch)) settled.add(line);
      batch.settle();
    } else {
      if (step.do === 'reopen') await spool.outbox.close();
      else directory = crashed(directory);
      spool = openTestSpool(directory, { fsync });
      taken = [];
      await spool.outbox.found;
    }
  }
  return { recorded, settled, directory, spool };
}

test.each(['always', 'never'] as const)(
  'with fsync %s a killed process leaves every event that it recorded, once and in order',
  async (fsync) => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const { recorded, settled, directory } = await live(plan, fsync);
        const next = openTestSpool(crashed(directory), { fsync });
        const found = await drain(next.outbox);
        const wanted = new Set(recorded);
        expect(found.filter((line) => !wanted.has(line))).toEqual([]);
        expect(new Set(found).size).toBe(found.length);
        const missing = recorded.filter((line) => !settled.has(line) && !found.includes(line));
        expect(missing).toEqual([]);
        expect(next.counts.stats()).toMatchObject({ recorded: found.length, damaged: 0 });
        expect(next.outbox.untaken()).toEqual({ events: 0, bytes: 0 });
      }),
      { numRuns: 25 },
    );
  },
  60_000,
);

test('a byte that changed costs the event it is in, and is counted; all others come out', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      async (plan, where, flip) => {
        const { recorded, settled, directory } = await live(plan, 'never');
        const left = crashed(directory);
        const files = listSegments(left).filter((path) => statSync(path).size > 0);
        fc.pre(files.length > 0);
        const path = files[Math.floor(where * files.length)] as string;
        const bytes = readFileSync(path);
        const at = Math.floor(((where * files.length) % 1) * bytes.length);
        bytes[at] = (bytes[at] as number) ^ flip;
        writeFileSync(path, bytes);
        const next = openTestSpool(left);
        const found = await drain(next.outbox);
        const missing = recorded.filter((line) => !settled.has(line) && !found.includes(line));
        expect(missing.length).toBeLessThanOrEqual(1);
        expect(found.filter((line) => !recorded.includes(line))).toEqual([]);
        const { damaged, recorded: counted } = next.counts.stats();
        expect(damaged).toBeGreaterThanOrEqual(missing.length);
        expect(damaged).toBeLessThanOrEqual(1);
        expect(counted).toBe(found.length);
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

test('a file cut anywhere loses what was cut off, and nothing before or behind', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.nat(), async (plan, which, cut) => {
      const { recorded, settled, directory } = await live(plan, 'never');
      const left = crashed(directory);
      const files = listSegments(left).filter((path) => statSync(path).size > 0);
      fc.pre(files.length > 0);
      const path = files[which % files.length] as string;
      truncateSync(path, cut % statSync(path).size);
      const next = openTestSpool(left);
      const found = await drain(next.outbox);
      expect(found.filter((line) => !recorded.includes(line))).toEqual([]);
      const missing = recorded.filter((line) => !settled.has(line) && !found.includes(line));
      // What is missing lay together, in one file.
      const places = missing.map((line) => recorded.indexOf(line));
      places.forEach((place, index) => {
        const before = places[index - 1] ?? place - 1;
        const between = recorded.slice(before + 1, place);
        expect(between.filter((line) => !settled.has(line))).toEqual([]);
      });
      expect(next.counts.stats().recorded).toBe(found.length);
    }),
    { numRuns: 30 },
  );
}, 60_000);
