/**
 * A billing period of a customer (MONEY.md 5.4): a half-open span with the name of a month. Only the shape: which period
 * follows which is in period-chain.ts.
 */
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isMonth } from '../../time/month.ts';

export interface Period {
  /** The month: `2026-10`. */
  readonly name: string;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** What is wrong with the name of a period that was asked for; null: nothing. */
export function checkPeriod(name: string): Refusal | null {
  if (!isMonth(name)) return refuse('period_invalid', 'period must be a month such as 2026-10', 'period');
  const { periodFirst, periodLast } = limits;
  if (name >= periodFirst && name <= periodLast) return null;
  return refuse('period_invalid', `period must lie between ${periodFirst} and ${periodLast}`, 'period');
}
