/**
 * The billing periods of a customer that touch a span, closed ones, those before the chain and open ones alike: they tile
 * it. Which month is what is in period-chain.ts.
 */
import { monthAt, nextMonth } from '../../time/month.ts';
import type { CloseStamp } from './close-stamp.ts';
import type { Period } from './period.ts';
import { closedPeriodsIn, findInChain, type PeriodChain } from './period-chain.ts';

export interface PlacedPeriod {
  readonly period: Period;
  /** null while it is open; before the chain: the first close. */
  readonly close: Pick<CloseStamp, 'watermark'> | null;
}

export function periodsIn(chain: PeriodChain, fromMs: number, toMs: number): PlacedPeriod[] {
  const { closes } = chain;
  const closed = closedPeriodsIn(chain, fromMs, toMs).map((period) => ({
    period,
    close: closes.find((close) => close.period === period.name) ?? closes[0] ?? null,
  }));
  return [...closed, ...openPeriodsIn(chain, Math.max(fromMs, closes.at(-1)?.toMs ?? fromMs), toMs)];
}

function openPeriodsIn(chain: PeriodChain, fromMs: number, toMs: number): PlacedPeriod[] {
  const periods: PlacedPeriod[] = [];
  if (fromMs >= toMs) return periods;
  const last = chain.closes.at(-1);
  const first = last && nextMonth(last.period);
  const month = monthAt(fromMs, chain.zone);
  // A zone that changed may put the instant into a month that is closed already, or into the one after the next.
  for (let name = first !== undefined && month <= first ? first : month; ; name = nextMonth(name)) {
    const place = findInChain(chain, name);
    if (place.kind !== 'open' || place.period.fromMs >= toMs) return periods;
    if (place.period.toMs > fromMs) periods.push({ period: place.period, close: null });
  }
}
