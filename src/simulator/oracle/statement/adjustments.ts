/**
 * What a closed period owes after all (MONEY.md 5.5): line by line, what it costs now less what was billed and adjusted
 * before, by the policy that what came late met. It prices nothing, and it remembers nothing by itself.
 */
import type { LineValue } from './divided.ts';

export interface BilledLine {
  readonly meter: string;
  readonly dimension: LineValue;
  /** In minor units. */
  readonly amount: bigint;
}

export type Policy = 'next' | 'ignore';

/** What a period's lines cost when entries under one policy had come. */
export interface Step {
  readonly policy: Policy;
  readonly now: readonly BilledLine[];
}

export interface BilledPeriod {
  readonly period: string;
  /** As the closed statement has them. */
  readonly billed: readonly BilledLine[];
  /** Adjustments of its lines on later closed statements, what was ignored included: it never comes back. */
  readonly adjusted: readonly BilledLine[];
  /** In the order in which policies held since the last close; the last one is as of now. */
  readonly steps: readonly Step[];
}

export interface Adjustment extends BilledLine {
  readonly period: string;
  /** In minor units: what is told and never charged. */
  readonly ignored: bigint;
}

type Sums = { next: bigint; ignore: bigint };

const keyOf = ({ meter, dimension }: BilledLine): string => JSON.stringify([meter, dimension ?? '']);

function amountsOf(lines: readonly BilledLine[]): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (const line of lines) amounts.set(keyOf(line), (amounts.get(keyOf(line)) ?? 0n) + line.amount);
  return amounts;
}

/** All adjustments of an open statement, by period, then by line; a line that owes what it was billed makes none. */
export function expectAdjustments(periods: readonly BilledPeriod[]): Adjustment[] {
  return periods.flatMap(({ period, billed, adjusted, steps }) => {
    const all = [...billed, ...adjusted, ...steps.flatMap(({ now }) => now)];
    const lines = new Map(all.map((line) => [keyOf(line), line]));
    const before = amountsOf([...billed, ...adjusted]);
    const states = steps.map(({ policy, now }) => ({ policy, now: amountsOf(now) }));
    return [...lines].flatMap(([key, { meter, dimension }]) => {
      const sums: Sums = { next: 0n, ignore: 0n };
      let last = before.get(key) ?? 0n;
      for (const { policy, now } of states) {
        sums[policy] += (now.get(key) ?? 0n) - last;
        last = now.get(key) ?? 0n;
      }
      if (sums.next === 0n && sums.ignore === 0n) return [];
      return [{ period, meter, dimension, amount: sums.next, ignored: sums.ignore }];
    });
  });
}
