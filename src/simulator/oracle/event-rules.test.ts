import { validateEvent } from '@countinghouse/client/wire';
import { expect, test } from 'vitest';
import { parseJson } from '../../http/parse-json.ts';
import { mistakes } from '../workload/mistakes.ts';
import { readEvent } from './event-rules.ts';
import { writeShortest } from './exact.ts';

const members = {
  source: 's',
  id: 'i',
  customer_id: 'c',
  service: 'v',
  time: '2026-11-24T10:00:00.123Z',
  quantity: '5.5',
  properties: { region: 'eu', plan: 'a' },
};

const codeOf = (text: string) => {
  const reading = readEvent(text);
  return 'code' in reading ? reading.code : 'none';
};

/** The codes by hand, so that the oracle is not held to the product alone. */
test.each<[change: object, code: string]>([
  [{}, 'none'],
  [{ id: '' }, 'id_invalid'],
  [{ id: 'x'.repeat(129) }, 'id_too_long'],
  [{ id: '🦊'.repeat(128) }, 'none'],
  [{ service: 7 }, 'service_invalid'],
  [{ customer_id: null }, 'customer_id_invalid'],
  [{ customer_id: 'a\u0085b' }, 'customer_id_invalid'],
  [{ quantity: '1e3' }, 'quantity_invalid'],
  [{ quantity: '-0.000000000001' }, 'none'],
  [{ quantity: '0.0000000000001' }, 'quantity_invalid'],
  [{ quantity: 0.1 }, 'none'],
  [{ amount: null }, 'amount_invalid'],
  [{ time: '2026-02-29T10:00:00Z' }, 'time_invalid'],
  [{ time: '1999-12-31T23:59:59.999Z' }, 'time_out_of_range'],
  [{ time: '2000-01-01T01:00:00+01:00' }, 'none'],
  [{ time: '2000-01-01T00:59:59+01:00' }, 'time_out_of_range'],
  [{ properties: { 'a b': 1 } }, 'property_invalid'],
  [{ quantiy: 1 }, 'field_unknown'],
])('%j: %s', (change, code) => {
  expect(codeOf(JSON.stringify({ ...members, ...change }))).toBe(code);
});

test('every mistake is refused, and with the code that the product has for it', () => {
  for (const { name, spoil } of mistakes) {
    const text = spoil({ ...members });
    const parsed = parseJson(text);
    const verdict = parsed.ok ? validateEvent(parsed.value, { defaultSource: 'default' }) : null;
    const product = verdict === null ? 'json_invalid' : verdict.ok ? 'none' : verdict.code;
    // What depends on the clock and on services is for the judge.
    const isForJudge = ['time in the future', 'quantity negative'].includes(name);
    expect([name, codeOf(text)]).toEqual([name, isForJudge ? 'none' : product]);
    if (!isForJudge) expect(codeOf(text)).not.toBe('none');
  }
});

test.each<[written: string, quantity: string]>([
  ['"007.50"', '7.5'],
  ['1e3', '1000'],
  ['1.5e-3', '0.0015'],
  ['"12345678901234567890.5"', '12345678901234567890.5'],
  ['123456789012345', '123456789012345'],
  ['-0', '0'],
])('quantity %s means %s', (written, quantity) => {
  const text = JSON.stringify({ ...members, quantity: '~' }).replace('"~"', written);
  const reading = readEvent(text);
  expect('event' in reading && writeShortest(reading.event.quantity, 12)).toBe(quantity);
});

test.each(['1234567890123456', '10000000000000000001', '1e400', '1e-13'])(
  'quantity %s is refused',
  (written) => {
    expect(codeOf(JSON.stringify({ ...members, quantity: '~' }).replace('"~"', written))).toBe(
      'quantity_invalid',
    );
  },
);

test.each(['{"id":"a"', '{"id":"a",}', '[01]', '{"a":1}x', '"a\tb"', 'nul'])('%s is no JSON', (text) => {
  expect(codeOf(text)).toBe('json_invalid');
});

test('properties keep their types: 1 and "1" are different content', () => {
  const propertiesOf = (properties: object) => {
    const reading = readEvent(JSON.stringify({ ...members, properties }));
    return 'event' in reading ? reading.event.properties : '';
  };
  expect(propertiesOf({ a: 1 })).not.toBe(propertiesOf({ a: '1' }));
  expect(propertiesOf({ a: true })).not.toBe(propertiesOf({ a: 'true' }));
  expect(propertiesOf({ b: 2, a: 1 })).toBe(propertiesOf({ a: 1, b: 2 }));
});
