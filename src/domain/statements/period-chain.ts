/**
 * The chain of a customer's billing periods (MONEY.md 5.4): each starts exactly where the last closed one ended, so gaps
 * and overlaps cannot happen, also when the zone changed in between. It says which period may be closed next and what
 * any month is: closed, before the chain, or open. Pure: it reads no clock and stores nothing.
 */
import { type Refusal, refuse } from '../../errors.ts';
import { addMonths, monthAt, monthStart, nextMonth } from '../../time/month.ts';
import type { CloseStamp } from './close-stamp.ts';
import type { Period } from './period.ts';

export interface PeriodChain {
  /** In the order of their periods. */
  readonly closes: readonly CloseStamp[];
  /** The customer's zone, as known at the sequence that is asked for. */
  readonly zone: string;
  /** When the customer's earliest stored event happened; null when there is none. */
  readonly earliestEventMs: number | null;
}

/** What a month is to a customer. `before`: earlier than the first close, and so closed without lines. */
export type PlaceInChain =
  | { readonly kind: 'closed'; readonly close: CloseStamp }
  | { readonly kind: 'before'; readonly period: Period }
  | { readonly kind: 'open'; readonly period: Period; readonly isEarliest: boolean };

export type ClosePlan =
  | { readonly ok: true; readonly kind: 'closed'; readonly close: CloseStamp }
  | { readonly ok: true; readonly kind: 'close'; readonly period: Period };

export function findInChain(chain: PeriodChain, name: string): PlaceInChain {
  const close = chain.closes.find(({ period }) => period === name);
  if (close) return { kind: 'closed', close };
  const first = chain.closes[0];
  if (first && name < first.period) return { kind: 'before', period: periodBefore(first, chain.zone, name) };
  const earliest = earliestOpen(chain);
  return { kind: 'open', period: openPeriod(chain, name), isEarliest: earliest === null || name <= earliest };
}

/** Whether a period may be closed now; answered with what is to be closed, or with the close that was made. */
export function planClose(chain: PeriodChain, name: string, nowMs: number): ClosePlan | Refusal {
  const place = findInChain(chain, name);
  if (place.kind === 'closed') return { ok: true, kind: 'closed', close: place.close };
  if (place.kind === 'before') {
    const message = `the customer's periods begin with ${chain.closes[0]?.period}: ${name} counts as closed, its usage is adjusted on the earliest open period`;
    return refuse('period_closed', message, 'period');
  }
  const { period, isEarliest } = place;
  if (!isEarliest) {
    return refuse('previous_period_open', `close ${earliestOpen(chain)} first`, 'period');
  }
  if (nowMs < period.toMs) {
    const message = `${name} ends at ${new Date(period.toMs).toISOString()} in the customer's zone`;
    return refuse('period_not_over', message, 'period');
  }
  return { ok: true, kind: 'close', period };
}

/** The month that is closed next: after the last close, else that of the earliest event; null when any may be first. */
export function earliestOpen({ closes, zone, earliestEventMs }: PeriodChain): string | null {
  const last = closes.at(-1);
  if (last) return nextMonth(last.period);
  return earliestEventMs === null ? null : monthAt(earliestEventMs, zone);
}

/** The months before the first close that hold an instant from `fromMs` on, oldest first: closed without lines. */
export function periodsBefore({ closes, zone }: PeriodChain, fromMs: number): Period[] {
  const first = closes[0];
  if (!first || fromMs >= first.fromMs) return [];
  const periods: Period[] = [];
  for (let end = first; end.fromMs > fromMs; ) {
    const period = periodBefore(first, zone, addMonths(end.period, -1));
    periods.unshift(period);
    end = { ...first, period: period.name, fromMs: period.fromMs };
  }
  return periods;
}

/** It ends where the chain begins, or where the next month before it begins. */
function periodBefore(first: CloseStamp, zone: string, name: string): Period {
  const next = nextMonth(name);
  return {
    name,
    fromMs: Math.min(monthStart(name, zone), first.fromMs),
    toMs: next === first.period ? first.fromMs : Math.min(monthStart(next, zone), first.fromMs),
  };
}

function openPeriod({ closes, zone }: PeriodChain, name: string): Period {
  const last = closes.at(-1);
  const fromMs = last && nextMonth(last.period) === name ? last.toMs : monthStart(name, zone);
  return { name, fromMs, toMs: monthStart(nextMonth(name), zone) };
}
