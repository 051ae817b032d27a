/** The line written by hand is the one that JSON.stringify writes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventLine } from './event-line.ts';
import type { CanonicalEvent } from './wire/event.ts';
import { toUsageEvent } from './wire/to-usage-event.ts';
import { validateEvent } from './wire/validate-event.ts';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
);
const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
const value = fc.oneof(text, fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const event = fc.record(
  {
    source: text,
    id: text,
    customer_id: text,
    service: text,
    time: fc
      .date({ min: new Date('2000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    quantity: fc.oneof(fc.constantFrom('1', '-0.5', '12345678901234567890.5'), fc.integer()),
    amount: fc.constantFrom('0.01', '7'),
    properties: fc.dictionary(name, value, { maxKeys: 5 }),
  },
  { requiredKeys: ['id', 'customer_id', 'service'] },
);

test('whatever the event, with its source and without', () => {
  let valid = 0;
  fc.assert(
    fc.property(event, fc.boolean(), (given, withSource) => {
      const verdict = validateEvent(given, { defaultSource: 'default' });
      fc.pre(verdict.ok);
      const canonical = (verdict as { event: CanonicalEvent }).event;
      const { source, ...rest } = toUsageEvent(canonical);
      valid += 1;
      const line = eventLine(canonical, rest.time ?? null, withSource);
      const text = JSON.stringify(withSource ? { source, ...rest } : rest);
      // An object puts names like "7" first; that order means nothing.
      expect([JSON.parse(line), line.length]).toEqual([JSON.parse(text), text.length]);
    }),
    { numRuns: 500 },
  );
  expect(valid).toBe(500);
});
