/** What holds for every event: no throw, one meaning, and a canonical form that means the same again. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageEvent } from './event.ts';
import { eventCodes } from './event-codes.ts';
import { toUsageEvent } from './to-usage-event.ts';
import { validateEvent } from './validate-event.ts';

const options = { defaultSource: 'default' };
const memberNames = [
  'source',
  'id',
  'customer_id',
  'service',
  'time',
  'quantity',
  'amount',
  'properties',
  '__proto__',
];

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const decimal = fc.stringMatching(/^-?[0-9]{1,26}(\.[0-9]{1,12})?$/);
const time = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(1e15, 1e20, 1e21, 1e-7, -0, 5e-324));
const properties = fc.dictionary(
  fc.oneof(fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/), fc.constantFrom('__proto__', 'constructor')),
  fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), number, fc.boolean()),
  { noNullPrototype: true, maxKeys: 6 },
);
const event = fc.record(
  {
    source: name,
    id: name,
    customer_id: name,
    service: name,
    time,
    quantity: fc.oneof(decimal, number),
    amount: decimal,
    properties,
  },
  { requiredKeys: ['id', 'customer_id', 'service'], noNullPrototype: true },
);

test('validating the canonical event again gives the same', () => {
  fc.assert(
    fc.property(event, (input) => {
      const verdict = validateEvent(input, options);
      fc.pre(verdict.ok);
      const again = validateEvent(toUsageEvent(verdict.event), { defaultSource: 'other' });
      expect(again).toEqual(verdict);
    }),
    { numRuns: 500 },
  );
});

test('an event means the same after the way over the wire', () => {
  fc.assert(
    fc.property(event, (input) => {
      const sent: unknown = JSON.parse(JSON.stringify(input));
      const verdict = validateEvent(input, options);
      fc.pre(verdict.ok);
      expect(validateEvent(sent, options)).toEqual(verdict);
    }),
    { numRuns: 500 },
  );
});

test('the order of members and of properties changes nothing', () => {
  const turned = (value: object) => Object.fromEntries(Object.entries(value).reverse());
  fc.assert(
    fc.property(event, (input) => {
      const { properties: given, ...rest } = input as UsageEvent;
      const other = turned({ ...rest, ...(given === undefined ? {} : { properties: turned(given) }) });
      const verdict = validateEvent(input, options);
      fc.pre(verdict.ok);
      expect(validateEvent(other, options)).toEqual(verdict);
    }),
  );
});

test('no input makes it throw or give a code outside the catalogue', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true });
  const junk = fc.oneof(
    anything,
    fc.dictionary(fc.constantFrom(...memberNames), fc.oneof(anything, name, decimal)),
  );
  const codes: readonly string[] = eventCodes;
  fc.assert(
    fc.property(junk, (input) => {
      const verdict = validateEvent(input, options);
      if (verdict.ok) return;
      expect(codes).toContain(verdict.code);
      expect(verdict.message).not.toBe('');
    }),
    { numRuns: 3000 },
  );
});
