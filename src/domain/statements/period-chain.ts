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
  /** The zone known at the watermark of the first close: it cuts the months before. Of no use without a close. */
  readonly firstZone: string;
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
  if (first && name < first.period) {
    return { kind: 'before', period: periodBefore(first, chain.firstZone, name) };
  }
  const earliest = earliestOpen(chain);
  return { kind: 'open', period: openPeriod(chain, name), isEarliest: earliest === null || name <= earliest };
}

/** Whether a period may be closed now; answered with what is to be closed, or with the close that was made. */
export function planClose(chain: PeriodChain, name: string, nowMs: number): ClosePlan | Refusal {
  const place = findInChain(chain, name);
  if (place.kind === 'closed') return { ok: true, kind: 'closed', close: place.close };
  if (place.kind === 'before') {
    const message =
      `the customer's periods begin with ${chain.closes[0]?.period}: ${name} counts as closed, ` +
      'and usage in it is adjusted on the earliest open period';
    return refuse('period_closed', message, 'period');
  }
  if (!place.isEarliest) {
    return refuse('previous_period_open', `close ${earliestOpen(chain)} first`, 'period');
  }
  if (nowMs < place.period.toMs) {
    const end = new Date(place.period.toMs).toISOString();
    return refuse('period_not_over', `${name} ends at ${end} in the customer's zone`, 'period');
  }
  return { ok: true, kind: 'close', period: place.period };
}

/** The month that is closed next: after the last close, else that of the earliest event; null when any may be first. */
export function earliestOpen({ closes, zone, earliestEventMs }: PeriodChain): string | null {
  const last = closes.at(-1);
  if (last) return nextMonth(last.period);
  return earliestEventMs === null ? null : monthAt(earliestEventMs, zone);
}

/** The period that holds an instant, be it closed or before the chain; null when it lies after the last close. */
export function closedPeriodAt({ closes, firstZone }: PeriodChain, ms: number): Period | null {
  const [first, last] = [closes[0], closes.at(-1)];
  if (!first || !last || ms >= last.toMs) return null;
  if (ms < first.fromMs) return periodBefore(first, firstZone, monthBefore(first, firstZone, ms));
  const close = closes.find(({ toMs }) => ms < toMs) as CloseStamp;
  return { name: close.period, fromMs: close.fromMs, toMs: close.toMs };
}

/** The periods, closed or before the chain, that touch `[fromMs, toMs)`, oldest first. */
export function closedPeriodsIn(chain: PeriodChain, fromMs: number, toMs: number): Period[] {
  const periods: Period[] = [];
  for (let at = fromMs; at < toMs; ) {
    const period = closedPeriodAt(chain, at);
    if (period === null) break;
    periods.push(period);
    at = period.toMs;
  }
  return periods;
}

/** A month's name may be that of the first close, when the zone makes it begin before the close did. */
function monthBefore(first: CloseStamp, zone: string, ms: number): string {
  const name = monthAt(ms, zone);
  return name < first.period ? name : addMonths(first.period, -1);
}

/** It ends where the next month begins, the last one where the chain does. */
function periodBefore(first: CloseStamp, zone: string, name: string): Period {
  const next = nextMonth(name);
  const toMs = next === first.period ? first.fromMs : monthStart(next, zone);
  return { name, fromMs: monthStart(name, zone), toMs };
}

function openPeriod({ closes, zone }: PeriodChain, name: string): Period {
  const last = closes.at(-1);
  const follows = last !== undefined && nextMonth(last.period) === name;
  return {
    name,
    fromMs: follows ? last.toMs : monthStart(name, zone),
    toMs: monthStart(nextMonth(name), zone),
  };
}
