/**
 * The instance's own rules that change an answer. They are versions like every other record: a closed statement is
 * recomputed with those of its time, whatever the server is started with later.
 */
import type { RoundingMode } from '../../money/rounding.ts';
import type { LatePolicy } from './late-policy.ts';

export interface InstanceSettings {
  /** For customers that have no policy of their own. */
  readonly latePolicy: LatePolicy;
  /** How a line's exact amount becomes money. */
  readonly rounding: RoundingMode;
  readonly sequence: number;
  readonly createdAtMs: number;
}
