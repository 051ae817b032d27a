/**
 * Sends wave after wave to a server and hands every answer to the ledger. The phases of a wave follow each other, the
 * batches of a phase are in flight together. It asks for no totals.
 */
import { inFlight } from './in-flight.ts';
import type { Verdict } from './oracle/judge.ts';
import type { Oracle } from './oracle/oracle.ts';
import type { OutcomeLedger } from './outcome-ledger.ts';
import type { Pace } from './pace.ts';
import type { RequestNote } from './report/run-watch.ts';
import { type BatchSender, sendBatch } from './send-batch.ts';
import type { Batch } from './workload/sending.ts';
import type { Waves } from './workload/waves.ts';

export interface Progress {
  /** Usage events of which the answers are there, and all there are. */
  readonly usage: number;
  readonly usageTotal: number;
  /** All sendings so far. */
  readonly sent: number;
  readonly perSecond: number;
  /** Null before anything is known. */
  readonly secondsLeft: number | null;
}

export interface RunOptions {
  readonly waves: Waves;
  readonly usageTotal: number;
  readonly oracle: Oracle;
  readonly ledger: OutcomeLedger;
  readonly sender: BatchSender;
  readonly batchesInFlight: number;
  /** The first wave to send; those before it are only counted. */
  readonly fromWave: number;
  /** Whether the server may have more events of the run than those of the waves before. */
  readonly mayBeStored: boolean;
  readonly pace: Pace;
  /** Told before each wave is sent; `isLast` of the one that only repeats. */
  readonly onWave: (isLast: boolean) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
  readonly onRequest: (note: RequestNote) => void;
  readonly monotonicMs: () => number;
}

/** What an earlier run has sent: the oracle has to know it all the same. */
export function passOver(waves: Waves, oracle: Oracle, fromWave: number): void {
  for (let index = 0; index < fromWave; index += 1) {
    for (const { batches } of waves.make(index).phases) {
      for (const { sendings } of batches) for (const { text } of sendings) oracle.judge(text);
    }
    oracle.endWave();
  }
}

export async function runWaves(options: RunOptions): Promise<void> {
  const { waves, oracle, fromWave, monotonicMs, usageTotal } = options;
  const startedMs = monotonicMs();
  const skipped = fromWave < waves.count ? waves.make(fromWave).first : 0;
  let [sent, usage] = [0, 0];
  for (let index = fromWave; index < waves.count; index += 1) {
    const wave = waves.make(index);
    const judged = wave.phases.map(({ batches }) => batches.map((batch) => judgeBatch(batch, oracle)));
    oracle.endWave();
    await options.onWave(index === waves.count - 1);
    for (const [at, batches] of judged.entries()) {
      await inFlight(batches, options.batchesInFlight, async (one) => {
        if (at === 0) await options.pace.until(wave.dueMs(one.batch.usageEnd));
        await sendAndNote(one, options);
        sent += one.batch.sendings.length;
        usage += one.batch.usage;
        options.onProgress(
          progressOf({ sent, usage, usageTotal: usageTotal - skipped, elapsedMs: monotonicMs() - startedMs }),
        );
      });
    }
    // Events that were sent twice at once are counted when their wave is through.
    usage = wave.first + wave.usage - skipped;
  }
}

interface JudgedBatch {
  readonly batch: Batch;
  readonly verdicts: readonly Verdict[];
}

function judgeBatch(batch: Batch, oracle: Oracle): JudgedBatch {
  return { batch, verdicts: batch.sendings.map(({ text }) => oracle.judge(text)) };
}

async function sendAndNote({ batch, verdicts }: JudgedBatch, options: RunOptions): Promise<void> {
  const { ledger, sender, monotonicMs } = options;
  const startedMs = monotonicMs();
  const { results, unsure, tries } = await sendBatch(batch, sender);
  const note = { atMs: startedMs, latencyMs: monotonicMs() - startedMs, events: results.length, tries };
  options.onRequest(note);
  batch.sendings.forEach((sending, at) => {
    const [verdict, result] = [verdicts[at], results[at]];
    if (verdict === undefined || result === undefined) throw new Error('an answer has too few results');
    ledger.add({ sending, verdict, result, mayBeStored: unsure || options.mayBeStored });
  });
}

function progressOf(at: { sent: number; usage: number; usageTotal: number; elapsedMs: number }): Progress {
  const { sent, usage, usageTotal, elapsedMs } = at;
  const perSecond = elapsedMs > 0 ? Math.floor((sent * 1_000) / elapsedMs) : 0;
  const secondsLeft = usage > 0 ? Math.ceil(((usageTotal - usage) * elapsedMs) / usage / 1_000) : null;
  return { usage, usageTotal, sent, perSecond, secondsLeft };
}
