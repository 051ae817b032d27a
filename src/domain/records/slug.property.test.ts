import { eventLimits, textFault } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

const names = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 120, maxLength: 300 }),
);

test('a slug is empty or a valid id, and is its own slug', () => {
  fc.assert(
    fc.property(names, (name) => {
      const slug = slugOf(name);
      if (slug !== '') expect(textFault(slug, eventLimits.idLengthMax)).toBeNull();
      expect(slug).not.toMatch(/^-|-$|--|\s/);
      expect(slugOf(slug)).toBe(slug);
    }),
    { numRuns: 2000 },
  );
});

test('case and surrounding spaces make no difference', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9 .-]{0,40}$/), (name) => {
      expect(slugOf(`  ${name.toUpperCase()} `)).toBe(slugOf(name));
    }),
  );
});
