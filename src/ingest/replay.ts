/**
 * What the journal kept from a process before this one goes into the store, as far as it is missing there. It may be
 * cut off and begun again any number of times: each event is stored once all the same.
 */
import type { RecoveredEntry } from '../storage/journal.ts';
import { decodeRows } from '../storage/usage-rows/decode-rows.ts';
import { splitEntry } from '../storage/usage-rows/encode-corrections.ts';
import type { Flusher } from './flusher.ts';
import { monthsOf } from './journal-writer.ts';

export interface ReplayDependencies {
  readonly flusher: Pick<Flusher, 'add' | 'barrier' | 'waiting'>;
  /** Entries are read ahead of the store by at most this. */
  readonly waitingBytesMax: number;
}

/** Resolves to the number of events that were replayed, when all are in the store. */
export async function replay(
  recovered: AsyncIterable<RecoveredEntry>,
  { flusher, waitingBytesMax }: ReplayDependencies,
): Promise<number> {
  let replayed = 0;
  for await (const { entry, payload } of recovered) {
    const parts = splitEntry(payload);
    const events = decodeRows(parts.events);
    replayed += events.length;
    const corrections = parts.corrections.length === 0 ? [] : [parts.corrections];
    const rows = { rows: [parts.events], corrections };
    const chunk = { entry, ...rows, bytes: payload.length, events: events.length };
    flusher.add({ ...chunk, months: monthsOf(events), suspect: true, onVisible: () => {} });
    if (flusher.waiting().bytes > waitingBytesMax) await flusher.barrier();
  }
  await flusher.barrier();
  return replayed;
}
