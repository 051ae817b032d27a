/** The options of a BillingClient: what each means, its default, and the environment variable that stands in for it. */
import type { CountHook } from './counts.ts';
import type { DeadLetter, SpoolSettings } from './outbox.ts';

/** Takes an object for machines and a message for people, as pino does. Never given a key or an event. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface SpoolOptions {
  /** Where events wait, on a local disk; it must exist. Several processes may share it. COUNTINGHOUSE_SPOOL_DIRECTORY. */
  directory?: string | undefined;
  /** Instead of a directory: events wait in memory, and are gone with the process. Default false. */
  memory?: boolean | undefined;
  /**
   * Bytes on disk of what waits, dead letters not counted: 1 MiB or more. Default 512 MiB.
   * COUNTINGHOUSE_SPOOL_MAX_BYTES.
   */
  maxBytes?: number | undefined;
  /**
   * `always`: `recordUsage` resolves when the event would survive a power cut. `interval`: at once, and synced every
   * `fsyncIntervalMs`; `never`: left to the system. Both survive the process being killed. Default `interval`.
   * COUNTINGHOUSE_SPOOL_FSYNC.
   */
  fsync?: 'always' | 'interval' | 'never' | undefined;
  /** Default 1,000. COUNTINGHOUSE_SPOOL_FSYNC_INTERVAL_MS. */
  fsyncIntervalMs?: number | undefined;
  /**
   * `block`: `recordUsage` waits for room; `throw`: it rejects with `spool_full`; `drop-oldest`: the oldest events are
   * dropped, counted and logged. Default `block`. COUNTINGHOUSE_SPOOL_WHEN_FULL.
   */
  whenFull?: 'block' | 'throw' | 'drop-oldest' | undefined;
}

export interface BatchOptions {
  /** Events in one request of `recordUsage`: 1 to 10,000. Default 1,000. COUNTINGHOUSE_BATCH_MAX_EVENTS. */
  maxEvents?: number | undefined;
  /** Bytes in one request of `recordUsage`: 1 to 16 MiB. Default 4 MiB. COUNTINGHOUSE_BATCH_MAX_BYTES. */
  maxBytes?: number | undefined;
  /**
   * How long an event may wait for others before it is sent. Default 100 with a spool; without one 0: sent at once.
   * COUNTINGHOUSE_BATCH_MAX_AGE_MS.
   */
  maxAgeMs?: number | undefined;
  /** Batches under way at a time from the spool: 1 to 64. Default 1. COUNTINGHOUSE_BATCH_MAX_IN_FLIGHT. */
  maxInFlight?: number | undefined;
  /** A request of at least so many bytes is sent compressed. Default 64 KiB. COUNTINGHOUSE_BATCH_GZIP_BYTES. */
  gzipBytes?: number | undefined;
}

export interface RetryOptions {
  /**
   * Attempts of one request that a call waits for, the first included. Default 8 for writes, 3 for reads. What is in
   * a spool is tried until it is answered. COUNTINGHOUSE_RETRY_MAX_ATTEMPTS.
   */
  maxAttempts?: number | undefined;
  /**
   * The n-th wait is random between 0 and `baseDelayMs` × 2^(n-1). Default 200. COUNTINGHOUSE_RETRY_BASE_DELAY_MS.
   */
  baseDelayMs?: number | undefined;
  /**
   * No wait of ours is longer; a server's `Retry-After` may be, up to one hour. Default 30,000.
   * COUNTINGHOUSE_RETRY_MAX_DELAY_MS.
   */
  maxDelayMs?: number | undefined;
}

export interface BillingClientOptions {
  /** Where the server is: `https://billing.example.com`. Default: COUNTINGHOUSE_URL. */
  baseUrl?: string | undefined;
  /** Sent as a bearer token. Default: COUNTINGHOUSE_API_KEY, else none. */
  apiKey?: string | undefined;
  /** The source of events that name none. Default: COUNTINGHOUSE_SOURCE, else the server takes the key's source. */
  source?: string | undefined;
  /**
   * Keeps recorded events until they are delivered. Default: in COUNTINGHOUSE_SPOOL_DIRECTORY where that is set, else
   * none; `false`: none in any case.
   */
  spool?: SpoolOptions | false | undefined;
  batch?: BatchOptions | undefined;
  retry?: RetryOptions | undefined;
  /** Of one attempt, answer included. Default 30,000. COUNTINGHOUSE_TIMEOUT_MS. */
  timeoutMs?: number | undefined;
  /** Default: silent. */
  logger?: Logger | undefined;
  /** Told of each event of a spool that will never be delivered, once, after it was written to the dead letters. */
  onDeadLetter?: ((letter: DeadLetter) => unknown) | undefined;
  /** Told of each counter as it rises. */
  onCount?: CountHook | undefined;
  /** Used instead of the runtime's own, for every request. A spool's requests then keep a Node process alive. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** Every option, checked and filled in. */
export interface Settings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly source: string | null;
  readonly spool: SpoolSettings | null;
  readonly batch: {
    readonly maxEvents: number;
    readonly maxBytes: number;
    readonly maxAgeMs: number;
    readonly maxInFlight: number;
    readonly gzipBytes: number;
  };
  readonly retry: { readonly baseDelayMs: number; readonly maxDelayMs: number };
  readonly writeAttemptsMax: number;
  readonly readAttemptsMax: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly onDeadLetter: (letter: DeadLetter) => unknown;
  readonly onCount: CountHook | null;
  /** Null: the global one. */
  readonly fetch: typeof globalThis.fetch | null;
}

/** What the server takes in one request (DESIGN.md 3.1). */
export const requestLimits = { eventsMax: 10_000, bytesMax: 16 * 1024 * 1024 } as const;
