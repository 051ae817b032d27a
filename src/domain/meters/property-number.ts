/**
 * A number property as an exact decimal: its own JSON text is rewritten, never computed with. Meters take numbers of at
 * most 26 digits before and 27 after the point (a number has 15 significant digits, so that holds everything from
 * 10⁻¹² up); whatever lies beyond is no number to them.
 */
export const propertyIntegerDigitsMax = 26;
export const propertyFractionDigitsMax = 27;

const written = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** Shortest plain decimal; null when it lies beyond what meters take. */
export function decimalOfNumber(value: number): string | null {
  const match = written.exec(JSON.stringify(value));
  if (match === null) return null;
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = match;
  const digits = (integer + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const scale = fraction.length - Number.parseInt(exponent, 10);
  const shown = scale > 0 ? withPoint(digits, scale) : `${digits}${'0'.repeat(Math.min(-scale, 400))}`;
  const [whole = '', rest = ''] = shown.split('.');
  if (whole.length > propertyIntegerDigitsMax || rest.length > propertyFractionDigitsMax) return null;
  return `${sign}${shown}`;
}

/** Digits without zeros in front; zeros behind the point are cut. */
function withPoint(digits: string, scale: number): string {
  const padded = digits.padStart(scale + 1, '0');
  const fraction = padded.slice(-scale).replace(/0+$/, '');
  const whole = padded.slice(0, -scale);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
