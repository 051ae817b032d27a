/**
 * That a customer's period was closed, and what was known then. Prices, late usage and views of the past ask for this;
 * the statement itself is kept elsewhere (storage/record-store.ts).
 */
export interface CloseStamp {
  readonly customerId: string;
  /** `2026-10`. */
  readonly period: string;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** The last sequence that the statement covers. */
  readonly watermark: number;
  /** The close's own place in the one order: above its watermark. */
  readonly sequence: number;
}
