/**
 * What the server counts and times, as Prometheus metrics in a registry of its own. Whatever happens often is counted
 * in plain numbers, which the registry reads when it is asked. It decides nothing, and names neither customers nor
 * sources: a metric must not grow with the data. docs/operations.md says what to alert on.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from './http/routes/metrics.ts';
import type { Answered, RequestObserver } from './http/watch-requests.ts';
import type { IngestObserver } from './ingest/observer.ts';
import type { Outcome } from './ingest/outcome.ts';

/** What is asked when the metrics are. All but the parts must answer at once. */
export interface WatchedParts {
  readonly journalBytes: () => number;
  /** Acknowledged, and not in the usage store yet. */
  readonly waiting: () => { readonly events: number; readonly bytes: number; readonly ageMs: number };
  readonly waitingBytesMax: number;
  /** Not answered yet. */
  readonly undecided: () => { readonly requestsEvents: number; readonly identities: number };
  readonly filter: { bytes(): number; count(): number; readonly complete: boolean };
  readonly filterBytesMax: number;
  readonly quarantinedEvents: () => number;
  readonly lastSequence: () => number;
  readonly isReady: () => boolean;
  readonly countParts: () => Promise<number>;
}

export interface ServerMetrics extends Metrics, RequestObserver {
  readonly ingest: IngestObserver;
  flushed(flush: { readonly events: number; readonly durationMs: number }): void;
  storeFailed(): void;
  /** Adds what is read from the parts of a running server. To be called once. */
  watch(parts: WatchedParts): void;
}

const prefix = 'countinghouse_';
const outcomes: readonly Outcome['status'][] = ['accepted', 'duplicate', 'conflict', 'rejected'];
const quickSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const slowSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const blockRows = [1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 200_000, 400_000];
/** The engine is not asked for its parts more often. */
const partsAgeMs = 5_000;

/** `nowMs` measures durations: it must not go back. */
export function makeMetrics({ nowMs }: { readonly nowMs: () => number }): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  const add = addTo(registry);
  const { flushed, storeFailed } = addFlushes(add);
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    ...addRequests(registry, add),
    ingest: addIngest(registry, add, nowMs),
    flushed,
    storeFailed,
    watch: (parts) => watch(add, parts, nowMs),
  };
}

/** The kinds of metrics without labels. Counters and gauges are read when they are asked for. */
function addTo(registry: Registry) {
  const of = (name: string, help: string) => ({ name: `${prefix}${name}`, help, registers: [registry] });
  return {
    counter(name: string, help: string, read: () => number): void {
      new Counter({
        ...of(name, help),
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    /** Left out while there is no value. */
    gauge(name: string, help: string, read: () => number | null): void {
      new Gauge({
        ...of(name, help),
        collect() {
          const value = read();
          if (value === null) this.remove();
          else this.set(value);
        },
      });
    },
    histogram: (name: string, help: string, buckets: number[]) =>
      new Histogram({ ...of(name, help), buckets }),
  };
}

type Adder = ReturnType<typeof addTo>;

function addRequests(registry: Registry, add: Adder): RequestObserver {
  let inFlight = 0;
  const answers = new Map<string, { labels: Record<'method' | 'route' | 'status', string>; count: number }>();
  add.gauge('requests_in_flight', 'Requests that are not answered yet', () => inFlight);
  const acknowledgements = add.histogram(
    'acknowledgement_duration_seconds',
    'From a request that reports events to the end of the answer that says what became of them',
    quickSeconds,
  );
  new Counter({
    name: `${prefix}requests_total`,
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, count } of answers.values()) this.inc(labels, count);
    },
  });
  const countAnswer = ({ method, route, status }: Answered) => {
    const key = `${method} ${route} ${status}`;
    const known = answers.get(key);
    if (known) known.count += 1;
    else answers.set(key, { labels: { method, route, status: String(status) }, count: 1 });
  };
  return {
    requestBegan: () => {
      inFlight += 1;
    },
    requestEnded: () => {
      inFlight -= 1;
    },
    answered: (answer) => {
      countAnswer(answer);
      if (answer.acknowledges) acknowledgements.observe(answer.durationMs / 1000);
    },
  };
}

function addIngest(registry: Registry, add: Adder, nowMs: () => number): IngestObserver {
  const counts = { accepted: 0, duplicate: 0, conflict: 0, rejected: 0 };
  const lookUps = { queries: 0, identities: 0, falseMaybes: 0 };
  new Counter({
    name: `${prefix}events_total`,
    help: 'Events by what was answered of them; those that got no answer (503) are not in it',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const outcome of outcomes) this.inc({ outcome }, counts[outcome]);
    },
  });
  add.counter('lookups_total', 'Queries that asked the store for identities', () => lookUps.queries);
  add.counter('lookup_identities_total', 'Identities that were looked up', () => lookUps.identities);
  add.counter(
    'false_maybes_total',
    'Identities that were looked up because the filter said maybe, and were not stored',
    () => lookUps.falseMaybes,
  );
  return {
    decided: (decided) => {
      for (const { status } of decided) counts[status] += 1;
    },
    lookedUp: (identities) => {
      lookUps.queries += 1;
      lookUps.identities += identities;
    },
    falseMaybes: (identities) => {
      lookUps.falseMaybes += identities;
    },
    appending: addAppends(add, nowMs),
  };
}

function addAppends(add: Adder, nowMs: () => number): IngestObserver['appending'] {
  let [bytesOnDisk, failures] = [0, 0];
  const durations = add.histogram(
    'journal_append_duration_seconds',
    'Writing one entry to the journal, with its fsync',
    quickSeconds,
  );
  add.counter('journal_appended_bytes_total', 'Bytes of entries written to the journal', () => bytesOnDisk);
  add.counter('journal_failures_total', 'Entries that the journal could not take', () => failures);
  return (bytes) => {
    const startMs = nowMs();
    return (ok) => {
      if (ok) {
        durations.observe((nowMs() - startMs) / 1000);
        bytesOnDisk += bytes;
      } else failures += 1;
    };
  };
}

function addFlushes(add: Adder): Pick<ServerMetrics, 'flushed' | 'storeFailed'> {
  let failures = 0;
  const durations = add.histogram(
    'flush_duration_seconds',
    'Storing one block in the usage store',
    slowSeconds,
  );
  const rows = add.histogram('flush_rows', 'Events of one block', blockRows);
  add.counter('store_failures_total', 'Times the usage store failed to take a block', () => failures);
  return {
    flushed: ({ events, durationMs }) => {
      durations.observe(durationMs / 1000);
      rows.observe(events);
    },
    storeFailed: () => {
      failures += 1;
    },
  };
}

function watch({ gauge }: Adder, parts: WatchedParts, nowMs: () => number): void {
  const { waiting, undecided, filter } = parts;
  gauge('ready', '1 when /readyz says so', () => (parts.isReady() ? 1 : 0));
  gauge('journal_bytes', 'Bytes of the journal that are still needed', parts.journalBytes);
  gauge('waiting_events', 'Events acknowledged and not in the usage store yet', () => waiting().events);
  gauge('waiting_bytes', 'Their bytes', () => waiting().bytes);
  gauge('waiting_bytes_max', 'Beyond this new events get 503', () => parts.waitingBytesMax);
  gauge('waiting_age_seconds', 'How long the oldest of them waits', () => waiting().ageMs / 1000);
  gauge('undecided_events', 'Events of requests that are not answered yet', () => undecided().requestsEvents);
  gauge(
    'pending_identities',
    'Identities in memory until the store shows them',
    () => undecided().identities,
  );
  gauge('filter_bytes', 'Memory of the filter of identities seen', () => filter.bytes());
  gauge('filter_bytes_max', 'Its bound (--dedupe-memory)', () => parts.filterBytesMax);
  gauge('filter_events', 'Identities it was given', () => filter.count());
  gauge('filter_complete', '0 while it is filled after a start and every event is looked up', () =>
    filter.complete ? 1 : 0,
  );
  gauge('quarantined_events', 'Acknowledged events that the usage store refused', parts.quarantinedEvents);
  gauge('last_sequence', 'The last sequence given to an event or a record', parts.lastSequence);
  gauge('store_parts', 'Parts of the usage table', lastAnswerOf(parts.countParts, nowMs));
}

/**
 * A scrape never waits for the engine: it gets what was answered last and has it asked anew, at most once in some
 * seconds. null before the first answer, and when the last attempt failed.
 */
function lastAnswerOf(ask: () => Promise<number>, nowMs: () => number): () => number | null {
  let answer: number | null = null;
  let isAsking = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  const refresh = async () => {
    isAsking = true;
    askedMs = nowMs();
    answer = await ask().catch(() => null);
    isAsking = false;
  };
  void refresh();
  return () => {
    if (!isAsking && nowMs() - askedMs >= partsAgeMs) void refresh();
    return answer;
  };
}
