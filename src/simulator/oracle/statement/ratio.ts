/** Exact fractions for the oracle's statements: proration and averages do not end behind a point. Written anew on purpose. */
import { divideHalfAwayFromZero, writeFixed } from '../exact.ts';

/** Reduced; the divisor is positive. */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function ratio(n: bigint, d = 1n): Ratio {
  if (d === 0n) throw new Error('a fraction has no divisor 0');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n, d * sign) || 1n;
  return { n: (n * sign) / common, d: (d * sign) / common };
}

export const zero = ratio(0n);

/** "12.5", "-0.01" or "7/3". */
export function readRatio(text: string): Ratio {
  const [whole = '', divisor] = text.split('/');
  if (divisor !== undefined) return ratio(BigInt(whole), BigInt(divisor));
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new Error(`"${text}" is no decimal and no fraction`);
  const fraction = match[3] ?? '';
  const size = BigInt(`${match[2]}${fraction}`);
  return ratio(match[1] === '-' ? -size : size, 10n ** BigInt(fraction.length));
}

export const add = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.n, a.d * b.d);
export const divide = (a: Ratio, b: Ratio): Ratio => ratio(a.n * b.d, a.d * b.n);
export const isLess = (a: Ratio, b: Ratio): boolean => a.n * b.d < b.n * a.d;
export const smaller = (a: Ratio, b: Ratio): Ratio => (isLess(b, a) ? b : a);
export const larger = (a: Ratio, b: Ratio): Ratio => (isLess(a, b) ? b : a);
export const sumOf = (all: readonly Ratio[]): Ratio => all.reduce(add, zero);

/** The next whole number that is not below. */
export function roundUp({ n, d }: Ratio): bigint {
  const down = n / d;
  return n > 0n && n % d !== 0n ? down + 1n : down;
}

/** In minor units of so many digits, a half away from zero. */
export function toMinor({ n, d }: Ratio, digits: number): bigint {
  return divideHalfAwayFromZero(n * 10n ** BigInt(digits), d);
}

/** Shortest decimal where it ends, else "n/d". */
export function writeRatio({ n, d }: Ratio): string {
  let [rest, digits] = [d, 0];
  for (const prime of [2n, 5n]) {
    let times = 0;
    while (rest % prime === 0n) {
      rest /= prime;
      times += 1;
    }
    digits = Math.max(digits, times);
  }
  if (rest !== 1n) return `${n}/${d}`;
  return writeFixed((n * 10n ** BigInt(digits)) / d, digits);
}
