/**
 * Delivers a batch of written events and says of each what became of it. A batch that the server refuses as a
 * whole is halved until the culprit stands alone, so that one bad event never holds the others back.
 */
import { BillingError } from './billing-error.ts';
import { readIngestAnswer } from './ingest-answer.ts';
import type { PrepareBody } from './request-body.ts';
import type { SendRequest } from './send-request.ts';
import type { EventResult } from './wire/answers.ts';

/** `failed`: nothing is known, it may or may not be stored; sending it again with the same id is safe. */
export type Outcome =
  | Omit<EventResult, 'index'>
  | { readonly status: 'failed'; readonly error: BillingError };

/** One outcome for each of `lines` (events as JSON), in their order. Never rejects. */
export type DeliverEvents = (lines: readonly string[]) => Promise<Outcome[]>;

export function makeDeliverEvents(
  sendRequest: SendRequest,
  prepareBody: PrepareBody,
  attemptsMax: number,
): DeliverEvents {
  const deliver: DeliverEvents = async (lines) => {
    try {
      const { results } = await sendRequest({
        method: 'POST',
        path: '/v1/events',
        body: await prepareBody(`[${lines.join(',')}]`),
        attemptsMax,
        read: (answer) => readIngestAnswer(answer, lines.length),
      });
      return outcomesOf(results, lines.length);
    } catch (cause) {
      const error = asBillingError(cause);
      if (!isRefusedWhole(error)) return lines.map(() => ({ status: 'failed', error }));
      if (lines.length === 1) return [rejectedAlone(error)];
      const half = Math.ceil(lines.length / 2);
      return [...(await deliver(lines.slice(0, half))), ...(await deliver(lines.slice(half)))];
    }
  };
  return deliver;
}

function outcomesOf(results: readonly EventResult[], sent: number): Outcome[] {
  const outcomes: Outcome[] = Array.from({ length: sent }, () => ({ status: 'accepted' }));
  for (const { index, ...outcome } of results) outcomes[index] = outcome;
  return outcomes;
}

/** The statuses that speak of the content: others (401, 404, 503 …) would be the same for every event. */
export function isRefusedWhole({ status }: BillingError): boolean {
  return status === 400 || status === 413 || status === 422;
}

function rejectedAlone({ code, field, message }: BillingError): Outcome {
  return { status: 'rejected', code, message, ...(field === undefined ? {} : { field }) };
}

function asBillingError(cause: unknown): BillingError {
  if (cause instanceof BillingError) return cause;
  return new BillingError('the client failed', { code: 'client_failed', cause });
}
