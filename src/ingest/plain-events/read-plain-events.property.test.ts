/**
 * The plain way must be the ordinary way, only faster: whatever it takes, it makes the same rows, keys and fingerprints
 * of, byte for byte; and it takes what services ordinarily send.
 */
import { WrittenNumber } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSame } from './testing/both-ways.ts';

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
