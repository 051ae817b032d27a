/**
 * The identities that are being decided right now. Whoever claims an identity decides it alone; everyone else who
 * brings the same one waits for that decision. Claims are made without any `await` in between, so there is no gap.
 */

/** How a claim ended: its event is durable, or the identity is free again (rejected, or the write failed). */
export type Settlement =
  | { readonly kind: 'stored'; readonly fingerprint: string }
  | { readonly kind: 'free' };

export interface Claim {
  /** Resolves when the claim is settled. */
  wait(): Promise<Settlement>;
  /** Ends the claim and lets the identity go; a second call does nothing. */
  settle(settlement: Settlement): void;
}

export interface Pending {
  find(key: string): Claim | undefined;
  /** The key must not be claimed. */
  claim(key: string): Claim;
}

export const free: Settlement = { kind: 'free' };

export function makePending(): Pending {
  const claims = new Map<string, Claim>();
  return {
    find: (key) => claims.get(key),
    claim(key) {
      if (claims.has(key)) throw new Error('an identity is claimed twice');
      const claim = makeClaim(() => claims.delete(key));
      claims.set(key, claim);
      return claim;
    },
  };
}

/** The list of waiters is made only when someone waits: nearly nobody does. */
function makeClaim(release: () => void): Claim {
  let settled: Settlement | null = null;
  let waiters: ((settlement: Settlement) => void)[] | null = null;
  return {
    wait() {
      if (settled) return Promise.resolve(settled);
      return new Promise((resolve) => {
        waiters ??= [];
        waiters.push(resolve);
      });
    },
    settle(settlement) {
      if (settled) return;
      settled = settlement;
      release();
      for (const resolve of waiters ?? []) resolve(settlement);
    },
  };
}
