/**
 * When to try again after a failure, for all lanes of a client together: while the server does not answer, one real
 * batch at a time probes it. It knows nothing of requests, and no clock: waits are waited for, not computed.
 */
import { retryDelayMs } from './retry-delay.ts';
import type { Surroundings } from './surroundings.ts';

/** Names the state in which an attempt began; of several that fail together only the first makes waits longer. */
export type Ticket = number;

interface Parts {
  readonly surroundings: Pick<Surroundings, 'random' | 'rest'>;
  readonly retry: { readonly baseDelayMs: number; readonly maxDelayMs: number };
  readonly stopped: AbortSignal;
}

export class Circuit {
  readonly #parts: Parts;
  #failures = 0;
  #ticket: Ticket = 0;
  #pause: Promise<void> = Promise.resolve();
  #probe: Promise<void> | null = null;
  #endProbe: () => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when an attempt may be made; each must be followed by `succeeded` or `failed`. Null: stopped. */
  async enter(): Promise<Ticket | null> {
    while (!this.#parts.stopped.aborted) {
      if (this.#failures === 0) return this.#ticket;
      if (this.#probe !== null) {
        await this.#probe;
        continue;
      }
      const pause = this.#pause;
      await pause;
      if (pause !== this.#pause || this.#probe !== null || this.#failures === 0) continue;
      if (this.#parts.stopped.aborted) break;
      this.#probe = new Promise((resolve) => {
        this.#endProbe = resolve;
      });
      return this.#ticket;
    }
    return null;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#finishProbe();
  }

  /** Returns the wait that follows, in ms. */
  failed(ticket: Ticket, retryAfterMs: number | null): number {
    if (ticket !== this.#ticket) return 0;
    this.#failures += 1;
    this.#ticket += 1;
    const { surroundings, retry, stopped } = this.#parts;
    const delayMs = retryDelayMs(this.#failures, retry, surroundings.random(), retryAfterMs);
    this.#pause = surroundings.rest(delayMs, stopped);
    this.#finishProbe();
    return delayMs;
  }

  #finishProbe(): void {
    this.#probe = null;
    this.#endProbe();
  }
}
