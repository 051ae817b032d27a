/**
 * What a failure of the engine is to the caller: too much asked for, or trouble outside. The engine's own words
 * stay in the cause: they name files and settings, which an answer to a stranger should not.
 */
import { QueryTooExpensive } from '../../errors.ts';
import { BlockRefused } from '../usage-store.ts';

/** More groups than the statement allowed itself; the store says what that means for its caller. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

/** Any other failure of the engine or of the way to it. */
export class UsageStoreFailed extends Error {
  override readonly name: string = 'UsageStoreFailed';
}

/** What was read is not what was written: a failing disk, or a file that something else has changed. */
export class StoredDataDamaged extends UsageStoreFailed {
  override readonly name = 'StoredDataDamaged';
}

/** ClickHouse's own error numbers. */
const overTime = new Set([159, 160]);
/** A file ends too early; a checksum is wrong; content is no sense; it cannot be unpacked; an unknown codec. */
const damaged = new Set([33, 40, 246, 271, 432]);
/** Rows that cannot be read: texts, numbers, dates and decimals that are none, or are too large. */
const unreadable = new Set([6, 26, 27, 38, 41, 69, 72, 117, 407]);
const overMemory = 241;
const overRows = 158;

export function queryError(engineCode: number | undefined, cause: unknown): Error {
  if (engineCode !== undefined && overTime.has(engineCode)) {
    return new QueryTooExpensive('the query was stopped at its time limit', { cause });
  }
  if (engineCode === overMemory) {
    return new QueryTooExpensive('the query was stopped at its memory limit', { cause });
  }
  if (engineCode === overRows)
    return new TooManyGroups('the query was stopped at its limit of rows', { cause });
  if (engineCode !== undefined && damaged.has(engineCode)) {
    return new StoredDataDamaged('the usage store read damaged data', { cause });
  }
  return new UsageStoreFailed('the usage store could not do what it was asked', { cause });
}

/** Rows that were refused for what they are will be refused again; whatever else failed may go well the next time. */
export function insertError(engineCode: number | undefined, cause: unknown): Error {
  if (engineCode !== undefined && unreadable.has(engineCode)) {
    return new BlockRefused('the usage store cannot read a row of the block', { cause });
  }
  return queryError(engineCode, cause);
}
