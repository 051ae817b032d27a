/** What is plain, and what is left to the ordinary way. */
import { eventLimits } from '@countinghouse/client/wire';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../testing/hash-of.ts';
import { expectSame, nowMs, ordinary, plain, readPlain } from './testing/both-ways.ts';

const usual = {
  source: 'api-gateway',
  id: '01932f6e-7a3c-4b1e-9f00-1234567890ab',
  customer_id: 'cust_42',
  service: 'APIRequests',
  time: '2026-11-24T10:00:00.123Z',
  quantity: '5.50',
  properties: { status: 200, region: "côte d'ivoire", cached: true, latency_ms: 12.25, note: '' },
};

describe('plain is', () => {
  it.each<[string, unknown]>([
    ['a usual event', usual],
    ['a number for a quantity', { ...usual, quantity: 5.5 }],
    ['an amount, and a credit', { ...usual, quantity: '-2', amount: '-0.01' }],
    ['an event without source, time, quantity and properties', { id: '1', customer_id: 'a', service: 'b' }],
    ['no property', { ...usual, properties: {} }],
    [
      'as many properties as there may be',
      { ...usual, properties: manyProperties(eventLimits.propertiesMax) },
    ],
    ['a long text', { ...usual, properties: { text: "'".repeat(eventLimits.propertyStringLengthMax) } }],
    [
      'as much text as there may be',
      {
        ...usual,
        properties: Object.fromEntries(
          Object.keys(manyProperties(eventLimits.propertiesMax)).map((name) => [name, "'".repeat(1_000)]),
        ),
      },
    ],
    ['the largest quantity', { ...usual, quantity: '99999999999999999999999999.123456789012' }],
  ])('%s', (_, one) => {
    expect(expectSame(JSON.stringify([one, one]), [one, one])).toBe(true);
    expect(plain(JSON.stringify(one))?.lone).toBe(true);
  });

  it.each<[string, string]>([
    ['an empty array', '[]'],
    ['nothing', ''],
    ['an array that does not end', `[${JSON.stringify(usual)}`],
    ['something behind the array', `[${JSON.stringify(usual)}] x`],
    ['a text with an escape', JSON.stringify([{ ...usual, id: 'a"b' }])],
    ['an id beyond ASCII', JSON.stringify([{ ...usual, id: 'é' }])],
    [
      'a property too many',
      JSON.stringify([{ ...usual, properties: manyProperties(eventLimits.propertiesMax + 1) }]),
    ],
    [
      'a property that comes twice',
      '[{"id":"1","customer_id":"a","service":"b","properties":{"x":1,"x":2}}]',
    ],
    ['a control character at the end of ASCII', JSON.stringify([{ ...usual, id: 'a\u007f' }])],
    ['a control character beyond ASCII', JSON.stringify([{ ...usual, properties: { text: 'a\u0085' } }])],
    ['a number that is written with an exponent', withProperty('0.0000001')],
    ['a zero with a sign', withProperty('-0')],
    ['a number with a zero in front', withProperty('01')],
    ['a quantity with a digit too many', JSON.stringify([{ ...usual, quantity: '1'.repeat(27) }])],
    ['a quantity with a decimal too many', JSON.stringify([{ ...usual, quantity: '0.1234567890123' }])],
    ['a member that comes twice', '[{"id":"1","id":"2","customer_id":"a","service":"b"}]'],
    ['an id that is too long', JSON.stringify([{ ...usual, id: 'x'.repeat(129) }])],
  ])('not %s', (_, body) => {
    expect(plain(body)).toBeNull();
  });

  it.each<[string, string]>([
    ['an object over two lines', '{"id":"1",\n"customer_id":"a","service":"b"}\n'],
    [
      'two objects on a line',
      '{"id":"1","customer_id":"a","service":"b"} {"id":"2","customer_id":"a","service":"b"}',
    ],
  ])('not %s', (_, body) => {
    expect(plain(body, 'lines')).toBeNull();
  });

  it('no body that is not UTF-8', () => {
    const bytes = Buffer.from(JSON.stringify([{ ...usual, properties: { text: 'x' } }]));
    bytes[bytes.lastIndexOf('x')] = 0xff;
    const options = {
      framing: 'json',
      defaultSource: 'd',
      traceparent: '',
      nowMs,
      hash64: hashOf,
      eventsMax: 9,
    } as const;
    expect(readPlain(bytes, options)).toBeNull();
  });

  it('no more events than a batch may have', () => {
    expect(plain(JSON.stringify(Array.from({ length: 101 }, () => usual)))).toBeNull();
  });
});

it('the trace context of the request stands in every row', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const read = plain(JSON.stringify([usual]), 'json', 'default', traceparent);
  expect(read?.rows.toString()).toBe(ordinary([usual], traceparent).rows.toString());
});

it('a source that cannot stand in a row as it is leaves the body to the ordinary way', () => {
  expect(plain(JSON.stringify([usual]), 'json', 'a\\b')).toBeNull();
  expect(plain(JSON.stringify([usual]), 'json', 'é')).toBeNull();
});

function manyProperties(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));
}

function withProperty(json: string): string {
  return `[{"id":"1","customer_id":"a","service":"b","properties":{"x":${json}}}]`;
}
