/** How much an event reports: quantities of counts and levels, and those at either end of what is possible. */
import type { Random } from './random.ts';
import type { WorldService } from './world.ts';

/** As small and as large as a quantity may be, and texts that a binary float would bend. */
export const extremes = [
  '0.000000000001',
  '99999999999999999999999999.999999999999',
  '0',
  '12345678901234567890.123456789012',
  '9007199254740993',
  '0.1',
];

const hundredths = Array.from({ length: 100 }, (_, number) =>
  number === 0 ? '' : `.${`${number}`.padStart(2, '0').replace(/0$/, '')}`,
);

/** Hundredths as a decimal in its shortest form: 1250 is "12.5". */
export function writeHundredths(number: number): string {
  const whole = Math.floor(number / 100);
  return `${whole}${hundredths[number - whole * 100]}`;
}

/** Small quantities are more frequent than large ones, as in life: the limit is itself drawn at random. */
export function drawQuantity(service: WorldService, divisor: number, random: Random): number {
  const { hundredthsStep: step } = service;
  const min = Math.max(1, Math.floor(service.hundredthsMin / divisor / step));
  const max = Math.max(min, Math.floor(service.hundredthsMax / divisor / step));
  return (min + random.below(1 + random.below(1 + max - min))) * step;
}

/** Storage fills up: a tenth more every ten days, and a little up and down. */
export function drawLevel(service: WorldService, divisor: number, daysIn: number, random: Random): number {
  const { hundredthsStep: step } = service;
  const base = Math.max(1, Math.floor(service.hundredthsMax / divisor / 2 / step));
  const grown = base + Math.floor((base * daysIn) / 100);
  return (grown + random.below(1 + Math.floor(base / 10))) * step;
}
