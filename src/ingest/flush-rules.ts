/** The limits of the server as the flusher's rules. It only gives them their names there. */
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
