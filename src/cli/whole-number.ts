/** Whole numbers given on the command line. Refuses what parsing would silently bend: "12abc", "1e3", "". */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export function readWholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new WrongUsage(`--${option} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
