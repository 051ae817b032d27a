/** The whole pipeline over parts in memory, as compose.ts puts it together over real ones. */
import type { Service } from '../../domain/records/service.ts';
import { Flusher, type FlushRules } from '../flusher.ts';
import { type Ingest, makeIngest } from '../ingest.ts';
import { makeJournalWriter } from '../journal-writer.ts';
import type { IngestObserver } from '../observer.ts';
import type { Outcome } from '../outcome.ts';
import { replay } from '../replay.ts';
import type { SeenFilter } from '../seen-filter.ts';
import { makeSequence } from '../sequence.ts';
import { takenInQuarantine } from '../taken-in-quarantine.ts';
import { hashOf } from './hash-of.ts';
import { exactFilter, MemoryJournal, MemoryQuarantine, MemoryStore } from './memory-parts.ts';

export const nowMs = 1_764_000_000_000;
export const waitingEventsMax = 1000;
const credits = { id: 'credits', allowNegative: true, archived: false } as Service;

const quick: FlushRules = {
  rowsTarget: 50,
  ageTargetMs: 1,
  monthsFew: 12,
  rowsPerMonth: 10,
  rowsMax: 500,
  ageMaxMs: 2,
  retryMs: 1,
  retryMaxMs: 2,
};

export interface Disk {
  store: MemoryStore;
  journal: MemoryJournal;
}

export interface Pipeline extends Disk {
  readonly ingest: Ingest;
  readonly flusher: Flusher;
  readonly quarantine: MemoryQuarantine;
  send(inputs: readonly unknown[], strict?: boolean): Promise<Outcome[]>;
}

export const freshDisk = (): Disk => ({ store: new MemoryStore(), journal: new MemoryJournal() });

export interface PipelineOptions {
  readonly rules?: Partial<FlushRules>;
  readonly seen?: SeenFilter;
  readonly waitingBytesMax?: number;
  readonly observer?: IngestObserver;
  readonly quarantine?: MemoryQuarantine;
}

/** A process that starts on what is on disk. Nothing was replayed yet; `start` does that. */
export function makePipeline(disk: Disk = freshDisk(), options: PipelineOptions = {}): Pipeline {
  const { store, journal } = disk;
  const clock = { nowMs: () => nowMs };
  const quarantine = options.quarantine ?? new MemoryQuarantine();
  const usageStore = takenInQuarantine(store, quarantine);
  const sequence = makeSequence(Math.max(0, ...[...store.events.values()].map((event) => event.sequence)));
  const rules = { ...quick, ...options.rules };
  const flusher = new Flusher({
    usageStore,
    journal,
    quarantine,
    rules,
    clock: { nowMs: () => performance.now() },
    onFlush: () => {},
    onError: () => {},
    onReleaseError: () => {},
  });
  const waitingBytesMax = options.waitingBytesMax ?? 1_000_000;
  const writer = makeJournalWriter({
    journal,
    flusher,
    sequence,
    entryEventsMax: 100,
    waitingBytesMax,
    observer: options.observer,
  });
  const seen = options.seen ?? filterOf(store);
  const ingest = makeIngest({
    usageStore,
    known: { customer: () => undefined, service: (id) => (id === 'credits' ? credits : undefined) },
    seen,
    writer,
    flusher,
    clock,
    hash64: { ofText: (text) => hashOf(Buffer.from(text)), ofBytes: hashOf },
    waitingEventsMax,
    observer: options.observer,
  });
  // As the edge does it: what is plain is read from its bytes, the rest is parsed.
  const send = (inputs: readonly unknown[], strict = false) => {
    const options = { defaultSource: 'default', strict, onlyCustomerId: null };
    const bytes = Buffer.from(JSON.stringify(inputs));
    const plain = ingest.submitPlain({ bytes, framing: 'json', traceparent: '' }, options);
    const submissions = () => inputs.map((input) => ({ input, traceparent: '' }));
    return plain?.outcomes ?? ingest.submit(submissions(), options);
  };
  return { store, journal, ingest, flusher, quarantine, send };
}

/** A process after a crash: what the journal kept is replayed first. */
export async function start(disk: Disk, options: PipelineOptions = {}): Promise<Pipeline> {
  const first = makePipeline(disk, options);
  await replay(disk.journal.left(), {
    flusher: first.flusher,
    waitingBytesMax: 1_000_000,
  });
  return makePipeline(disk, options);
}

function filterOf(store: MemoryStore): SeenFilter {
  const filter = exactFilter();
  for (const key of store.events.keys()) filter.add(key);
  return filter;
}

export const event = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  customer_id: 'acme',
  service: 'api',
  ...more,
});
export const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);
