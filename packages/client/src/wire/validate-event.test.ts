/** Which event is valid, what it means, and which code names what is wrong with it. */
import { describe, expect, test } from 'vitest';
import { eventCodes } from './event-codes.ts';
import { validateEvent } from './validate-event.ts';
import { WrittenNumber } from './written-number.ts';

const options = { defaultSource: 'default' };
const base = { id: 'e1', customer_id: 'cust_42', service: 'APIRequests' };

test('a full event reads into its canonical form', () => {
  const input = {
    ...base,
    source: 'api-gateway',
    time: '2026-11-24T11:00:00.1239+01:00',
    quantity: '05.50',
    amount: 3,
    properties: { region: 'eu-west-1', b: true, a: 1.5, empty: '' },
  };
  expect(validateEvent(input, options)).toMatchInlineSnapshot(`
    {
      "event": {
        "amount": "3",
        "customerId": "cust_42",
        "id": "e1",
        "properties": [
          [
            "a",
            1.5,
          ],
          [
            "b",
            true,
          ],
          [
            "empty",
            "",
          ],
          [
            "region",
            "eu-west-1",
          ],
        ],
        "quantity": "5.5",
        "service": "APIRequests",
        "source": "api-gateway",
        "timeMs": 1795514400123,
      },
      "ok": true,
    }
  `);
});

test('what is omitted takes its default, and only that', () => {
  expect(validateEvent(base, { defaultSource: 'key-source' })).toEqual({
    ok: true,
    event: {
      source: 'key-source',
      id: 'e1',
      customerId: 'cust_42',
      service: 'APIRequests',
      timeMs: null,
      quantity: '1',
      amount: null,
      properties: [],
    },
  });
});

const long = 'x'.repeat(129);
const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`p${index}`, 1]));

const refusals: readonly (readonly [code: string, field: string | undefined, input: unknown])[] = [
  ['event_invalid', undefined, null],
  ['event_invalid', undefined, undefined],
  ['event_invalid', undefined, []],
  ['event_invalid', undefined, 'x'],
  ['event_invalid', undefined, 5],
  ['event_invalid', undefined, new WrittenNumber('10000000000000000001')],
  ['field_unknown', 'customerId', { ...base, customerId: 'x' }],
  ['field_unknown', 'traceparent', { ...base, traceparent: 'x' }],
  [
    'field_unknown',
    '__proto__',
    JSON.parse('{"id":"a","customer_id":"c","service":"s","__proto__":{"x":1}}'),
  ],
  ['field_unknown', 'constructor', { ...base, constructor: 1 }],
  ['field_unknown', 'toString', { ...base, toString: 1 }],
  ['source_invalid', 'source', { ...base, source: '' }],
  ['source_invalid', 'source', { ...base, source: null }],
  ['source_invalid', 'source', { ...base, source: 'a\u0000' }],
  ['source_too_long', 'source', { ...base, source: long }],
  ['id_missing', 'id', { customer_id: 'c', service: 's' }],
  ['id_invalid', 'id', { ...base, id: null }],
  ['id_invalid', 'id', { ...base, id: 7 }],
  ['id_invalid', 'id', { ...base, id: '' }],
  ['id_invalid', 'id', { ...base, id: '\ud800' }],
  ['id_too_long', 'id', { ...base, id: long }],
  ['customer_id_missing', 'customer_id', { id: 'a', service: 's' }],
  ['customer_id_invalid', 'customer_id', { ...base, customer_id: null }],
  ['customer_id_too_long', 'customer_id', { ...base, customer_id: long }],
  ['service_missing', 'service', { id: 'a', customer_id: 'c' }],
  ['service_invalid', 'service', { ...base, service: {} }],
  ['service_too_long', 'service', { ...base, service: long }],
  ['time_invalid', 'time', { ...base, time: null }],
  ['time_invalid', 'time', { ...base, time: 1_700_000_000_000 }],
  ['time_invalid', 'time', { ...base, time: new Date(0) }],
  ['time_invalid', 'time', { ...base, time: 'yesterday' }],
  ['time_invalid', 'time', { ...base, time: '2026-02-29T00:00:00Z' }],
  ['time_out_of_range', 'time', { ...base, time: '1999-12-31T23:59:59.999Z' }],
  ['quantity_invalid', 'quantity', { ...base, quantity: null }],
  ['quantity_invalid', 'quantity', { ...base, quantity: undefined }],
  ['quantity_invalid', 'quantity', { ...base, quantity: '' }],
  ['quantity_invalid', 'quantity', { ...base, quantity: '1e3' }],
  ['quantity_invalid', 'quantity', { ...base, quantity: true }],
  ['quantity_invalid', 'quantity', { ...base, quantity: [1] }],
  ['quantity_invalid', 'quantity', { ...base, quantity: 0.1 + 0.2 }],
  ['quantity_invalid', 'quantity', { ...base, quantity: new WrittenNumber('10000000000000000001') }],
  ['amount_invalid', 'amount', { ...base, amount: null }],
  ['amount_invalid', 'amount', { ...base, amount: undefined }],
  ['amount_invalid', 'amount', { ...base, amount: '1,5' }],
  ['properties_invalid', 'properties', { ...base, properties: null }],
  ['properties_invalid', 'properties', { ...base, properties: [] }],
  ['properties_invalid', 'properties', { ...base, properties: 'a' }],
  ['properties_invalid', 'properties', { ...base, properties: new WrittenNumber('10000000000000000001') }],
  ['properties_too_many', 'properties', { ...base, properties: many }],
  ['property_invalid', 'properties.a b', { ...base, properties: { 'a b': 1 } }],
  ['property_invalid', 'properties.', { ...base, properties: { '': 1 } }],
  ['property_invalid', `properties.${'n'.repeat(65)}`, { ...base, properties: { ['n'.repeat(65)]: 1 } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: null } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: undefined } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: { b: 1 } } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: [] } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: 'x\n' } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: '\udc00' } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: 'x'.repeat(1025) } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: Number.NaN } }],
  ['property_invalid', 'properties.a', { ...base, properties: { a: new WrittenNumber('1e-400') } }],
];

test.each(refusals)('%s (%s)', (code, field, input) => {
  const verdict = validateEvent(input, options);
  expect(verdict).toMatchObject(field === undefined ? { ok: false, code } : { ok: false, code, field });
});

test('every code that the catalogue lists is given by some event, and no other', () => {
  expect(new Set(refusals.map(([code]) => code))).toEqual(new Set(eventCodes));
});

describe('a refusal is attributed', () => {
  test('to its source and id where they are usable', () => {
    const input = { id: 'e1', source: 's', quantity: 'x', customer_id: 'c', service: 's' };
    expect(validateEvent(input, options)).toMatchObject({ source: 's', id: 'e1' });
  });

  test('to the default source where none is named', () => {
    expect(validateEvent({ ...base, quantity: 'x' }, options)).toMatchObject({ source: 'default', id: 'e1' });
  });

  test('to no source and no id where those are what is wrong', () => {
    const verdict = validateEvent({ ...base, id: '', source: 7 }, options);
    expect(Object.keys(verdict)).toEqual(['ok', 'code', 'field', 'message']);
  });
});

test('limits are reached, not only kept', () => {
  const name = '😀'.repeat(128);
  const properties = { ['n'.repeat(64)]: 'é'.repeat(1024), ...many };
  const { p32: _, ...thirtyTwo } = many;
  expect(validateEvent({ ...base, id: name, properties: thirtyTwo }, options).ok).toBe(true);
  expect(validateEvent({ ...base, properties: { ['n'.repeat(64)]: 'é'.repeat(1024) } }, options).ok).toBe(
    true,
  );
  expect(validateEvent({ ...base, properties }, options).ok).toBe(false);
  expect(validateEvent({ ...base, time: '2000-01-01T00:00:00Z' }, options).ok).toBe(true);
});

test('a property may be named like a member of Object.prototype, and reaches no prototype', () => {
  const properties = '{"__proto__":"p","constructor":"c","hasOwnProperty":1,"toString":true}';
  const verdict = validateEvent(
    JSON.parse(`{"id":"a","customer_id":"c","service":"s","properties":${properties}}`),
    options,
  );
  expect(verdict.ok && verdict.event.properties).toEqual([
    ['__proto__', 'p'],
    ['constructor', 'c'],
    ['hasOwnProperty', 1],
    ['toString', true],
  ]);
  expect(({} as Record<string, unknown>).p).toBeUndefined();
});

test('a number written with an exponent becomes a plain number, and 1 stays different from "1"', () => {
  const properties = { a: new WrittenNumber('1.5e3'), one: 1, text: '1' };
  const verdict = validateEvent({ ...base, quantity: new WrittenNumber('1e3'), properties }, options);
  expect(verdict.ok && verdict.event.quantity).toBe('1000');
  expect(verdict.ok && verdict.event.properties).toEqual([
    ['a', 1500],
    ['one', 1],
    ['text', '1'],
  ]);
});

test('a foreign name of any length is cut in the refusal', () => {
  const verdict = validateEvent({ ...base, ['x'.repeat(100_000)]: 1 }, options);
  expect(JSON.stringify(verdict).length).toBeLessThan(1000);
});
