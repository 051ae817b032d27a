/** Decimals as scaled integers and back, worked out here so that the code under test is not its own judge. */

/** `unitsOf('1.5', 3)` is 1500n. Throws when the text has more digits than the scale. */
export function unitsOf(text: string, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const [, sign = '', integer = '', fraction = ''] = match ?? [];
  if (!match || fraction.length > scale) throw new Error(`not a decimal of ${scale} digits: ${text}`);
  return BigInt(`${sign}${integer}${fraction.padEnd(scale, '0')}`);
}

/** The shortest plain decimal of `units` × 10^-`scale`. */
export function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
