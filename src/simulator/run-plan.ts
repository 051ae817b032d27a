/**
 * Sends a plan to a server and notes what became of every sending. Stages follow each other, the batches of a
 * stage are in flight together. It judges nothing: see check-outcomes.ts and check-totals.ts.
 */
import type { EventResult, IngestAnswer, UsageEvent } from '@countinghouse/client/wire';
import { expectOk, type HttpApi } from './http-api.ts';
import { inFlight } from './in-flight.ts';
import { allSendings, type Batch, type Outcome, type Plan } from './workload/plan.ts';

/** The part of BillingClient that sends. */
export interface UsageSender {
  sendUsage(events: readonly UsageEvent[]): Promise<IngestAnswer>;
}

export interface Progress {
  readonly sent: number;
  readonly total: number;
  /** Answered events per second since the start; 0 before the first answer. */
  readonly perSecond: number;
}

export interface RunOptions {
  readonly plan: Plan;
  readonly sender: UsageSender;
  readonly api: HttpApi;
  readonly batchesInFlight: number;
  readonly onProgress: (progress: Progress) => void;
  /** A clock in milliseconds that never goes back. */
  readonly monotonicMs: () => number;
}

export interface Observed {
  readonly status: Outcome['status'];
  readonly code?: string;
  readonly warnings: readonly string[];
}

function observe(result: EventResult | undefined): Observed {
  // An answer lists only what was not simply accepted.
  if (result === undefined) return { status: 'accepted', warnings: [] };
  const { status, code, warnings = [] } = result;
  if (code !== undefined) return { status, code, warnings };
  return status === 'conflict' ? { status, code: 'conflict', warnings } : { status, warnings };
}

async function send(batch: Batch, { sender, api }: RunOptions): Promise<IngestAnswer> {
  const bodies = batch.sendings.map((sending) => sending.body);
  if (batch.via === 'raw') return await expectOk<IngestAnswer>(api, 'POST', '/v1/events', bodies);
  return await sender.sendUsage(bodies as UsageEvent[]);
}

/** What became of each sending, in the order of their indexes. */
export async function runPlan(options: RunOptions): Promise<Observed[]> {
  const { plan, onProgress, monotonicMs, batchesInFlight } = options;
  const total = allSendings(plan).length;
  const observed = new Array<Observed>(total);
  const startedMs = monotonicMs();
  let sent = 0;
  for (const stage of plan.stages) {
    await inFlight(stage.batches, batchesInFlight, async (batch) => {
      const answer = await send(batch, options);
      const byIndex = new Map(answer.results.map((result) => [result.index, result]));
      batch.sendings.forEach((sending, position) => {
        observed[sending.index] = observe(byIndex.get(position));
      });
      sent += batch.sendings.length;
      const elapsedMs = monotonicMs() - startedMs;
      onProgress({ sent, total, perSecond: elapsedMs > 0 ? Math.floor((sent * 1000) / elapsedMs) : 0 });
    });
  }
  return observed;
}
