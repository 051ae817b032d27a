/**
 * How fast a simulated span is lived through: at full speed, or so many times as fast as the clock on the wall. It knows
 * no events: it only lets time pass.
 */
export interface Pace {
  /** Resolves when the simulated moment has come. */
  until(simulatedMs: number): Promise<void>;
}

export const fullSpeed: Pace = { until: async () => {} };

export interface PaceOptions {
  readonly speed: number;
  /** The simulated moment at which `startedMs` on the monotonic clock falls. */
  readonly fromMs: number;
  readonly startedMs: number;
  readonly monotonicMs: () => number;
  sleep(ms: number): Promise<void>;
}

export function makePace({ speed, fromMs, startedMs, monotonicMs, sleep }: PaceOptions): Pace {
  return {
    async until(simulatedMs) {
      const waitMs = startedMs + (simulatedMs - fromMs) / speed - monotonicMs();
      if (waitMs > 0) await sleep(waitMs);
    },
  };
}

/**
 * The span that a run at this speed goes through: it ends when the simulated clock meets the clock on the wall, since a
 * server refuses what lies in its future. At speed 1 it begins now.
 */
export function spanAt(speed: number, nowMs: number, lengthMs: number): { fromMs: number; toMs: number } {
  const toMs = Math.floor(nowMs + lengthMs / speed);
  return { fromMs: toMs - lengthMs, toMs };
}
