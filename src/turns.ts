/**
 * Long work on the one JavaScript thread, done in turns: after a few milliseconds whoever waits for the event loop comes
 * first. It makes nothing faster; it keeps a large answer from standing in the way of small ones.
 */
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** With two large answers at work a request waits for two such turns, each time it comes back to the event loop. */
const turnMs = 3;
/** Asking for the time costs as much as some of the work it is to bound. */
const itemsPerLook = 32;
/** So many are sorted at once: half a millisecond. */
const sortedAtOnce = 512;

export interface Turns {
  /** Whether this turn has lasted long enough. */
  isOver(): boolean;
  /** Resolves in a later turn of the event loop, which may be long after. */
  next(): Promise<void>;
}

/** The first turn begins now. */
export function makeTurns(nowMs: () => number = () => performance.now()): Turns {
  let endsAtMs = nowMs() + turnMs;
  return {
    isOver: () => nowMs() >= endsAtMs,
    async next() {
      await setImmediate();
      endsAtMs = nowMs() + turnMs;
    },
  };
}

/** Like `for (const item of items) work(item)`. */
export async function eachInTurns<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
  turns: Turns = makeTurns(),
): Promise<void> {
  let done = 0;
  for (const item of items) {
    if (done % itemsPerLook === 0 && turns.isOver()) await turns.next();
    done += 1;
    work(item);
  }
}

/** Like `items.map(work)`. */
export async function mapInTurns<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
  turns: Turns = makeTurns(),
): Promise<Result[]> {
  const results: Result[] = [];
  await eachInTurns(items, (item) => void results.push(work(item)), turns);
  return results;
}

/**
 * Like `items.toSorted(compare)`, and as stable: pieces are sorted, then merged. What stands in order already is only looked
 * through.
 */
export async function sortInTurns<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
  turns: Turns = makeTurns(),
): Promise<Item[]> {
  let runs: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += sortedAtOnce) {
    if (turns.isOver()) await turns.next();
    runs.push(items.slice(start, start + sortedAtOnce).sort(compare));
  }
  while (runs.length > 1) {
    const merged: (readonly Item[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(await mergeInTurns(runs[at] ?? [], runs[at + 1] ?? [], compare, turns));
    }
    runs = merged;
  }
  return [...(runs[0] ?? [])];
}

/** Both are in order; of equals those of `a` come first. */
async function mergeInTurns<Item>(
  a: readonly Item[],
  b: readonly Item[],
  compare: (a: Item, b: Item) => number,
  turns: Turns,
): Promise<readonly Item[]> {
  if (b.length === 0) return a;
  // Copying is quick: 100,000 items take a fraction of a millisecond.
  if (compare(a.at(-1) as Item, b[0] as Item) <= 0) return a.concat(b);
  const merged: Item[] = [];
  let [atA, atB] = [0, 0];
  while (atA < a.length && atB < b.length) {
    if (merged.length % itemsPerLook === 0 && turns.isOver()) await turns.next();
    const isA = compare(a[atA] as Item, b[atB] as Item) <= 0;
    merged.push((isA ? a[atA++] : b[atB++]) as Item);
  }
  return merged.concat(a.slice(atA), b.slice(atB));
}
