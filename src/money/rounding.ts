/** The one place where a number loses digits: integer division with a named mode. Nothing else rounds. */

export type RoundingMode = 'half_away_from_zero' | 'half_even';

/** numerator ÷ denominator to the nearest integer; ties go as the mode says. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const over = magnitude(numerator);
  const under = magnitude(denominator);
  const quotient = over / under;
  const twice = (over % under) * 2n;
  const up = twice > under || (twice === under && (mode === 'half_away_from_zero' || quotient % 2n === 1n));
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
