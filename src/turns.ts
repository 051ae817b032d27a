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

/** Like `items.map(work)`. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  turns: Turns = makeTurns(),
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length % itemsPerLook === 0 && turns.isOver()) await turns.next();
    results.push(work(item));
  }
  return results;
}
