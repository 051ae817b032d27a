/** The usage factor and its category (MONEY.md 5.8), at the default thresholds. */
import { costDigits } from './costs.ts';
import { divideHalfAwayFromZero, writeShortest } from './exact.ts';

const factorDigits = 12;

/** Total quantity (12 digits) × total cost (24 digits) ÷ events, brought to 12 digits. */
export function usageFactor(quantity: bigint, cost: bigint, events: number): bigint {
  if (events === 0) return 0n;
  return divideHalfAwayFromZero(quantity * cost, BigInt(events) * 10n ** BigInt(costDigits));
}

export function categoryOf(factor: bigint, events: number): 'no' | 'low' | 'medium' | 'high' {
  const unit = 10n ** BigInt(factorDigits);
  if (events === 0) return 'no';
  if (factor < 50n * unit) return 'low';
  return factor < 200n * unit ? 'medium' : 'high';
}

export const writeFactor = (factor: bigint): string => writeShortest(factor, factorDigits);
