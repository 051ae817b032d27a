/** How long to wait before the next attempt. It decides no more than that: whether to try is the request's. */
const retryAfterMaxMs = 3_600_000;

interface Delays {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Exponential with full jitter: random between 0 and base × 2^(attempt-1), at most `maxDelayMs`. A wait that
 * the server asked for is kept beyond that too, so that many clients do not come back before it is ready.
 */
export function retryDelayMs(
  attempt: number,
  { baseDelayMs, maxDelayMs }: Delays,
  random: number,
  retryAfterMs: number | null,
): number {
  const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(attempt - 1, 40));
  return Math.max(Math.ceil(random * ceiling), retryAfterMs ?? 0);
}

/** `Retry-After` as seconds or as an HTTP date; null when there is none or it is neither. At most one hour. */
export function readRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), retryAfterMaxMs);
}
