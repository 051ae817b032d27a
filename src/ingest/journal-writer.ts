/**
 * Group commit: events that arrive together share one entry of the journal, one write and one fsync; then they are
 * acknowledged, and wait in the flusher for a big block. Sequences are given here, in the order of the journal.
 */
import { Busy } from '../errors.ts';
import type { Journal } from '../storage/journal.ts';
import { readSequence, writeSequence } from '../storage/usage-rows/encode-rows.ts';
import type { Candidate } from './candidate.ts';
import type { Flusher } from './flusher.ts';
import { gather } from './gather.ts';
import type { IngestObserver } from './observer.ts';
import type { Sequence } from './sequence.ts';

/** The admitted events of one request, or one correction. */
export interface Batch {
  /** Its row (usage-rows/encode-corrections.ts), which still lacks its sequence. */
  readonly correction?: Buffer;
  /** All rows of the request; those of its candidates are written. */
  readonly rows: Buffer;
  readonly candidates: readonly Candidate[];
  /** Called when they are on disk, before anything else can happen to them. */
  readonly onDurable: () => void;
  /** Called when every later query sees them. */
  readonly onVisible: () => void;
}

export interface JournalWriter {
  /** Resolves when all are durable. When it rejects, some may still be found after a crash. */
  write(batch: Batch): Promise<void>;
  /** The same for one correction, which shares entry and fsync with what arrives with it; resolves with its sequence. */
  writeCorrection(row: Buffer): Promise<number>;
  /** Resolves when every sequence that was given before the call is durable, and in the flusher, or failed. */
  settled(): Promise<void>;
}

export interface JournalWriterDependencies {
  readonly journal: Pick<Journal, 'append'>;
  readonly flusher: Pick<Flusher, 'add' | 'waiting'>;
  readonly sequence: Sequence;
  readonly entryEventsMax: number;
  /** How far the journal may run ahead of the store. */
  readonly waitingBytesMax: number;
  readonly observer?: Pick<IngestObserver, 'appending'> | undefined;
}

export function makeJournalWriter(dependencies: JournalWriterDependencies): JournalWriter {
  const { flusher, entryEventsMax, waitingBytesMax } = dependencies;
  /** The entry that has its sequences and is being written: there is at most one. It never rejects. */
  let underWay: Promise<unknown> = Promise.resolve();
  const write = gather<Batch, void>({
    weigh: ({ candidates, correction }) => candidates.length + (correction === undefined ? 0 : 1),
    weightMax: entryEventsMax,
    run: (batches) => {
      if (flusher.waiting().bytes > waitingBytesMax) {
        throw new Busy('too many acknowledged events wait for the usage store', 2);
      }
      const written = writeEntry(dependencies, batches);
      underWay = written.catch(() => {});
      return written;
    },
  });
  return {
    write: async (batch) => (batch.candidates.length === 0 ? undefined : write(batch)),
    async writeCorrection(correction) {
      const nothing = () => {};
      const alone = { rows: Buffer.alloc(0), candidates: [], onDurable: nothing, onVisible: nothing };
      await write({ ...alone, correction });
      return readSequence(correction);
    },
    settled: async () => void (await underWay),
  };
}

async function writeEntry(dependencies: JournalWriterDependencies, batches: readonly Batch[]): Promise<void> {
  for (const batch of batches) giveSequences(batch, dependencies.sequence);
  const rows = batches.flatMap(rowsOf);
  const corrections = batches.flatMap(({ correction }) => correction ?? []);
  const parts = [...rows, ...corrections];
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  const entry = await append(dependencies, parts, bytes);
  for (const batch of batches) batch.onDurable();
  const onVisible = callAll(batches.map((batch) => batch.onVisible));
  const candidates = batches.flatMap((batch) => batch.candidates);
  const [events, months] = [candidates.length, monthsOf(candidates)];
  dependencies.flusher.add({ entry, rows, corrections, bytes, events, months, suspect: false, onVisible });
}

/** Made apart, so that it keeps these functions and not their batches. */
function callAll(functions: readonly (() => void)[]): () => void {
  return () => {
    for (const call of functions) call();
  };
}

async function append(
  { journal, observer }: JournalWriterDependencies,
  rows: readonly Buffer[],
  bytes: number,
): Promise<number> {
  const settled = observer?.appending(bytes);
  try {
    const entry = await journal.append(rows);
    settled?.(true);
    return entry;
  } catch (error) {
    settled?.(false);
    throw error;
  }
}

function giveSequences({ rows, candidates, correction }: Batch, sequence: Sequence): void {
  for (const { rowEnd } of candidates) writeSequence(rows, rowEnd, sequence.next());
  if (correction !== undefined) writeSequence(correction, correction.length, sequence.next());
}

/**
 * The candidates' rows where they lie: one piece, unless some row between them was not admitted. They are copied where
 * most were not: one event in a large batch of repeats must not keep the whole batch in memory until it is stored.
 */
function rowsOf({ rows, candidates }: Batch): Buffer[] {
  const pieces: Buffer[] = [];
  let [start, end] = [0, 0];
  for (const { rowStart, rowEnd } of candidates) {
    if (rowStart !== end) {
      if (end > start) pieces.push(rows.subarray(start, end));
      start = rowStart;
    }
    end = rowEnd;
  }
  if (end > start) pieces.push(rows.subarray(start, end));
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return bytes * 2 < rows.length ? [Buffer.concat(pieces)] : pieces;
}

/** Months of 30.44 days since 1970: near enough to tell few from many. */
export function monthsOf(events: readonly { readonly timeMs: number }[]): Set<number> {
  const months = new Set<number>();
  for (const { timeMs } of events) months.add(Math.floor(timeMs / 2_629_746_000));
  return months;
}
