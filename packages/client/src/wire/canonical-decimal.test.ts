/** Tables of written decimals and their one shortest form. */
import { expect, test } from 'vitest';
import { canonicalDecimal } from './canonical-decimal.ts';

const accepted: readonly (readonly [written: string, shortest: string])[] = [
  ['0', '0'],
  ['1', '1'],
  ['-1', '-1'],
  ['007.50', '7.5'],
  ['-0', '0'],
  ['-0.0', '0'],
  ['0.0', '0'],
  ['000', '0'],
  ['-00.10', '-0.1'],
  ['10', '10'],
  ['100.000', '100'],
  ['5.5', '5.5'],
  ['0.5', '0.5'],
  ['-0.5', '-0.5'],
  ['0.000000000001', '0.000000000001'],
  ['99999999999999999999999999.999999999999', '99999999999999999999999999.999999999999'],
  ['-99999999999999999999999999.999999999999', '-99999999999999999999999999.999999999999'],
  ['00000000000000000000000001', '1'],
];

const refused: readonly string[] = [
  '',
  '-',
  '.',
  '-.',
  '.5',
  '5.',
  '-5.',
  '+1',
  '--1',
  '1-',
  ' 1',
  '1 ',
  '1\n',
  '1e3',
  '1E3',
  '0x10',
  '1_000',
  '1,5',
  '1.2.3',
  'NaN',
  'Infinity',
  '１',
  '100000000000000000000000000',
  '0.0000000000001',
  '0.0000000000000',
  '9'.repeat(1_000_000),
];

test.each(accepted)('%s is canonically %s', (written, shortest) => {
  expect(canonicalDecimal(written)).toBe(shortest);
});

test.each(refused.map((text) => text.slice(0, 50)))('%j is no decimal', (text) => {
  expect(canonicalDecimal(text)).toBeNull();
});
