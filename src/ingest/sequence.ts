/**
 * The one order of everything that can change an answer: events, versions of records, closes. It starts after the
 * greatest number that any store holds and only goes up; a number whose write failed is never used again.
 */
import { sequenceStart } from '../storage/usage-rows/encode-rows.ts';

export interface Sequence {
  next(): number;
  /** The last one that was given, or stored by a process before this one. */
  last(): number;
}

export function makeSequence(lastStored: number): Sequence {
  let last = Math.max(lastStored, sequenceStart);
  return {
    last: () => last,
    next() {
      last += 1;
      if (!Number.isSafeInteger(last)) throw new RangeError('the sequence is used up');
      return last;
    },
  };
}
