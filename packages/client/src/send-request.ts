/** Repeats a request until it is answered, refused for good, or out of attempts. It knows no route. */
import { BillingError } from './billing-error.ts';
import { closedError } from './closed-error.ts';
import type { Exchange } from './exchange.ts';
import { type ApiRequest, attemptRequest } from './http-attempt.ts';
import type { Settings } from './options.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { Surroundings } from './surroundings.ts';

export interface RepeatedRequest<Answer> extends ApiRequest<Answer> {
  readonly attemptsMax: number;
}

export type SendRequest = <Answer>(request: RepeatedRequest<Answer>) => Promise<Answer>;

export interface Requests {
  /** Rejects with a BillingError only; after several attempts its `cause` is the last one's error. */
  readonly send: SendRequest;
  /** Whatever is under way or asked for later ends with code `closed`. */
  close(): void;
}

interface Dependencies {
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly exchange: Exchange;
}

export function makeRequests(dependencies: Dependencies): Requests {
  // One controller a request: many listeners on a shared one make Node warn of a leak.
  const underWay = new Set<AbortController>();
  const closed = new AbortController();
  const sendUntil = makeSendUntil(dependencies);
  return {
    send: async (request) => {
      if (closed.signal.aborted) throw closedError();
      const stop = new AbortController();
      underWay.add(stop);
      return sendUntil(request, stop.signal).finally(() => underWay.delete(stop));
    },
    close: () => {
      closed.abort();
      for (const stop of underWay) stop.abort();
    },
  };
}

type SendUntil = <Answer>(request: RepeatedRequest<Answer>, closing: AbortSignal) => Promise<Answer>;

function makeSendUntil({ settings, surroundings, exchange }: Dependencies): SendUntil {
  const { nowMs } = surroundings;
  return async (request, closing) => {
    for (let attempt = 1; ; attempt += 1) {
      if (closing.aborted) throw closedError();
      const parts = { settings, exchange, nowMs, background: false, closing };
      const result = await attemptRequest(request, parts);
      if (result.ok) return result.answer;
      const { error, retryable, retryAfterMs } = result;
      if (closing.aborted) throw closedError(error);
      if (!retryable) throw error;
      const details = { method: request.method, path: request.path, attempt, code: error.code };
      if (attempt >= request.attemptsMax) {
        settings.logger.error(details, `gave up: ${error.message}`);
        throw givenUp(error, attempt);
      }
      const delayMs = retryDelayMs(attempt, settings.retry, surroundings.random(), retryAfterMs);
      settings.logger.warn({ ...details, delayMs }, `will try again: ${error.message}`);
      await surroundings.sleep(delayMs, closing);
    }
  };
}

function givenUp(last: BillingError, attempts: number): BillingError {
  const { code, field, status, requestId } = last;
  const message = `gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${last.message}`;
  return new BillingError(message, { code, field, status, requestId, cause: last });
}
