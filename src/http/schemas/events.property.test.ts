import { validateEvent } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSchema } from '../check-request.ts';
import { Event } from './events.ts';

const fitsSchema = compileSchema(Event);

/** Near-valid events: most members are right, some are wrong in some way or absent. */
const mostly = (right: fc.Arbitrary<unknown>, wrong: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: right, weight: 12 }, { arbitrary: wrong, weight: 1 });

const text = mostly(
  fc.oneof(
    fc.constantFrom('acme', 'x'.repeat(128), '𝄞'.repeat(128), 'a/b "c"'),
    fc.string({ minLength: 1, maxLength: 128 }),
  ),
  fc.oneof(fc.string({ maxLength: 140, unit: 'binary' }), fc.constantFrom('', 'x'.repeat(129), null, 5)),
);
const decimal = mostly(
  fc.constantFrom('1', '-1.5', '007', '9'.repeat(26), `0.${'1'.repeat(12)}`, 0, 5, -1.25, 1e-7),
  fc.constantFrom('1e3', '', ' 1', '9'.repeat(27), `0.${'1'.repeat(13)}`, 1e300, null, true),
);
const properties = mostly(
  fc.dictionary(
    fc.constantFrom('region', '__proto__', 'constructor', 'a.b-c_9', 'x'.repeat(64)),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('é'.repeat(1024))),
  ),
  fc.oneof(
    fc.dictionary(fc.string({ maxLength: 70 }), fc.oneof(fc.double(), fc.constant(null), fc.constant({})), {
      maxKeys: 34,
    }),
    fc.constant(null),
    fc.constant([]),
  ),
);
const event = fc.record(
  {
    id: text,
    source: text,
    customer_id: text,
    service: text,
    time: mostly(fc.constant('2026-11-24T10:00:00Z'), fc.constantFrom('2026-02-30T10:00:00Z', '', null)),
    quantity: decimal,
    amount: decimal,
    properties,
  },
  { requiredKeys: ['id', 'customer_id', 'service'] },
);

it('whatever the event validator takes, the schema in the OpenAPI document takes too', () => {
  let taken = 0;
  fc.assert(
    fc.property(event, (input) => {
      const verdict = validateEvent(input, { defaultSource: 'default' });
      if (!verdict.ok) return;
      taken += 1;
      expect(fitsSchema(input)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(500);
});

it('a schema that is a member short is refused by the validator too', () => {
  for (const missing of ['id', 'customer_id', 'service']) {
    const { [missing]: _, ...input } = { id: '1', customer_id: 'acme', service: 'api' } as Record<
      string,
      string
    >;
    expect(fitsSchema(input)).not.toBe(true);
    expect(validateEvent(input, { defaultSource: 'default' })).toMatchObject({
      ok: false,
      code: `${missing}_missing`,
    });
  }
});
