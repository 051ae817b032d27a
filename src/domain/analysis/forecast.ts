/**
 * What the rest of a running period will bring, if it goes on as in the last weeks: each week to come brings what the last
 * weeks brought on average, and a part of a week what the same part of them brought. Weeks are 7 × 24 hours back from now,
 * so each weekday and hour stands for itself. With less than a week of history the pace of the period goes on. Exact.
 */
import {
  addFractions,
  type Fraction,
  makeFraction,
  multiplyFractions,
  sumFractions,
} from '../../money/fraction.ts';

export const weekMs = 7 * 86_400_000;
/** More weeks would answer slower to change, fewer would take one odd week for the rule. */
export const forecastWeeksMax = 4;

/** One of the last weeks: what it brought, and what it had brought when the part of a week that is asked for was over. */
export interface PastWeek {
  readonly whole: Fraction;
  readonly part: Fraction;
}

export interface Rest {
  readonly fullWeeks: number;
  /** What is left behind the full weeks: less than a week. */
  readonly partMs: number;
}

export function restOf(nowMs: number, endMs: number): Rest {
  const restMs = Math.max(0, endMs - nowMs);
  const fullWeeks = Math.floor(restMs / weekMs);
  return { fullWeeks, partMs: restMs - fullWeeks * weekMs };
}

/** How many whole weeks of history count: at most four, none before the first event. */
export function weeksOfHistory(firstEventMs: number | null, nowMs: number): number {
  if (firstEventMs === null || firstEventMs >= nowMs) return 0;
  return Math.min(forecastWeeksMax, Math.floor((nowMs - firstEventMs) / weekMs));
}

/** What the rest brings, from at least one week. */
export function expectFromWeeks(weeks: readonly PastWeek[], { fullWeeks }: Rest): Fraction {
  const whole = sumFractions(weeks.map((week) => week.whole));
  const part = sumFractions(weeks.map((week) => week.part));
  const all = addFractions(multiplyFractions(whole, makeFraction(BigInt(fullWeeks), 1n)), part);
  return multiplyFractions(all, makeFraction(1n, BigInt(weeks.length)));
}

/** What the rest brings when the pace since `sinceMs` goes on; nothing while no time has passed. */
export function expectFromPace(soFar: Fraction, sinceMs: number, nowMs: number, endMs: number): Fraction {
  if (nowMs <= sinceMs) return makeFraction(0n, 1n);
  return multiplyFractions(soFar, makeFraction(BigInt(Math.max(0, endMs - nowMs)), BigInt(nowMs - sinceMs)));
}
