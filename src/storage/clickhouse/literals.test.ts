/** Placeholders take values of their type and nothing else; the engine's view is in connection.contract.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParameterValue } from './connection.ts';
import { literal, renderStatement } from './literals.ts';

describe('a value becomes a literal of its type', () => {
  const cases: [type: string, value: ParameterValue, text: string][] = [
    ['String', 'plain', "'plain'"],
    ['String', "it's", "'it\\'s'"],
    ['String', 'a\\', "'a\\\\'"],
    ['String', 'nul\0tab\t', "'nul\\x00tab\\x09'"],
    ['String', '{a:String}', "'{a:String}'"],
    ['Array(String)', ["'", 'b'], "['\\'','b']"],
    ['Array(String)', [], "CAST([], 'Array(String)')"],
    ['Int64', -5, "CAST('-5', 'Int64')"],
    ['UInt64', 18446744073709551615n, "CAST('18446744073709551615', 'UInt64')"],
    [
      'UInt128',
      '340282366920938463463374607431768211455',
      "CAST('340282366920938463463374607431768211455', 'UInt128')",
    ],
    ['Decimal(38, 12)', '-0.5', "CAST('-0.5', 'Decimal(38, 12)')"],
    ['Array(Array(Int64))', [[1, -2n], []], "CAST('[[1,-2],[]]', 'Array(Array(Int64))')"],
    ['DateTime64(3)', 1, "fromUnixTimestamp64Milli(CAST('1', 'Int64'), 'UTC')"],
  ];
  test.each(cases)('%s, case %#', (type, value, text) => {
    expect(literal(type, value)).toBe(text);
  });
});

describe('a value of another type is refused', () => {
  const cases: [type: string, value: ParameterValue][] = [
    ['String', 1],
    ['String', ['a']],
    ['String', '\ud800'],
    ['Array(String)', 'a'],
    ['Array(String)', ['a', 1]],
    ['Int64', '1; DROP TABLE t'],
    ['Int64', "1'"],
    ['Int64', '1\n'],
    ['Int64', 1.5],
    ['Int64', 2 ** 53],
    ['Int64', Number.NaN],
    ['Int64', 2n ** 63n],
    ['UInt64', -1],
    ['UInt32', 2n ** 32n],
    ['Array(Int64)', 1],
    ['Array(Int64)', ['1,2']],
    ['Array(Array(Int64))', [1]],
    ['Decimal(38, 12)', '1e5'],
    ['Decimal(38, 12)', '0.1234567890123'],
    ['Decimal(38, 12)', 5],
    ['Float64', 1],
    ['constructor', 1],
  ];
  test.each(cases)('%s, case %#', (type, value) => {
    expect(() => literal(type, value)).toThrow(TypeError);
  });
});

test('every placeholder has a value and every value a placeholder', () => {
  expect(renderStatement({ sql: 'SELECT {a:String}, {a:String}', params: { a: 'x' } })).toBe(
    "SELECT 'x', 'x'",
  );
  expect(() => renderStatement({ sql: 'SELECT {a:String}', params: {} })).toThrow(TypeError);
  expect(() => renderStatement({ sql: 'SELECT {toString:String}', params: {} })).toThrow(TypeError);
  expect(() => renderStatement({ sql: 'SELECT 1', params: { a: 'x' } })).toThrow(TypeError);
});

test('a value that looks like a placeholder or a replacement pattern stays what it is', () => {
  const params = { a: '{b:String}', b: '$& $1 $$' };
  expect(renderStatement({ sql: 'SELECT {a:String}, {b:String}', params })).toBe(
    "SELECT '{b:String}', '$& $1 $$'",
  );
});

test('no text can end its literal early', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const inside = literal('String', text).slice(1, -1);
      expect(inside.replace(/\\./gsu, '')).not.toMatch(/['\\\0]/);
    }),
  );
});
