/** The rules of ids, names and strings, counted in code points. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TextFault, textFault } from './text-rules.ts';

test.each<readonly [string, TextFault | null]>([
  ['a', null],
  ['', 'empty'],
  ['a'.repeat(8), null],
  ['a'.repeat(9), 'long'],
  ['😀'.repeat(8), null],
  ['😀'.repeat(9), 'long'],
  ['häß 用', null],
  ['\u{10ffff}\uffff\u00a0', null],
  ['a\u0000', 'control'],
  ['a\n', 'control'],
  ['\u007f', 'control'],
  ['\u009f', 'control'],
  ['\ud800', 'surrogate'],
  ['\udc00x', 'surrogate'],
  ['\ud800\ud800\udc00', 'surrogate'],
  ['x\ud83d', 'surrogate'],
  ['\n'.repeat(9), 'long'],
])('%j: %s', (value, fault) => {
  expect(textFault(value, 8)).toBe(fault);
});

test('a text is refused exactly where the rules say so', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', '用', '😀', '\n', '\u0085', '\ud800', '\udfff'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(text, (value) => {
      const points = [...value];
      const broken = points.some((point) => /[\p{Cc}\p{Cs}]/u.test(point));
      const fine = points.length >= 1 && points.length <= 8 && !broken;
      expect(textFault(value, 8) === null).toBe(fine);
      expect(textFault(value, 8) === 'long').toBe(points.length > 8);
    }),
    { numRuns: 1000 },
  );
});
