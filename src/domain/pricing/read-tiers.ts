/**
 * Tiers, read and checked: they begin at 0, each begins where the one before ends, the last has no end (MONEY.md 5.2).
 * A refusal names the tier.
 */
import { canonicalDecimal } from '@countinghouse/client/wire';
import { type Refusal, refuse } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { compare, parseDecimal } from '../../money/decimal.ts';
import type { Tier } from './price.ts';

/** A tier as it was asked for; an amount that is not given is 0, but one of both must be. */
export interface TierInput {
  readonly from: string;
  readonly to: string | null;
  readonly unitAmount?: string;
  readonly flatAmount?: string;
}

export function readTiers(
  asked: readonly TierInput[],
  place: string,
): { readonly ok: true; readonly value: readonly Tier[] } | Refusal {
  const field = `${place}tiers`;
  if (asked.length === 0) return refuse('tiers_invalid', 'tiers has no tier', field);
  if (asked.length > limits.priceTiersMax) {
    return refuse('tiers_invalid', `tiers has at most ${limits.priceTiersMax} tiers`, field);
  }
  const tiers: Tier[] = [];
  for (const [index, input] of asked.entries()) {
    const tier = readTier(input);
    const fault =
      typeof tier === 'string' ? tier : placeFault(tier, tiers.at(-1), index === asked.length - 1);
    if (fault !== null || typeof tier === 'string') {
      return refuse('tiers_invalid', `tier ${index + 1} ${fault}`, `${field}.${index}`);
    }
    tiers.push(tier);
  }
  return { ok: true, value: tiers };
}

/** The tier in shortest plain form, or what is wrong with its members. */
function readTier({ from, to, unitAmount, flatAmount }: TierInput): Tier | string {
  if (unitAmount === undefined && flatAmount === undefined) return 'has neither unit_amount nor flat_amount';
  const start = readNumber(from);
  const end = to === null ? null : readNumber(to);
  const unit = readNumber(unitAmount ?? '0');
  const flat = readNumber(flatAmount ?? '0');
  if (start === undefined) return `has a from that is no decimal of 0 or more: ${from}`;
  if (end === undefined) return `has a to that is neither null nor a decimal of 0 or more: ${to}`;
  if (unit === undefined) return `has a unit_amount that is no decimal of 0 or more: ${unitAmount}`;
  if (flat === undefined) return `has a flat_amount that is no decimal of 0 or more: ${flatAmount}`;
  return { from: start, to: end, unitAmount: unit, flatAmount: flat };
}

function placeFault(tier: Tier, before: Tier | undefined, isLast: boolean): string | null {
  const wanted = before === undefined ? '0' : before.to;
  if (wanted === null) return 'comes after a tier without end';
  const place = order(tier.from, wanted);
  if (place > 0) return `leaves a gap from ${wanted} to ${tier.from}`;
  if (place < 0) return `overlaps the tier before: it begins at ${tier.from}, before ${wanted}`;
  if (tier.to !== null && order(tier.to, tier.from) <= 0) return `ends at ${tier.to}, not after ${tier.from}`;
  if (isLast && tier.to !== null) return `is the last and ends at ${tier.to}: its to must be null`;
  return null;
}

function order(a: string, b: string): number {
  return compare(parseDecimal(a), parseDecimal(b));
}

function readNumber(written: string): string | undefined {
  const text = canonicalDecimal(written);
  return text === null || text.startsWith('-') ? undefined : text;
}
