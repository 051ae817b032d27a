/**
 * The options of a BillingClient: their meaning, defaults and checks. The only file of this package that reads
 * the environment, and only for the address and the key.
 */
import { BillingError } from './billing-error.ts';
import { eventLimits } from './wire/event-limits.ts';
import { textFault, textFaultMessage } from './wire/text-rules.ts';

/** Takes an object for machines and a message for people, as pino does. Never given a key or an event. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface BatchOptions {
  /** Events in one request of `recordUsage`: 1 to 10,000. Default 1,000. */
  maxEvents?: number | undefined;
  /** Bytes in one request of `recordUsage`: 1 to 16 MiB. Default 4 MiB. */
  maxBytes?: number | undefined;
  /** How long an event may wait for others when nothing is under way. Default 0: sent at once. */
  maxAgeMs?: number | undefined;
}

export interface RetryOptions {
  /** Attempts of one request, the first included. Default 8 for writes, 3 for reads. */
  maxAttempts?: number | undefined;
  /** The n-th wait is random between 0 and `baseDelayMs` × 2^(n-1). Default 200. */
  baseDelayMs?: number | undefined;
  /** No wait of ours is longer; a server's `Retry-After` may be, up to one hour. Default 30,000. */
  maxDelayMs?: number | undefined;
}

export interface BillingClientOptions {
  /** Where the server is: `https://billing.example.com`. Default: the environment's COUNTINGHOUSE_URL. */
  baseUrl?: string | undefined;
  /** Sent as a bearer token. Default: the environment's COUNTINGHOUSE_API_KEY, else none. */
  apiKey?: string | undefined;
  /** The source of events that name none. Default: the server takes the key's source. */
  source?: string | undefined;
  batch?: BatchOptions | undefined;
  retry?: RetryOptions | undefined;
  /** Of one attempt, answer included. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Default: silent. */
  logger?: Logger | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** Every option, checked and filled in. */
export interface Settings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly source: string | null;
  readonly batch: { readonly maxEvents: number; readonly maxBytes: number; readonly maxAgeMs: number };
  readonly retry: { readonly baseDelayMs: number; readonly maxDelayMs: number };
  readonly writeAttemptsMax: number;
  readonly readAttemptsMax: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly fetch: typeof globalThis.fetch;
}

/** What the server takes in one request (DESIGN.md 3.1). */
export const requestLimits = { eventsMax: 10_000, bytesMax: 16 * 1024 * 1024 } as const;

/** The longest wait a timer can hold. */
const timerMaxMs = 2 ** 31 - 1;

const topNames = ['baseUrl', 'apiKey', 'source', 'batch', 'retry', 'timeoutMs', 'logger', 'fetch'];
const batchNames = ['maxEvents', 'maxBytes', 'maxAgeMs'];
const retryNames = ['maxAttempts', 'baseDelayMs', 'maxDelayMs'];

/** Throws a BillingError that names the option when one is unknown or out of its range. */
export function readOptions(options: BillingClientOptions): Settings {
  refuseUnknown('', options, topNames);
  const { batch = {}, retry = {} } = options;
  refuseUnknown('batch.', batch, batchNames);
  refuseUnknown('retry.', retry, retryNames);
  const attempts = retry.maxAttempts;
  return {
    baseUrl: readBaseUrl(options.baseUrl ?? environment('COUNTINGHOUSE_URL')),
    apiKey: readApiKey(options.apiKey ?? environment('COUNTINGHOUSE_API_KEY')),
    source: readSource(options.source),
    batch: {
      maxEvents: wholeNumber('batch.maxEvents', batch.maxEvents ?? 1000, 1, requestLimits.eventsMax),
      maxBytes: wholeNumber('batch.maxBytes', batch.maxBytes ?? 4 * 1024 * 1024, 1, requestLimits.bytesMax),
      maxAgeMs: wholeNumber('batch.maxAgeMs', batch.maxAgeMs ?? 0, 0, timerMaxMs),
    },
    retry: {
      baseDelayMs: wholeNumber('retry.baseDelayMs', retry.baseDelayMs ?? 200, 0, timerMaxMs),
      maxDelayMs: wholeNumber('retry.maxDelayMs', retry.maxDelayMs ?? 30_000, 0, timerMaxMs),
    },
    writeAttemptsMax: wholeNumber('retry.maxAttempts', attempts ?? 8, 1, 1_000_000),
    readAttemptsMax: wholeNumber('retry.maxAttempts', attempts ?? 3, 1, 1_000_000),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? 30_000, 1, timerMaxMs),
    logger: readLogger(options.logger),
    fetch: readFetch(options.fetch),
  };
}

function environment(name: string): string | undefined {
  const value = globalThis.process?.env?.[name];
  return value === '' ? undefined : value;
}

function refuseUnknown(prefix: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null)
    throw invalid(prefix.slice(0, -1) || 'options', 'must be an object');
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const field = prefix + name;
    const message = `unknown option ${field}; known are ${known.map((one) => prefix + one).join(', ')}`;
    throw new BillingError(message, { code: 'option_unknown', field });
  }
}

function invalid(field: string, rule: string): BillingError {
  return new BillingError(`option ${field} ${rule}`, { code: 'option_invalid', field });
}

function wholeNumber(field: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(field, `must be a whole number from ${min} to ${max}`);
}

function readBaseUrl(value: unknown): string {
  const field = 'baseUrl';
  if (value === undefined) throw invalid(field, 'is required (or set COUNTINGHOUSE_URL)');
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw invalid(field, 'must be an http or https URL');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(field, 'must have no credentials, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

/** Checked here because `fetch` would refuse the header at every attempt, looking like a broken network. */
function readApiKey(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  throw invalid('apiKey', 'must be printable ASCII without spaces');
}

function readSource(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw invalid('source', 'must be a string');
  const fault = textFault(value, eventLimits.idLengthMax);
  if (fault !== null) throw invalid('source', textFaultMessage(fault, eventLimits.idLengthMax));
  return value;
}

function readLogger(logger: Logger | undefined): Logger {
  if (logger === undefined) return { debug: silent, info: silent, warn: silent, error: silent };
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    if (typeof logger?.[level] !== 'function') throw invalid('logger', `must have a function ${level}`);
  }
  return logger;
}

function silent(): void {}

function readFetch(given: typeof globalThis.fetch | undefined): typeof globalThis.fetch {
  // Looked up at each call, so that what replaces the global one later (tracing) is used.
  if (given === undefined) return (input, init) => globalThis.fetch(input, init);
  if (typeof given !== 'function') throw invalid('fetch', 'must be a function');
  return (input, init) => given(input, init);
}
