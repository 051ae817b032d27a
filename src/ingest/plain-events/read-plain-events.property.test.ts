/**
 * The plain way must be the ordinary way, only faster: whatever it takes, it makes the same rows, keys and fingerprints
 * of, byte for byte; and it takes what services ordinarily send.
 */
import { eventLimits, WrittenNumber } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RowBatch, validateSubmissions } from '../candidate.ts';
import type { Outcome } from '../outcome.ts';
import { type Framing, makePlainReader } from './read-plain-events.ts';

const nowMs = 1_764_000_000_123;
const hash64 = (bytes: Uint8Array) => {
  let hash = 0xcbf29ce484222325n;
  for (const one of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(one)) * 0x100000001b3n);
  return hash;
};
const readPlain = makePlainReader();
const plain = (body: string, framing: Framing = 'json', defaultSource = 'default', traceparent = '') =>
  readPlain(Buffer.from(body), { framing, defaultSource, traceparent, nowMs, hash64, eventsMax: 100 });

/** A reviver that sees how a number was written stands in for the server's lossless parser. */
function ordinary(inputs: readonly unknown[], traceparent = ''): RowBatch & { outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const submissions = inputs.map((input) => ({ input, traceparent }));
  const ofText = (text: string) => hash64(Buffer.from(text));
  const batch = validateSubmissions(submissions, outcomes, {
    defaultSource: 'default',
    nowMs,
    hash64: ofText,
  });
  return { ...batch, outcomes };
}

function expectSame(body: string, inputs: readonly unknown[], framing: Framing = 'json') {
  const read = plain(body, framing);
  if (read === null) return false;
  const { rows, candidates, outcomes } = ordinary(inputs);
  expect(outcomes).toEqual([]);
  expect(read.rows.toString()).toBe(rows.toString());
  expect(read.candidates).toEqual(candidates);
  return true;
}

const awkward = fc.constantFrom(
  "'",
  '"',
  '\\',
  '\n',
  '\t',
  'é',
  '\u0085',
  '\u00a0',
  '𝄞',
  '\u2028',
  '\ufeff',
  '\0',
  ' ',
);
const text = fc
  .array(fc.oneof({ weight: 30, arbitrary: fc.stringMatching(/^[ !#-[\]-~]{1,6}$/) }, awkward), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));
const digits = (max: number) => fc.stringMatching(new RegExp(`^\\d{1,${max}}$`));
const usualDecimal = fc.stringMatching(/^-?[1-9]\d{0,3}(\.\d{1,4})?$/);
const oddDecimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(digits(3), digits(28)),
    fc.option(fc.oneof(digits(3), digits(14))),
  )
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const decimal = fc.oneof({ weight: 6, arbitrary: usualDecimal }, oddDecimal);
/** As it is written in JSON: zeros at the end, many digits, exponents. */
const number = fc.oneof(
  { weight: 10, arbitrary: usualDecimal },
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => JSON.stringify(one)),
  decimal.filter((one) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(one)),
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '-0.0',
    '0.000001',
    '0.0000001',
    '5.50',
    '1e3',
    '123456789012345',
    '1234567890123456',
  ),
);
const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2300-01-01') })
    .map((at) => at.toISOString()),
  fc.constantFrom(
    '2026-11-24T10:00:00Z',
    '2026-11-24t10:00:00.123456z',
    '2026-11-24T10:00:00+05:45',
    'now',
    '2001-09-09T01:46:40Z',
  ),
);
const value = fc.oneof(
  text.map((one) => JSON.stringify(one)),
  number,
  fc.constantFrom('true', 'false'),
);
const name = fc.oneof(
  fc.constantFrom('region', 'status', 'a', 'b', '__proto__', '10', '9'),
  fc.string({ maxLength: 5 }),
);
const properties = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((list) => `{${list.map(([key, one]) => `${JSON.stringify(key)}:${one}`).join(',')}}`);
const id = fc.oneof({ weight: 20, arbitrary: fc.uuid() }, text);

const members = fc.record(
  {
    id: id.map((one) => JSON.stringify(one)),
    customer_id: fc.oneof(
      fc.constantFrom('"acme"', '"bob"'),
      text.map((one) => JSON.stringify(one)),
    ),
    service: fc.constantFrom(...Array(20).fill('"api"'), '"a b"', '""', '5'),
    source: text.map((one) => JSON.stringify(one)),
    time: time.map((one) => JSON.stringify(one)),
    quantity: fc.oneof(
      decimal.map((one) => JSON.stringify(one)),
      number,
      fc.constant('null'),
    ),
    amount: fc.oneof(
      decimal.map((one) => JSON.stringify(one)),
      number,
    ),
    properties,
    other: fc.constant('1'),
  },
  { requiredKeys: ['id', 'customer_id', 'service'] },
);
const space = fc.constantFrom('', '', '', ' ', '\n', '\t ');
/** In any order, with spaces, seldom with a member that comes twice. */
const event = fc
  .tuple(members, fc.infiniteStream(fc.nat()), space, fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
  .map(([given, order, gap, twice]) => {
    const { other, ...usual } = given;
    const list = Object.entries(order.next().value % 20 === 0 ? given : usual);
    const shuffled = list.map((entry) => [order.next().value, entry] as const).sort(([a], [b]) => a - b);
    const written = shuffled.map(([, [key, one]]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${one}${gap}`);
    return `{${[...written, ...written.slice(0, twice)].join(',')}}`;
  });

/** What the server's parser makes of it: `JSON.parse`, and numbers that may lose digits as they were written. */
function parse(json: string): unknown {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
  const mark = 'written as ';
  const marked = json.replace(token, (one) =>
    one[0] !== '"' && (one.length > 15 || /e/i.test(one)) ? `"${mark}${one}"` : one,
  );
  return JSON.parse(marked, (_, one) =>
    typeof one === 'string' && one.startsWith(mark) ? new WrittenNumber(one.slice(mark.length)) : one,
  );
}

describe('whatever is read the plain way', () => {
  it('gives the same rows, keys and fingerprints as the ordinary way', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 2 }), space, (events, gap) => {
        const body = `${gap}[${gap}${events.join(`${gap},${gap}`)}${gap}]${gap}`;
        if (expectSame(body, parse(body) as unknown[])) taken += 1;
      }),
      { numRuns: 3_000 },
    );
    // Else it would hold because nothing is ever plain.
    expect(taken).toBeGreaterThan(100);
  });

  it('is the same when events stand alone or line by line', () => {
    fc.assert(
      fc.property(event, event, (one, two) => {
        expectSame(one, [parse(one)]);
        const lines = [one, two].map((line) => line.replaceAll('\n', ' '));
        expectSame(`${lines.join('\n')}\n`, lines.map(parse), 'lines');
      }),
      { numRuns: 1_000 },
    );
  });
});

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
    ['an id that is too long', JSON.stringify([{ ...usual, id: 'x'.repeat(129) }])],
  ])('not %s', (_, body) => {
    expect(plain(body)).toBeNull();
  });

  it('no body that is not UTF-8', () => {
    const bytes = Buffer.from(JSON.stringify([{ ...usual, properties: { text: 'x' } }]));
    bytes[bytes.lastIndexOf('x')] = 0xff;
    const options = {
      framing: 'json',
      defaultSource: 'd',
      traceparent: '',
      nowMs,
      hash64,
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
