import { describe, expect, it } from 'vitest';
import type { Outcome } from './ingest/outcome.ts';
import { makeMetrics, type ServerMetrics, type WatchedParts } from './metrics.ts';

/** The samples as Prometheus reads them: name with labels → value. */
async function samplesOf(metrics: ServerMetrics): Promise<Map<string, string>> {
  const lines = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

async function ours(metrics: ServerMetrics, ...names: string[]): Promise<Record<string, string | undefined>> {
  const samples = await samplesOf(metrics);
  return Object.fromEntries(names.map((name) => [name, samples.get(`countinghouse_${name}`)]));
}

/** A clock that is moved by hand. */
function clock() {
  let now = 1_000;
  const pass = (ms: number) => {
    now += ms;
  };
  return { nowMs: () => now, pass };
}

/** What was answered has arrived. */
const settled = () => new Promise(setImmediate);

const outcome = (status: Outcome['status']) => ({ status }) as Outcome;

describe('what is counted', () => {
  it('events by outcome, each at zero before the first, so that a rate can be taken', async () => {
    const metrics = makeMetrics(clock());
    expect(await ours(metrics, 'events_total{outcome="conflict"}')).toEqual({
      'events_total{outcome="conflict"}': '0',
    });
    metrics.ingest.decided(
      ['accepted', 'duplicate', 'accepted', 'rejected'].map((one) => outcome(one as 'accepted')),
    );
    metrics.ingest.decided([outcome('conflict')]);
    const names = ['accepted', 'duplicate', 'conflict', 'rejected'].map(
      (one) => `events_total{outcome="${one}"}`,
    );
    expect(Object.values(await ours(metrics, ...names))).toEqual(['2', '1', '1', '1']);
    // Asking changes nothing.
    expect(Object.values(await ours(metrics, ...names))).toEqual(['2', '1', '1', '1']);
  });

  it('look-ups, their identities and false maybes', async () => {
    const metrics = makeMetrics(clock());
    metrics.ingest.lookedUp(20);
    metrics.ingest.lookedUp(5);
    metrics.ingest.falseMaybes(3);
    expect(await ours(metrics, 'lookups_total', 'lookup_identities_total', 'false_maybes_total')).toEqual({
      lookups_total: '2',
      lookup_identities_total: '25',
      false_maybes_total: '3',
    });
  });

  it('an entry of the journal: its time and bytes when it is on disk, a failure when it is not', async () => {
    const time = clock();
    const metrics = makeMetrics(time);
    const written = metrics.ingest.appending(300);
    const failed = metrics.ingest.appending(1_000);
    time.pass(4);
    written(true);
    failed(false);
    expect(
      await ours(
        metrics,
        ...[
          'journal_appended_bytes_total',
          'journal_failures_total',
          'journal_append_duration_seconds_count',
        ],
        ...[
          'journal_append_duration_seconds_bucket{le="0.0025"}',
          'journal_append_duration_seconds_bucket{le="0.005"}',
        ],
      ),
    ).toEqual({
      journal_appended_bytes_total: '300',
      journal_failures_total: '1',
      journal_append_duration_seconds_count: '1',
      'journal_append_duration_seconds_bucket{le="0.0025"}': '0',
      'journal_append_duration_seconds_bucket{le="0.005"}': '1',
    });
  });

  it('blocks by their duration and rows, and the failures of the store', async () => {
    const metrics = makeMetrics(clock());
    metrics.flushed({ events: 40_000, durationMs: 600 });
    metrics.storeFailed();
    expect(
      await ours(
        metrics,
        ...['flush_duration_seconds_sum', 'flush_rows_sum', 'store_failures_total'],
        ...['flush_rows_bucket{le="25000"}', 'flush_rows_bucket{le="50000"}'],
      ),
    ).toEqual({
      flush_duration_seconds_sum: '0.6',
      flush_rows_sum: '40000',
      store_failures_total: '1',
      'flush_rows_bucket{le="25000"}': '0',
      'flush_rows_bucket{le="50000"}': '1',
    });
  });

  it('requests by route and status; only an answer about events is an acknowledgement', async () => {
    const metrics = makeMetrics(clock());
    const answer = { method: 'POST', route: '/v1/events', status: 200, durationMs: 3, acknowledges: true };
    metrics.answered(answer);
    metrics.answered(answer);
    metrics.answered({ ...answer, status: 503, acknowledges: false });
    const label = (status: number) => `requests_total{method="POST",route="/v1/events",status="${status}"}`;
    expect(await ours(metrics, label(200), label(503), 'acknowledgement_duration_seconds_count')).toEqual({
      [label(200)]: '2',
      [label(503)]: '1',
      acknowledgement_duration_seconds_count: '2',
    });
  });
});

describe('what is read from the parts', () => {
  const parts: WatchedParts = {
    journalBytes: () => 48,
    waiting: () => ({ events: 7, bytes: 2_100, ageMs: 1_500 }),
    waitingBytesMax: 10_000,
    undecided: () => ({ requestsEvents: 2, identities: 9 }),
    filter: { bytes: () => 64, count: () => 11, complete: false },
    filterBytesMax: 128,
    quarantinedEvents: () => 1,
    lastSequence: () => 2 ** 53 - 1,
    isReady: () => false,
    countParts: async () => 5,
  };
  const names = [
    ...[
      'ready',
      'journal_bytes',
      'waiting_events',
      'waiting_bytes',
      'waiting_bytes_max',
      'waiting_age_seconds',
    ],
    ...['undecided_events', 'pending_identities', 'filter_bytes', 'filter_bytes_max', 'filter_events'],
    ...['filter_complete', 'quarantined_events', 'last_sequence', 'store_parts'],
  ];

  it('stands under its name, in base units, to the last digit', async () => {
    const metrics = makeMetrics(clock());
    metrics.watch(parts);
    await settled();
    expect(Object.values(await ours(metrics, ...names))).toEqual([
      ...['0', '48', '7', '2100', '10000', '1.5'],
      ...['2', '9', '64', '128', '11'],
      ...['0', '1', '9007199254740991', '5'],
    ]);
  });

  it('a scrape does not wait for the engine, and asks it at most once in five seconds', async () => {
    const time = clock();
    const metrics = makeMetrics(time);
    const answers: ((parts: number) => void)[] = [];
    metrics.watch({ ...parts, countParts: () => new Promise((resolve) => answers.push(resolve)) });
    expect(await ours(metrics, 'store_parts')).toEqual({ store_parts: undefined });
    answers[0]?.(12);
    await settled();
    expect(await ours(metrics, 'store_parts')).toEqual({ store_parts: '12' });
    time.pass(4_999);
    await metrics.render();
    expect(answers).toHaveLength(1);
    time.pass(1);
    await metrics.render();
    // It has not answered yet.
    time.pass(60_000);
    expect(await ours(metrics, 'store_parts')).toEqual({ store_parts: '12' });
    expect(answers).toHaveLength(2);
  });

  it('the parts are left out while the engine cannot say, and the rest is told', async () => {
    const metrics = makeMetrics(clock());
    metrics.watch({ ...parts, countParts: () => Promise.reject(new Error('the engine is gone')) });
    await settled();
    expect(await ours(metrics, 'store_parts', 'waiting_events')).toEqual({
      store_parts: undefined,
      waiting_events: '7',
    });
  });
});

it('two servers in a process do not share what they count', async () => {
  const [one, other] = [makeMetrics(clock()), makeMetrics(clock())];
  one.ingest.lookedUp(1);
  expect(await ours(other, 'lookups_total')).toEqual({ lookups_total: '0' });
});

it('every metric carries the prefix and says what it is; the process and its event loop are among them', async () => {
  const text = await makeMetrics(clock()).render();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string);
  expect(names.filter((name) => !name.startsWith('countinghouse_'))).toEqual([]);
  expect(names).toContain('countinghouse_process_cpu_seconds_total');
  expect(names).toContain('countinghouse_nodejs_eventloop_lag_p99_seconds');
  expect([...text.matchAll(/^# HELP (\S+) .+/gm)]).toHaveLength(names.length);
});
