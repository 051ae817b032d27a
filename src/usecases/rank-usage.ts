/** The customers or services with the most cost, quantity or events in a span, and each one's share of the whole. */
import { rank } from '../domain/analysis/ranking.ts';
import { resolveSpan, type Span } from '../domain/analysis/span.ts';
import type { Refusal } from '../errors.ts';
import { formatFixed } from '../money/decimal.ts';
import { type Fraction, formatFraction, makeFraction } from '../money/fraction.ts';
import type { Dependencies } from './dependencies.ts';
import { resolveAsOf } from './resolve-as-of.ts';
import { type Totals, type TotalsKey, totalsByKey } from './totals-by-key.ts';

export type RankedBy = 'cost' | 'quantity' | 'events';

export interface RankingQuestion {
  readonly by: TotalsKey;
  readonly rankBy: RankedBy;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly timeZone?: string;
  readonly limit: number;
}

export interface RankedItem {
  readonly rank: number;
  readonly key: string;
  readonly quantity: string;
  readonly events: number;
  readonly cost: string;
  readonly share: string | null;
}

export interface CurrencyRanking {
  readonly currency: string;
  /** The sum of what is ranked, over everybody in this currency. */
  readonly total: string;
  readonly items: readonly RankedItem[];
}

export interface RankingAnswer {
  readonly ok: true;
  readonly span: Span;
  readonly timeZone: string;
  /** One for each currency, because money of different currencies has no order; by code. */
  readonly rankings: readonly CurrencyRanking[];
}

export type RankUsage = (question: RankingQuestion) => Promise<RankingAnswer | Refusal>;

export function makeRankUsage(dependencies: Dependencies): RankUsage {
  return async ({ by, rankBy, limit, timeZone = 'UTC', ...asked }) => {
    const nowMs = dependencies.clock.nowMs();
    const resolved = resolveSpan(asked, timeZone, nowMs);
    if (!resolved.ok) return resolved;
    const { span } = resolved;
    const { view, sequenceMax } = await resolveAsOf(dependencies, null);
    const totals = await totalsByKey(dependencies, { view, usage: { sequenceMax }, span, by, nowMs });
    const byCurrency = new Map<string, Totals[]>();
    for (const one of totals) {
      if (one.currency === null) continue;
      byCurrency.set(one.currency, [...(byCurrency.get(one.currency) ?? []), one]);
    }
    const rankings = [...byCurrency]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, all]) => rankingOf(currency, all, rankBy, limit));
    return { ok: true, span, timeZone, rankings };
  };
}

function rankingOf(currency: string, all: readonly Totals[], by: RankedBy, limit: number): CurrencyRanking {
  const { total, places } = rank(
    all.map((totals) => ({ ...totals, value: rankedValue(totals, by) })),
    limit,
  );
  const items = places.map(({ entry, rank: place, share }) => ({
    ...{ rank: place, key: entry.key, quantity: formatFraction(entry.quantity), events: entry.events },
    ...{ cost: formatFraction(entry.cost), share: share && formatFixed(share) },
  }));
  return { currency, total: formatFraction(total), items };
}

function rankedValue({ cost, quantity, events }: Totals, by: RankedBy): Fraction {
  return by === 'cost' ? cost : by === 'quantity' ? quantity : makeFraction(BigInt(events), 1n);
}
