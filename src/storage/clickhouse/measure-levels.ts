/**
 * The integral of levels, stretch by stretch, from the sums that sql/levels.ts answers. Pure and exact.
 */
import {
  addFractions,
  type Fraction,
  makeFraction,
  multiplyFractions,
  subtractFractions,
  zeroFraction,
} from '../../money/fraction.ts';
import type { MeasureSpan } from '../metered-usage.ts';
import { isZero, type Piece } from './measure-pieces.ts';

/** How the level changed within one stretch of a scan. */
export interface LevelChange {
  /** Before the scan's span: what was carried in. */
  readonly startMs: number;
  readonly difference: Fraction;
  /** Σ difference × its moment in milliseconds. */
  readonly moment: Fraction;
}

export interface LevelSpan {
  /** The scan's span of this customer, with all its cuts. */
  readonly span: MeasureSpan;
  readonly untilMs: number;
}

/**
 * A piece for every stretch in which there is a level other than 0: level × milliseconds, without events. One at a time,
 * because one level makes as many as there are stretches.
 */
export function* levelPieces(
  changes: readonly LevelChange[],
  { span, untilMs }: LevelSpan,
): Generator<Piece, void> {
  const byStart = new Map(changes.map((change) => [change.startMs, change]));
  let level = changes.reduce(
    (sum, { startMs, difference }) => (startMs < span.fromMs ? addFractions(sum, difference) : sum),
    zeroFraction,
  );
  const starts = [span.fromMs, ...span.cutsMs];
  for (const [index, startMs] of starts.entries()) {
    const endMs = Math.min(starts[index + 1] ?? span.toMs, untilMs);
    const change = byStart.get(startMs);
    if (endMs <= startMs) break;
    if (change !== undefined || !isZero(level)) {
      const value = integral(level, change, startMs, endMs);
      yield { startMs, value, events: 0, amount: zeroFraction, eventsWithAmount: 0 };
    }
    if (change !== undefined) level = addFractions(level, change.difference);
  }
}

/** Level × length, and each difference × what was left of the stretch. */
function integral(
  level: Fraction,
  change: LevelChange | undefined,
  startMs: number,
  endMs: number,
): Fraction {
  const held = multiplyFractions(level, whole(endMs - startMs));
  if (change === undefined) return held;
  const changed = subtractFractions(multiplyFractions(change.difference, whole(endMs)), change.moment);
  return addFractions(held, changed);
}

function whole(value: number): Fraction {
  return makeFraction(BigInt(value), 1n);
}
