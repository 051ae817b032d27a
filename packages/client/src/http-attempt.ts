/**
 * One attempt of one request: what came back, or why nothing usable did and whether trying again can help.
 * It does not wait or repeat: that is send-request.ts.
 */
import { BillingError } from './billing-error.ts';
import type { Settings } from './options.ts';
import { readRetryAfterMs } from './retry-delay.ts';

export interface ApiRequest<Answer> {
  readonly method: 'GET' | 'POST';
  /** From `/v1` or `/health` on, encoded. */
  readonly path: string;
  readonly body?: string;
  readonly attemptsMax: number;
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
  readonly settings: Settings;
  readonly nowMs: () => number;
  /** Aborts when the client is closed. */
  readonly closing: AbortSignal;
}

/** Never rejects. The time limit covers the answer's body too. */
export async function attemptRequest<Answer>(
  request: ApiRequest<Answer>,
  { settings, nowMs, closing }: AttemptDependencies,
): Promise<AttemptResult<Answer>> {
  const stop = new AbortController();
  const onClose = (): void => stop.abort(new Error('the client was closed'));
  // A timer of its own instead of AbortSignal.timeout: it keeps the process alive while a call is pending.
  const late = new Error(`no answer within ${settings.timeoutMs} ms`);
  const timer = setTimeout(() => stop.abort(late), settings.timeoutMs);
  closing.addEventListener('abort', onClose);
  try {
    const { response, text } = await Promise.race([
      exchange(request, settings, stop.signal),
      stopped(stop.signal),
    ]);
    return response.status === 200 ? readAnswer(request, text) : readFailure(response, text, nowMs());
  } catch (cause) {
    return noAnswer(stop.signal.aborted ? stop.signal.reason : cause);
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', onClose);
  }
}

interface Exchange {
  readonly response: Response;
  readonly text: string;
}

async function exchange(
  request: ApiRequest<unknown>,
  settings: Settings,
  signal: AbortSignal,
): Promise<Exchange> {
  const response = await settings.fetch(
    settings.baseUrl + request.path,
    requestInit(request, settings, signal),
  );
  return { response, text: await response.text() };
}

/** Rejects when `signal` aborts, so that the time limit holds also with a `fetch` that does not obey it. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function requestInit(request: ApiRequest<unknown>, { apiKey }: Settings, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  // A redirect is not followed: it would turn a POST into a GET, and some other page's 200 into an answer.
  const init: RequestInit = { method: request.method, headers, signal, redirect: 'manual' };
  return request.body === undefined ? init : { ...init, body: request.body };
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

function readAnswer<Answer>(request: ApiRequest<Answer>, text: string): AttemptResult<Answer> {
  const answer = request.read(parseJson(text));
  if (answer !== null) return { ok: true, answer };
  const message = `what ${request.method} ${request.path.split('?')[0]} gave is no answer of Countinghouse`;
  const error = new BillingError(message, { code: 'answer_invalid', status: 200 });
  return { ok: false, error, retryable: true, retryAfterMs: null };
}

function readFailure(response: Response, text: string, nowMs: number): AttemptResult<never> {
  const { status } = response;
  const parsed = parseJson(text);
  const problem = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const code = textOf(problem.code) ?? `http_${status}`;
  const message = textOf(problem.detail) ?? textOf(problem.title) ?? `the server answered ${status}`;
  const requestId = textOf(problem.request_id) ?? response.headers.get('x-request-id') ?? undefined;
  const error = new BillingError(message, { code, field: textOf(problem.field), status, requestId });
  const retryable = status === 429 || status >= 500;
  const retryAfterMs = retryable ? readRetryAfterMs(response.headers.get('retry-after'), nowMs) : null;
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
