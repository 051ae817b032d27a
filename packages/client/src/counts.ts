/**
 * What the client counts. Counters only rise, but for `recorded` when damage is found of what was counted before it
 * was read. It draws no conclusions.
 */

/** *recorded = delivered + waiting + dead*, counted since the client was made. */
export interface ClientStats {
  /** Events that `recordUsage` took, and those found in the spool. One that was refused is not counted. */
  recorded: number;
  /** Accepted, or known to the server already. */
  delivered: number;
  /** Not settled yet, those in flight and those held back included. */
  waiting: number;
  /** Never to be delivered: rejected, in conflict, given up, or dropped. */
  dead: number;
  /** Of the dead: dropped because the spool was full, or because its files were removed. */
  dropped: number;
  /** Events that could no longer be read from the spool. Not in `recorded`. */
  damaged: number;
}

/**
 * Told of each counter as it rises: hand it to an OpenTelemetry counter's `add` or a Prometheus counter's `inc`.
 * `requests` counts attempts to deliver, `failures` those without a usable answer.
 */
export type CountHook = (name: CounterName, by: number) => void;

export type CounterName = Exclude<keyof ClientStats, 'waiting'> | 'requests' | 'failures';

export class Counts {
  readonly #counts = {
    recorded: 0,
    delivered: 0,
    dead: 0,
    dropped: 0,
    damaged: 0,
    requests: 0,
    failures: 0,
  };
  readonly #hook: CountHook | null;

  constructor(hook: CountHook | null = null) {
    this.#hook = hook;
  }

  add(name: CounterName, by = 1): void {
    if (by === 0) return;
    this.#counts[name] += by;
    if (this.#hook === null) return;
    // A hook that fails is its owner's trouble, not the event's.
    try {
      this.#hook(name, by);
    } catch {}
  }

  stats(): ClientStats {
    const { recorded, delivered, dead, dropped, damaged } = this.#counts;
    return { recorded, delivered, waiting: recorded - delivered - dead, dead, dropped, damaged };
  }
}
