/**
 * Group commit: events that arrive together share one entry of the journal, one write and one fsync; then they are
 * acknowledged, and wait in the flusher for a big block. Sequences are given here, in the order of the journal.
 */
import type { StoredEvent } from '../domain/events/stored-event.ts';
import { Busy } from '../errors.ts';
import type { Journal } from '../storage/journal.ts';
import type { UsageStore } from '../storage/usage-store.ts';
import type { Flusher } from './flusher.ts';
import { gather } from './gather.ts';
import type { IngestObserver } from './observer.ts';
import type { Sequence } from './sequence.ts';

export type UnsequencedEvent = Omit<StoredEvent, 'sequence'>;

/** The admitted events of one request. */
export interface Batch {
  readonly events: readonly UnsequencedEvent[];
  /** Called when they are on disk, before anything else can happen to them. */
  readonly onDurable: () => void;
  /** Called when every later query sees them. */
  readonly onVisible: () => void;
}

export interface JournalWriter {
  /** Resolves when all are durable. When it rejects, some may still be found after a crash. */
  write(batch: Batch): Promise<void>;
}

export interface JournalWriterDependencies {
  readonly usageStore: Pick<UsageStore, 'encode'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly flusher: Pick<Flusher, 'add' | 'waiting'>;
  readonly sequence: Sequence;
  readonly entryEventsMax: number;
  /** How far the journal may run ahead of the store. */
  readonly waitingBytesMax: number;
  readonly observer?: Pick<IngestObserver, 'appending'> | undefined;
}

export function makeJournalWriter(dependencies: JournalWriterDependencies): JournalWriter {
  const { usageStore, flusher, sequence, entryEventsMax, waitingBytesMax } = dependencies;
  const write = gather<Batch, void>({
    weigh: ({ events }) => events.length,
    weightMax: entryEventsMax,
    run: async (batches) => {
      if (flusher.waiting().bytes > waitingBytesMax) {
        throw new Busy('too many acknowledged events wait for the usage store', 2);
      }
      const events = sequenced(batches, sequence);
      const rows = usageStore.encode(events);
      const entry = await append(dependencies, rows);
      for (const batch of batches) batch.onDurable();
      const onVisible = () => {
        for (const batch of batches) batch.onVisible();
      };
      flusher.add({
        entry,
        rows,
        events: events.length,
        months: monthsOf(events),
        suspect: false,
        onVisible,
      });
    },
  });
  return { write: async (batch) => (batch.events.length === 0 ? undefined : write(batch)) };
}

async function append({ journal, observer }: JournalWriterDependencies, rows: Buffer): Promise<number> {
  const settled = observer?.appending(rows.length);
  try {
    const entry = await journal.append([rows]);
    settled?.(true);
    return entry;
  } catch (error) {
    settled?.(false);
    throw error;
  }
}

function sequenced(batches: readonly Batch[], sequence: Sequence): StoredEvent[] {
  const stored: StoredEvent[] = [];
  for (const { events } of batches) {
    // Assigned, not spread: the objects are this pipeline's own, and a copy of each is dear.
    for (const event of events) stored.push(Object.assign(event, { sequence: sequence.next() }));
  }
  return stored;
}

/** Months of 30.44 days since 1970: near enough to tell few from many. */
export function monthsOf(events: readonly { readonly timeMs: number }[]): Set<number> {
  const months = new Set<number>();
  for (const { timeMs } of events) months.add(Math.floor(timeMs / 2_629_746_000));
  return months;
}
