/**
 * Load on a server, for measuring: with an open loop requests are due at a constant rate, whatever the answers take, and a
 * latency counts from the moment the request was due, so that a server that stalls cannot hide it (coordinated omission);
 * with a closed loop each connection sends again as soon as it has its answer. It checks no totals.
 */
import type { RunWatch } from '../report/run-watch.ts';
import type { LaneAnswer } from './http-lane.ts';

export interface LoadOptions {
  readonly batchEvents: number;
  readonly connections: number;
  readonly durationMs: number;
  /** Events a second; null: a closed loop. */
  readonly rate: number | null;
}

export interface LoadParts {
  /** The next request's body; each has new events. */
  nextBody(): string;
  post(body: string): Promise<LaneAnswer>;
  readonly watch: RunWatch;
  readonly monotonicMs: () => number;
  sleep(ms: number): Promise<void>;
  /** Told about every second. */
  readonly onSecond: (counts: LoadCounts) => void;
  /** Ends the load early. */
  readonly stopped: () => boolean;
}

export interface LoadCounts {
  requests: number;
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
  /** Due within the time, and not sent because all connections were busy. */
  unsent: number;
  /** By status, or by the system's name of the failure. */
  readonly errors: Map<string, number>;
}

export async function runLoad(options: LoadOptions, parts: LoadParts): Promise<LoadCounts> {
  const { connections, durationMs, rate, batchEvents } = options;
  const { monotonicMs, sleep } = parts;
  const counts: LoadCounts = {
    ...{ requests: 0, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, unsent: 0 },
    errors: new Map(),
  };
  const startedMs = monotonicMs();
  const endMs = startedMs + durationMs;
  const spacingMs = rate === null ? 0 : (batchEvents * 1_000) / rate;
  let turn = 0;
  let toldMs = startedMs;

  async function lane(): Promise<void> {
    for (;;) {
      const dueMs = rate === null ? monotonicMs() : startedMs + turn * spacingMs;
      if (dueMs >= endMs || monotonicMs() >= endMs || parts.stopped()) return;
      turn += 1;
      const waitMs = dueMs - monotonicMs();
      if (waitMs > 0) await sleep(waitMs);
      await sendOne(dueMs, options, parts, counts);
      if (monotonicMs() - toldMs < 1_000) continue;
      toldMs = monotonicMs();
      parts.onSecond(counts);
    }
  }
  await Promise.all(Array.from({ length: connections }, lane));
  if (rate !== null && !parts.stopped())
    counts.unsent = Math.max(0, Math.floor(durationMs / spacingMs) - turn);
  return counts;
}

async function sendOne(
  dueMs: number,
  options: LoadOptions,
  parts: LoadParts,
  counts: LoadCounts,
): Promise<void> {
  const { batchEvents, rate } = options;
  const body = parts.nextBody();
  // A closed loop does not count the making of the body; an open one is late by it, and that is no excuse.
  const atMs = rate === null ? parts.monotonicMs() : dueMs;
  const kind = await attempt(parts, body, counts);
  counts.requests += 1;
  if (kind !== null) {
    counts.errors.set(kind, (counts.errors.get(kind) ?? 0) + 1);
    return;
  }
  parts.watch.add({ atMs, latencyMs: parts.monotonicMs() - atMs, events: batchEvents, tries: 1 });
}

/** The kind of the failure, or null. */
async function attempt(parts: LoadParts, body: string, counts: LoadCounts): Promise<string | null> {
  let answer: LaneAnswer;
  try {
    answer = await parts.post(body);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  }
  if (answer.status !== 200) return `status ${answer.status}`;
  const { accepted, duplicates, conflicts, rejected } = JSON.parse(answer.text) as LoadCounts;
  counts.accepted += accepted;
  counts.duplicates += duplicates;
  counts.conflicts += conflicts;
  counts.rejected += rejected;
  return null;
}
