/**
 * Sends one batch as a real client does: through BillingClient, or as it stands. What was refused for now (503) is sent
 * again; where the server may die, so is what got no answer. It says whether it had to try again, since then more than one
 * answer is right. It judges nothing.
 */
import type { EventResult, IngestAnswer, UsageEvent } from '@countinghouse/client/wire';
import type { HttpAnswer, HttpApi, RawBody } from './http-api.ts';
import type { Batch } from './workload/sending.ts';

export interface SentBatch {
  /** One for each sending. */
  readonly results: readonly EventResult[];
  /** Whether an earlier try may have been stored. */
  readonly unsure: boolean;
  readonly tries: number;
}

/** The part of BillingClient that sends. */
export interface UsageSender {
  sendUsage(events: readonly UsageEvent[]): Promise<IngestAnswer>;
}

export interface BatchSender {
  readonly api: HttpApi;
  /** Null: nothing goes through the client. */
  readonly client: UsageSender | null;
  /** How long to go on trying when there is no answer; 0 where a failure must end the run. */
  readonly patienceMs: number;
  readonly monotonicMs: () => number;
  sleep(ms: number): Promise<void>;
}

export function bodyOf({ sendings, format }: Batch): RawBody {
  const texts = sendings.map(({ text }) => text);
  return format === 'array'
    ? { text: `[${texts.join(',')}]`, contentType: 'application/json' }
    : { text: texts.join('\n'), contentType: 'application/x-ndjson' };
}

export async function sendBatch(batch: Batch, sender: BatchSender): Promise<SentBatch> {
  if (batch.isPlain && sender.client !== null) {
    const events = batch.sendings.map(({ text }) => JSON.parse(text) as UsageEvent);
    const answer = await sender.client.sendUsage(events);
    return { results: resultsOf(answer, batch.sendings.length), unsure: false, tries: 1 };
  }
  const body = bodyOf(batch);
  const startedMs = sender.monotonicMs();
  let unsure = false;
  for (let tries = 1; ; tries += 1) {
    const answer = await attempt(sender, body);
    if (answer instanceof Error) {
      unsure = true;
      if (sender.monotonicMs() - startedMs >= sender.patienceMs) throw answer;
    } else if (answer.status === 200) {
      return { results: resultsOf(answer.body as IngestAnswer, batch.sendings.length), unsure, tries };
    } else if (answer.status === 503) {
      // Nothing was acknowledged, and yet some may be stored: only a repeat finds out.
      unsure = true;
    } else {
      throw new Error(`POST /v1/events: answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    await sender.sleep(Math.min(20 * 2 ** Math.min(tries, 5), 500));
  }
}

async function attempt({ api }: BatchSender, body: RawBody): Promise<HttpAnswer | Error> {
  try {
    return await api.send('/v1/events', body);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** An answer lists only what was not simply accepted. */
function resultsOf(answer: IngestAnswer, sent: number): EventResult[] {
  const counted = answer.accepted + answer.duplicates + answer.conflicts + answer.rejected;
  if (counted !== sent) throw new Error(`an answer speaks of ${counted} events where ${sent} were sent`);
  const byIndex = new Map(answer.results.map((result) => [result.index, result]));
  return Array.from(
    { length: sent },
    (_, index): EventResult => byIndex.get(index) ?? { index, status: 'accepted' },
  );
}
