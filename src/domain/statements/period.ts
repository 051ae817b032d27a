/**
 * A billing period of a customer (MONEY.md 5.4): a half-open span with the name of a month. Only the shape: which period
 * follows which is in period-chain.ts.
 */
export interface Period {
  /** The month: `2026-10`. */
  readonly name: string;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}
