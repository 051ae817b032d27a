/**
 * What scans answered, given out to the questions and put together to stretches, exactly. Pure: it asks nothing.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { type Aggregation, type Meter, millisecondsPer } from '../../domain/meters/meter.ts';
import { addFractions, type Fraction, makeFraction, maxFraction, minFraction } from '../../money/fraction.ts';
import type { MeasuredRow, MeasureQuery, MeasureSpan } from '../metered-usage.ts';

/**
 * What one stretch of a scan brings. Of an average `value` is the sum, of a time-weighted meter level × milliseconds: they
 * are divided when all is together.
 */
export interface Piece {
  readonly startMs: number;
  readonly value: Fraction;
  readonly events: number;
  readonly amount: Fraction;
  readonly eventsWithAmount: number;
}

/** The pieces of one customer and one combination of keys. */
export interface PieceGroup {
  readonly customerId: string;
  readonly keys: readonly (PropertyValue | null)[];
  /** In the order of time. */
  readonly pieces: Piece[];
}

/** The rows of one question from a group of its service whose customer has this span in it, by time. */
export function rowsOf(query: MeasureQuery, span: MeasureSpan, group: PieceGroup): MeasuredRow[] {
  const { customerId, keys, pieces } = group;
  const rows: MeasuredRow[] = [];
  const stretches = stretchPieces(span, pieces, query.meter.aggregation);
  const told = query.isCumulative ? runningPieces(span, stretches, query.meter.aggregation) : stretches;
  for (const { toMs, piece } of told) {
    const { startMs: fromMs, value, ...counts } = piece;
    if (piece.events === 0 && isZero(value)) continue;
    rows.push({ customerId, fromMs, toMs, keys, quantity: quantityOf(query.meter, piece), ...counts });
  }
  return rows;
}

interface StretchPiece {
  readonly toMs: number;
  readonly piece: Piece;
}

/** The pieces of a scan that is cut more finely, as the stretches of a question's own span. */
function stretchPieces(
  span: MeasureSpan,
  pieces: readonly Piece[],
  aggregation: Aggregation,
): StretchPiece[] {
  const starts = [span.fromMs, ...span.cutsMs];
  const stretches: StretchPiece[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.startMs < span.fromMs || piece.startMs >= span.toMs) continue;
    while (at + 1 < starts.length && (starts[at + 1] as number) <= piece.startMs) at += 1;
    const startMs = starts[at] as number;
    const last = stretches.at(-1);
    if (last?.piece.startMs === startMs) {
      stretches[stretches.length - 1] = {
        toMs: last.toMs,
        piece: mergePieces(last.piece, piece, aggregation),
      };
    } else stretches.push({ toMs: starts[at + 1] ?? span.toMs, piece: { ...piece, startMs } });
  }
  return stretches;
}

/** What the meter said at the end of each stretch; at the end of the span in any case. */
function runningPieces(
  span: MeasureSpan,
  stretches: readonly StretchPiece[],
  aggregation: Aggregation,
): StretchPiece[] {
  const running: StretchPiece[] = [];
  for (const { toMs, piece } of stretches) {
    const before = running.at(-1)?.piece;
    const merged = before === undefined ? piece : mergePieces(before, piece, aggregation);
    running.push({ toMs, piece: { ...merged, startMs: span.fromMs } });
  }
  const last = running.at(-1);
  if (last !== undefined && last.toMs < span.toMs) running.push({ ...last, toMs: span.toMs });
  return running;
}

/** `later` is the piece of the later time. */
function mergePieces(earlier: Piece, later: Piece, aggregation: Aggregation): Piece {
  return {
    startMs: earlier.startMs,
    value: mergeValues(earlier.value, later.value, aggregation),
    events: earlier.events + later.events,
    amount: addFractions(earlier.amount, later.amount),
    eventsWithAmount: earlier.eventsWithAmount + later.eventsWithAmount,
  };
}

function mergeValues(earlier: Fraction, later: Fraction, aggregation: Aggregation): Fraction {
  switch (aggregation) {
    case 'count':
    case 'sum':
    case 'average':
    case 'time_weighted':
      return addFractions(earlier, later);
    case 'max':
      return maxFraction(earlier, later);
    case 'min':
      return minFraction(earlier, later);
    case 'latest':
      return later;
    default:
      throw new Error(`the parts of ${aggregation} cannot be put together`);
  }
}

function quantityOf({ aggregation, per }: Meter, { value, events }: Piece): Fraction {
  if (aggregation === 'average') return divideBy(value, events);
  if (aggregation === 'time_weighted' && per !== null) return divideBy(value, millisecondsPer[per]);
  return value;
}

function divideBy({ numerator, denominator }: Fraction, divisor: number): Fraction {
  return makeFraction(numerator, denominator * BigInt(divisor));
}

export function isZero(value: Fraction): boolean {
  return value.numerator === 0n;
}
