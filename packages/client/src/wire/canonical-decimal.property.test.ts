/** The decimal's canonical form against an independent reading of the text as an integer of 10^-12. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalDecimal } from './canonical-decimal.ts';

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const written = fc
  .tuple(fc.boolean(), digits(26), fc.option(digits(12)))
  .map(
    ([negative, integer, fraction]) =>
      `${negative ? '-' : ''}${integer}${fraction === null ? '' : `.${fraction}`}`,
  );

/** The value in units of 10^-12. */
function read(text: string): bigint {
  const [integer = '', fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(integer + fraction.padEnd(12, '0'));
  return text.startsWith('-') ? -units : units;
}

test('a decimal keeps its value and takes the shortest plain form', () => {
  fc.assert(
    fc.property(written, (text) => {
      const canonical = canonicalDecimal(text) ?? '';
      expect(read(canonical)).toBe(read(text));
      expect(canonical).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/);
      expect(canonical).not.toBe('-0');
    }),
  );
});

test('canonicalising twice changes nothing', () => {
  fc.assert(
    fc.property(written, (text) => {
      const canonical = canonicalDecimal(text) ?? '';
      expect(canonicalDecimal(canonical)).toBe(canonical);
    }),
  );
});

test('what the grammar refuses is refused, and nothing throws', () => {
  const nearly = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', 'e', ' ', '٣'), maxLength: 45 });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string()), (text) => {
      expect(canonicalDecimal(text) !== null).toBe(
        /^-?\d{1,26}(\.\d{1,12})?$/.test(text) && !text.endsWith('\n'),
      );
    }),
    { numRuns: 1000 },
  );
});
