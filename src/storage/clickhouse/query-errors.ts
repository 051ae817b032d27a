/**
 * Trouble with a statement, by what a caller can do about it: ask for less, or come back later.
 * Everything else stays the driver's own error, wrapped with its cause.
 */

/** The engine ended a query at its time or memory limit. */
export class QueryTooExpensive extends Error {
  override readonly name = 'QueryTooExpensive';
}

/** Too many rows came together in one GROUP BY. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

/** The queue before the engine is full; nothing was started. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** Any other failure of the engine or of the way to it. */
export class UsageStoreFailed extends Error {
  override readonly name = 'UsageStoreFailed';
}

/** ClickHouse's own error numbers. */
const tooExpensive = new Set([159, 160, 241, 307]);
const tooManyRows = 158;

export function queryError(engineCode: number | undefined, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (engineCode !== undefined && tooExpensive.has(engineCode))
    return new QueryTooExpensive(reason, { cause });
  if (engineCode === tooManyRows) return new TooManyGroups(reason, { cause });
  return new UsageStoreFailed(reason, { cause });
}
