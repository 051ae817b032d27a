/**
 * Puts values into a statement's `{name:Type}` placeholders as SQL literals. The engine's own binding is not
 * used: in-process it allows one bound query at a time, and over HTTP large arrays do not fit into the URL.
 * It checks types and escapes; it does not parse SQL, so a statement must not contain other braces.
 */
import type { ParameterValue, Statement } from './connection.ts';

const placeholder = /\{(\w+):([^{}]+)\}/g;
const integerText = /^-?\d{1,39}$/;
const decimalText = /^-?\d{1,26}(\.\d{1,12})?$/;
/** With the `u` flag this finds only surrogates that are not part of a pair. */
const loneSurrogate = /[\ud800-\udfff]/u;
/** A backslash escapes inside a literal, a NUL may end the statement; the rest is for readable logs. */
const needsEscape = /[\\'\p{Cc}]/gu;

const integerRanges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  UInt32: [0n, 2n ** 32n - 1n],
  UInt64: [0n, 2n ** 64n - 1n],
  UInt128: [0n, 2n ** 128n - 1n],
  Int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** The statement with every placeholder filled in. Throws on a missing, unused or ill-typed value. */
export function renderStatement(statement: Statement): string {
  const unused = new Set(Object.keys(statement.params));
  const text = statement.sql.replace(placeholder, (_, name: string, type: string) => {
    const value = statement.params[name];
    if (value === undefined || !Object.hasOwn(statement.params, name)) {
      throw new TypeError(`no value for the placeholder ${name}`);
    }
    unused.delete(name);
    return literal(type, value);
  });
  if (unused.size > 0) throw new TypeError(`values without a placeholder: ${[...unused].join(', ')}`);
  return text;
}

/** One value as the text of an expression of exactly that type. */
export function literal(type: string, value: ParameterValue): string {
  if (type === 'String') return quoted(value);
  if (type === 'Array(String)') return stringArray(value);
  if (type === 'DateTime64(3)') return `fromUnixTimestamp64Milli(${literal('Int64', value)}, 'UTC')`;
  // A number stands in quotes: a bare one beyond 64 bits, or with a point, would be read as a double.
  return `CAST('${numberText(type, value)}', '${type}')`;
}

function quoted(value: ParameterValue): string {
  if (typeof value !== 'string') throw new TypeError(`not a string: ${typeof value}`);
  // It would be written as U+FFFD and so match another string.
  if (loneSurrogate.test(value)) throw new TypeError('a string with a lone surrogate');
  return `'${value.replace(needsEscape, escaped)}'`;
}

function escaped(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`;
  const code = character.charCodeAt(0);
  // Beyond ASCII a control character is two bytes, and `\x` writes one.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}

function stringArray(value: ParameterValue): string {
  if (!Array.isArray(value)) throw new TypeError('not an array');
  // An empty literal would be an array of nothing, not of strings.
  return value.length === 0 ? `CAST([], 'Array(String)')` : `[${value.map(quoted).join(',')}]`;
}

function numberText(type: string, value: ParameterValue): string {
  const element = /^Array\((.+)\)$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) throw new TypeError(`not an array: ${typeof value}`);
    return `[${value.map((item: ParameterValue) => numberText(element, item)).join(',')}]`;
  }
  return type === 'Decimal(38, 12)' ? decimal(value) : integer(type, value);
}

function decimal(value: ParameterValue): string {
  if (typeof value !== 'string' || !decimalText.test(value))
    throw new TypeError(`not a decimal: ${String(value)}`);
  return value;
}

function integer(type: string, value: ParameterValue): string {
  const range = Object.hasOwn(integerRanges, type) ? integerRanges[type] : undefined;
  if (range === undefined) throw new TypeError(`no literals of type ${type}`);
  if (typeof value === 'number' ? !Number.isSafeInteger(value) : !integerText.test(String(value))) {
    throw new TypeError(`not an integer: ${String(value)}`);
  }
  const exact = BigInt(value as string | number | bigint);
  if (exact < range[0] || exact > range[1]) throw new TypeError(`out of ${type}'s range: ${exact}`);
  return exact.toString();
}
