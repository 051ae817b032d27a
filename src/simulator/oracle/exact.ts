/**
 * Exact arithmetic for the oracle: a decimal is a bigint at a fixed number of digits behind the point.
 * Written anew on purpose: it must not share a mistake with the product's own arithmetic.
 */

export const quantityDigits = 12;

/** "12.5" at 12 digits is 12500000000000n. Throws where the text is no decimal or has more digits. */
export function readDecimal(text: string, digits: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  if (match === null || fraction.length > digits)
    throw new Error(`"${text}" is no decimal of ${digits} digits`);
  const size = BigInt(`${match[2]}${fraction.padEnd(digits, '0')}`);
  return match[1] === '-' ? -size : size;
}

/** With exactly `digits` digits behind the point: 2000n at 2 digits is "20.00". */
export function writeFixed(value: bigint, digits: number): string {
  const size = `${value < 0n ? -value : value}`.padStart(digits + 1, '0');
  const sign = value < 0n ? '-' : '';
  const whole = size.slice(0, size.length - digits);
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${size.slice(size.length - digits)}`;
}

/** In its shortest form: 2000n at 2 digits is "20". */
export function writeShortest(value: bigint, digits: number): string {
  const fixed = writeFixed(value, digits);
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}

/** Division to a whole number; a half goes away from zero. The divisor is positive. */
export function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}
