import { WrittenNumber } from '@countinghouse/client/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, parseJson } from './parse-json.ts';

const value = (text: string) => {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
};

describe('numbers keep what was written', () => {
  it.each([
    ['{"q":10000000000000000001}', '10000000000000000001'],
    ['{"q": 0.1234567890123456}', '0.1234567890123456'],
    ['{"q":1e400}', '1e400'],
    ['{"q":-1E-7}', '-1E-7'],
    ['{"q":\n100000000000000000000.0}', '100000000000000000000.0'],
  ])('%s', (text, written) => {
    expect(value(text)).toEqual({ q: new WrittenNumber(written) });
  });

  it('also as members of arrays and alone', () => {
    expect(value('[1, 12345678901234567, "12345678901234567"]')).toEqual([
      1,
      new WrittenNumber('12345678901234567'),
      '12345678901234567',
    ]);
    expect(value('12345678901234567')).toEqual(new WrittenNumber('12345678901234567'));
  });

  it('short ones stay numbers', () => {
    expect(value('{"q":12345678.125,"big":12345678901234567}')).toMatchObject({ q: 12345678.125 });
  });
});

describe('strings are never mistaken for numbers', () => {
  it.each(['#5', '##12345678901234567', '":12345678901234567', '\\', 'a,1e5', '12345678901234567890'])(
    '%j beside a long number stays as it is',
    (text) => {
      const parsed = value(`{"s":${JSON.stringify(text)},"q":12345678901234567}`) as { s: unknown };
      expect(parsed.s).toBe(text);
    },
  );

  it('nor when they are written with escapes', () => {
    expect(value('{"id":"\\u0023abc","quantity":1e3}')).toEqual({
      id: '#abc',
      quantity: new WrittenNumber('1e3'),
    });
  });

  it('whatever JSON holds, only long numbers come back otherwise than from JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        const plain = (_: string, v: unknown) => (v instanceof WrittenNumber ? JSON.parse(v.text) : v);
        const back = JSON.parse(JSON.stringify(value(text)), (_, v) =>
          v && typeof v === 'object' && Object.keys(v).length === 1 && typeof v.text === 'string'
            ? plain('', new WrittenNumber(v.text))
            : v,
        );
        expect(JSON.stringify(back)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe('what is not JSON is refused', () => {
  it.each([
    '',
    '{',
    '{"a":}',
    '[1,]',
    '01',
    '{"q":0123456789012345678}',
    '{"q":1.2.3.4.5.6.7.8.9.0}',
    '{"q":1e}',
    "{'a':1}",
    'NaN',
  ])('%j', (text) => {
    expect(parseJson(text).ok).toBe(false);
  });

  it('bytes that are not UTF-8', () => {
    expect(decodeText(Buffer.from([0x22, 0xff, 0x22]))).toBeNull();
    expect(decodeText(Buffer.from('"é"'))).toBe('"é"');
  });
});

it('a string of 15 MiB beside a long number is read', () => {
  const long = 'x'.repeat(15 * 1024 * 1024);
  expect(value(`{"s":"${long}","q":12345678901234567}`)).toMatchObject({ s: long });
});

it('a member called __proto__ is a member and touches no prototype', () => {
  const parsed = value('{"__proto__":{"x":12345678901234567}}') as object;
  expect(Object.hasOwn(parsed, '__proto__')).toBe(true);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
