/** The rules of the flusher from the limits of the server. */
import type { limits } from '../limits.ts';
import type { FlushRules } from './flusher.ts';

export function flushRulesOf(l: typeof limits): FlushRules {
  return {
    rowsTarget: l.blockRowsTarget,
    ageTargetMs: l.blockAgeTargetMs,
    monthsFew: l.blockMonthsFew,
    rowsPerMonth: l.blockRowsPerMonth,
    rowsMax: l.blockRowsMax,
    ageMaxMs: l.blockAgeMaxMs,
    retryMs: l.storeRetryMs,
    retryMaxMs: l.storeRetryMaxMs,
  };
}
