/**
 * Checks the options and fills in what is not given, from the environment or by default. The only file of this package
 * that reads the environment.
 */
import { BillingError } from './billing-error.ts';
import {
  type BatchOptions,
  type BillingClientOptions,
  type Logger,
  type RetryOptions,
  requestLimits,
  type Settings,
  type SpoolOptions,
} from './options.ts';
import type { SpoolSettings } from './outbox.ts';
import { eventLimits } from './wire/event-limits.ts';
import { textFault, textFaultMessage } from './wire/text-rules.ts';

/** The longest wait a timer can hold. */
const timerMaxMs = 2 ** 31 - 1;
const mebibyte = 1024 * 1024;

const topNames = [
  ...['baseUrl', 'apiKey', 'source', 'spool', 'batch', 'retry', 'timeoutMs'],
  ...['logger', 'onDeadLetter', 'onCount', 'fetch'],
];
const spoolNames = ['directory', 'memory', 'maxBytes', 'fsync', 'fsyncIntervalMs', 'whenFull'];
const batchNames = ['maxEvents', 'maxBytes', 'maxAgeMs', 'maxInFlight', 'gzipBytes'];
const retryNames = ['maxAttempts', 'baseDelayMs', 'maxDelayMs'];

/** Throws a BillingError that names the option when one is unknown or out of its range. */
export function readOptions(options: BillingClientOptions): Settings {
  refuseUnknown('', options, topNames);
  const { batch = {}, retry = {} } = options;
  refuseUnknown('batch.', batch, batchNames);
  refuseUnknown('retry.', retry, retryNames);
  const spool = readSpool(options.spool);
  const attempts = (otherwise: number): number =>
    wholeNumber('retry.maxAttempts', retry.maxAttempts, otherwise, 1, 1_000_000);
  return {
    baseUrl: readBaseUrl(options.baseUrl ?? environment('COUNTINGHOUSE_URL')),
    apiKey: readApiKey(options.apiKey ?? environment('COUNTINGHOUSE_API_KEY')),
    source: readSource(options.source ?? environment('COUNTINGHOUSE_SOURCE')),
    spool,
    batch: readBatch(batch, spool === null ? 0 : 100),
    retry: readRetry(retry),
    writeAttemptsMax: attempts(8),
    readAttemptsMax: attempts(3),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs, 30_000, 1, timerMaxMs),
    logger: readLogger(options.logger),
    onDeadLetter: readFunction('onDeadLetter', options.onDeadLetter) ?? silent,
    onCount: readFunction('onCount', options.onCount),
    fetch: readFunction('fetch', options.fetch),
  };
}

function readBatch(batch: BatchOptions, maxAgeMs: number): Settings['batch'] {
  const { eventsMax, bytesMax } = requestLimits;
  return {
    maxEvents: wholeNumber('batch.maxEvents', batch.maxEvents, 1000, 1, eventsMax),
    maxBytes: wholeNumber('batch.maxBytes', batch.maxBytes, 4 * mebibyte, 1, bytesMax),
    maxAgeMs: wholeNumber('batch.maxAgeMs', batch.maxAgeMs, maxAgeMs, 0, timerMaxMs),
    maxInFlight: wholeNumber('batch.maxInFlight', batch.maxInFlight, 1, 1, 64),
    gzipBytes: wholeNumber('batch.gzipBytes', batch.gzipBytes, 64 * 1024, 0, Number.MAX_SAFE_INTEGER),
  };
}

function readRetry(retry: RetryOptions): Settings['retry'] {
  return {
    baseDelayMs: wholeNumber('retry.baseDelayMs', retry.baseDelayMs, 200, 0, timerMaxMs),
    maxDelayMs: wholeNumber('retry.maxDelayMs', retry.maxDelayMs, 30_000, 0, timerMaxMs),
  };
}

function readSpool(given: SpoolOptions | false | undefined): SpoolSettings | null {
  const fromEnvironment = environment('COUNTINGHOUSE_SPOOL_DIRECTORY');
  if (given === false || (given === undefined && fromEnvironment === undefined)) return null;
  const spool = given ?? {};
  refuseUnknown('spool.', spool, spoolNames);
  const { memory = false } = spool;
  if (typeof memory !== 'boolean') throw invalid('spool.memory', 'must be true or false');
  const directory = memory ? spool.directory : (spool.directory ?? fromEnvironment);
  if (memory && directory !== undefined) throw invalid('spool.memory', 'cannot go with a directory');
  if (!memory && (typeof directory !== 'string' || directory === '')) {
    throw invalid('spool.directory', 'is required (or memory: true)');
  }
  return {
    directory: directory ?? null,
    maxBytes: wholeNumber(
      'spool.maxBytes',
      spool.maxBytes,
      512 * mebibyte,
      mebibyte,
      Number.MAX_SAFE_INTEGER,
    ),
    fsync: oneOf('spool.fsync', spool.fsync, ['interval', 'always', 'never']),
    fsyncIntervalMs: wholeNumber('spool.fsyncIntervalMs', spool.fsyncIntervalMs, 1000, 1, timerMaxMs),
    whenFull: oneOf('spool.whenFull', spool.whenFull, ['block', 'throw', 'drop-oldest']),
  };
}

function environment(name: string): string | undefined {
  const value = globalThis.process?.env?.[name];
  return value === '' ? undefined : value;
}

/** `batch.maxEvents` → COUNTINGHOUSE_BATCH_MAX_EVENTS. */
function variableOf(field: string): string {
  return `COUNTINGHOUSE_${field.replace(/[A-Z]/g, '_$&').replace('.', '_').toUpperCase()}`;
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

function wholeNumber(
  field: string,
  given: number | undefined,
  otherwise: number,
  min: number,
  max: number,
): number {
  const text = given === undefined ? environment(variableOf(field)) : undefined;
  const read = text === undefined ? otherwise : /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  const value = given ?? read;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(field, `must be a whole number from ${min} to ${max}`);
}

/** The first is the default. */
function oneOf<Choice extends string>(
  field: string,
  given: Choice | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = given ?? environment(variableOf(field)) ?? choices[0];
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(field, `must be one of ${choices.join(', ')}`);
  return found;
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
  const guarded =
    (level: keyof Logger): Logger[keyof Logger] =>
    (details, message) => {
      // A logger that fails is its owner's trouble, not the events'.
      try {
        logger[level](details, message);
      } catch {}
    };
  return { debug: guarded('debug'), info: guarded('info'), warn: guarded('warn'), error: guarded('error') };
}

function silent(): void {}

function readFunction<Given>(field: string, given: Given | undefined): Given | null {
  if (given === undefined) return null;
  if (typeof given !== 'function') throw invalid(field, 'must be a function');
  return given;
}
