/**
 * What a closed period owes after all (MONEY.md 5.5): line by line, what it costs now less what was billed and adjusted
 * before. It prices nothing, and it remembers nothing by itself.
 */
export interface BilledLine {
  readonly meter: string;
  readonly dimension: string | null;
  /** In minor units. */
  readonly amount: bigint;
}

export interface BilledPeriod {
  readonly period: string;
  /** As the closed statement has them. */
  readonly billed: readonly BilledLine[];
  /** Adjustments of its lines on later closed statements. */
  readonly adjusted: readonly BilledLine[];
  /** What its lines cost now. */
  readonly now: readonly BilledLine[];
}

export interface Adjustment extends BilledLine {
  readonly period: string;
}

const keyOf = ({ meter, dimension }: BilledLine): string => JSON.stringify([meter, dimension]);

/** All adjustments of an open statement, by period, then by line; a line that owes what it was billed makes none. */
export function expectAdjustments(periods: readonly BilledPeriod[]): Adjustment[] {
  return periods.flatMap(({ period, billed, adjusted, now }) => {
    const owed = new Map<string, { line: BilledLine; amount: bigint }>();
    const count = (line: BilledLine, sign: bigint) => {
      const known = owed.get(keyOf(line)) ?? { line, amount: 0n };
      owed.set(keyOf(line), { line, amount: known.amount + sign * line.amount });
    };
    for (const line of now) count(line, 1n);
    for (const line of [...billed, ...adjusted]) count(line, -1n);
    return [...owed.values()]
      .filter(({ amount }) => amount !== 0n)
      .map(({ line, amount }) => ({ period, meter: line.meter, dimension: line.dimension, amount }));
  });
}
