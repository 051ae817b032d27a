/**
 * The identities that are being decided, and those that are decided but not visible in the store yet. Whoever claims an
 * identity decides it alone; everyone else who brings the same one waits for that decision, and later is answered by
 * it. Claims are made without any `await` in between, so there is no gap: an identity is in here or in the store.
 */

import type { Correction } from '../domain/events/correction.ts';

/** The fingerprint of what is stored under the identity, or null: it is free again (rejected, or the write failed). */
export type Settlement = bigint | null;

/** A decision under way. Small, and without references to its event: many wait here for a big block. */
export class Claim {
  /** What its original's last correction did, where the decision found that. */
  corrected: Correction['action'] | undefined;
  #settlement: Settlement | undefined;
  #waiters: ((settlement: Settlement) => void)[] | null = null;

  /** Resolves when the claim is decided; at once when it is already. */
  wait(): Promise<Settlement> {
    if (this.#settlement !== undefined) return Promise.resolve(this.#settlement);
    // The list is made only when someone waits: nearly nobody does.
    this.#waiters ??= [];
    const waiters = this.#waiters;
    return new Promise((resolve) => waiters.push(resolve));
  }

  /** Decides it and says true; false when it was decided before. */
  settle(settlement: Settlement): boolean {
    if (this.#settlement !== undefined) return false;
    this.#settlement = settlement;
    const waiters = this.#waiters;
    this.#waiters = null;
    if (waiters) for (const resolve of waiters) resolve(settlement);
    return true;
  }
}

export class Pending {
  readonly #claims = new Map<string, Claim>();

  find(key: string): Claim | undefined {
    return this.#claims.get(key);
  }

  /** To be called right after `find` found none: it does not look again, because this is done with every event. */
  claim(key: string): Claim {
    const claim = new Claim();
    this.#claims.set(key, claim);
    return claim;
  }

  /** Lets an identity go: it is free again, or whoever looks into the store from now on finds it there. */
  release(key: string): void {
    this.#claims.delete(key);
  }

  get size(): number {
    return this.#claims.size;
  }
}
