/**
 * One attempt of one request: what came back, or why nothing usable did and whether trying again can help.
 * It does not wait or repeat: that is send-request.ts.
 */
import { BillingError } from './billing-error.ts';
import type { Exchange, WireAnswer } from './exchange.ts';
import type { Settings } from './options.ts';
import type { RequestBody } from './request-body.ts';
import { readRetryAfterMs } from './retry-delay.ts';
import { letProcessEnd } from './surroundings.ts';

export interface ApiRequest<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** From `/v1` or `/health` on, encoded. */
  readonly path: string;
  readonly body?: RequestBody;
  /** What a parsed 200 says; null when it is not an answer to this request. */
  readonly read: (answer: unknown) => Answer | null;
}

export type AttemptResult<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false;
      readonly error: BillingError;
      readonly retryable: boolean;
      readonly retryAfterMs: number | null;
    };

export interface AttemptDependencies {
  readonly settings: Pick<Settings, 'apiKey' | 'baseUrl' | 'timeoutMs'>;
  readonly exchange: Exchange;
  readonly nowMs: () => number;
  /** Nobody waits for it: it must not keep the process alive. */
  readonly background: boolean;
  /** Aborts when the client is closed. */
  readonly closing: AbortSignal;
}

/** Never rejects. The time limit covers the answer's body too. */
export async function attemptRequest<Answer>(
  request: ApiRequest<Answer>,
  { settings, exchange, nowMs, background, closing }: AttemptDependencies,
): Promise<AttemptResult<Answer>> {
  const closed = new Error('the client was closed');
  // A signal that has aborted tells nobody who listens afterwards.
  if (closing.aborted) return noAnswer(closed);
  const stop = new AbortController();
  const onClose = (): void => stop.abort(closed);
  // A timer of its own instead of AbortSignal.timeout: it keeps the process alive while a call is pending.
  const late = new Error(`no answer within ${settings.timeoutMs} ms`);
  const timer = setTimeout(() => stop.abort(late), settings.timeoutMs);
  if (background) letProcessEnd(timer);
  closing.addEventListener('abort', onClose);
  try {
    const sent = exchange({
      method: request.method,
      url: settings.baseUrl + request.path,
      headers: headersOf(request, settings.apiKey),
      body: request.body?.content ?? null,
      signal: stop.signal,
    });
    const answer = await Promise.race([sent, stopped(stop.signal)]);
    return isSuccess(answer.status) ? readAnswer(request, answer) : readFailure(answer, nowMs());
  } catch (cause) {
    return noAnswer(stop.signal.aborted ? stop.signal.reason : cause);
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', onClose);
  }
}

/** 201 answers what was made; 202 is a relay's: queued, and no answer to a report. */
function isSuccess(status: number): boolean {
  return status === 200 || status === 201;
}

/** Rejects when `signal` aborts, so that the time limit holds also with a `fetch` that does not obey it. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function headersOf({ body }: ApiRequest<unknown>, apiKey: string | null): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
  if (body === undefined) return headers;
  headers['content-type'] = 'application/json';
  if (body.encoding !== null) headers['content-encoding'] = body.encoding;
  return headers;
}

function noAnswer(cause: unknown): AttemptResult<never> {
  const why = cause instanceof Error ? reasonOf(cause) : String(cause);
  const error = new BillingError(`no answer from the server: ${why}`, { code: 'no_answer', cause });
  return { ok: false, error, retryable: true, retryAfterMs: null };
}

/** `fetch` says "fetch failed" and keeps the reason ("connect ECONNREFUSED …") in its cause. */
function reasonOf(error: Error): string {
  const inner = error.cause instanceof Error ? error.cause.message : '';
  return inner === '' ? error.message : `${error.message}: ${inner}`;
}

function readAnswer<Answer>(
  request: ApiRequest<Answer>,
  { status, text }: WireAnswer,
): AttemptResult<Answer> {
  const answer = request.read(parseJson(text));
  if (answer !== null) return { ok: true, answer };
  const message = `what ${request.method} ${request.path.split('?')[0]} gave is no answer of Countinghouse`;
  const error = new BillingError(message, { code: 'answer_invalid', status });
  return { ok: false, error, retryable: true, retryAfterMs: null };
}

function readFailure({ status, text, header }: WireAnswer, nowMs: number): AttemptResult<never> {
  const parsed = parseJson(text);
  const problem = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const code = textOf(problem.code) ?? `http_${status}`;
  const message = textOf(problem.detail) ?? textOf(problem.title) ?? `the server answered ${status}`;
  const requestId = textOf(problem.request_id) ?? header('x-request-id') ?? undefined;
  const error = new BillingError(message, { code, field: textOf(problem.field), status, requestId });
  const retryable = status === 429 || status >= 500;
  const retryAfterMs = retryable ? readRetryAfterMs(header('retry-after'), nowMs) : null;
  return { ok: false, error, retryable, retryAfterMs };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
