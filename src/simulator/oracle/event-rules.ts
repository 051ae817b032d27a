/**
 * What a valid event is, by the rules of DESIGN.md 3.1 read anew: from a text to its meaning, or to the code it must be
 * refused with. It imports nothing of the product, and it knows no state: see judge.ts.
 */
import { quantityDigits, readDecimal } from './exact.ts';
import { type Json, readJson, WrittenNumber } from './read-json.ts';

export interface ReadEvent {
  readonly source: string;
  readonly id: string;
  readonly customerId: string;
  readonly service: string;
  /** Null when omitted. */
  readonly timeMs: number | null;
  /** At 12 digits. */
  readonly quantity: bigint;
  readonly amount: bigint | null;
  /** Sorted by name; equal properties have equal texts. */
  readonly properties: string;
}

export type Reading = { readonly event: ReadEvent } | { readonly code: string };

type Members = ReadonlyMap<string, Json>;

const memberNames = ['source', 'id', 'customer_id', 'service', 'time', 'quantity', 'amount', 'properties'];

class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** In a body of lines, a text that is no JSON is one bad member. */
export function readEvent(text: string): Reading {
  const json = readJson(text);
  if (json === null) return { code: 'json_invalid' };
  if (!(json.value instanceof Map)) return { code: 'event_invalid' };
  try {
    return { event: readMembers(json.value) };
  } catch (error) {
    if (error instanceof Refused) return { code: error.code };
    throw error;
  }
}

function readMembers(members: Members): ReadEvent {
  for (const name of members.keys()) if (!memberNames.includes(name)) throw new Refused('field_unknown');
  const text = (name: string) => readText(members, name);
  return {
    source: members.has('source') ? text('source') : 'default',
    id: text('id'),
    customerId: text('customer_id'),
    service: text('service'),
    timeMs: readTime(members),
    quantity: members.has('quantity') ? readNumber(members, 'quantity') : 10n ** BigInt(quantityDigits),
    amount: members.has('amount') ? readNumber(members, 'amount') : null,
    properties: readProperties(members),
  };
}

/** 1 to 128 code points, no control characters, no halves of a character. */
function readText(members: Members, name: string): string {
  const value = members.get(name);
  if (value === undefined) throw new Refused(`${name}_missing`);
  if (typeof value !== 'string') throw new Refused(`${name}_invalid`);
  if (value.length > 128 && [...value].length > 128) throw new Refused(`${name}_too_long`);
  if (value === '' || isUnfit(value)) throw new Refused(`${name}_invalid`);
  return value;
}

function isUnfit(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const usualTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const firstMs = Date.UTC(2000, 0, 1);

function readTime(members: Members): number | null {
  const value = members.get('time');
  if (value === undefined) return null;
  const ms = typeof value === 'string' ? momentOf(value) : Number.NaN;
  if (Number.isNaN(ms)) throw new Refused('time_invalid');
  if (ms < firstMs) throw new Refused('time_out_of_range');
  return ms;
}

function momentOf(text: string): number {
  const match = timePattern.exec(text);
  if (match === null) return Number.NaN;
  const fields = match.slice(1, 7).map((part) => Number.parseInt(part, 10));
  const [year, month, day, hour, minute, second] = fields as [number, number, number, number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // The platform carries over what does not exist, such as the 30th of February: then it writes another text.
  if (
    !usualTime.test(date.toISOString()) ||
    date.toISOString().slice(0, 19) !== text.slice(0, 19).toUpperCase()
  ) {
    return Number.NaN;
  }
  const fraction = Number.parseInt((match[7] ?? '').padEnd(3, '0').slice(0, 3), 10);
  const [hours, minutes] = [Number.parseInt(match[9] ?? '0', 10), Number.parseInt(match[10] ?? '0', 10)];
  if (hours > 23 || minutes > 59) return Number.NaN;
  const offset = (hours * 60 + minutes) * 60_000 * (match[8] === '-' ? -1 : 1);
  return date.getTime() + fraction - offset;
}

const decimalPattern = /^-?\d{1,26}(\.\d{1,12})?$/;

/** A text as it stands; a number by its written digits, of which fifteen at most may count. */
function readNumber(members: Members, name: string): bigint {
  const value = members.get(name);
  if (typeof value === 'string' && decimalPattern.test(value)) return readDecimal(value, quantityDigits);
  const text = value instanceof WrittenNumber ? plainText(value.text) : null;
  if (text === null || !decimalPattern.test(text)) throw new Refused(`${name}_invalid`);
  return readDecimal(text, quantityDigits);
}

/** Without exponent; null where too many digits count, or too many are needed. */
function plainText(written: string): string | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (digits.length > 15) return null;
  if (digits === '') return '0';
  const point = Number.parseInt(exponent, 10) - fraction.length;
  if (Math.abs(point) > 60) return null;
  if (point >= 0) return `${sign}${digits}${'0'.repeat(point)}`;
  const padded = digits.padStart(1 - point, '0');
  const behind = padded.slice(point).replace(/0+$/, '');
  return `${sign}${padded.slice(0, point)}${behind === '' ? '' : `.${behind}`}`;
}

const namePattern = /^[A-Za-z0-9_.-]{1,64}$/;

function readProperties(members: Members): string {
  const properties = members.get('properties');
  if (properties === undefined) return '';
  if (!(properties instanceof Map)) throw new Refused('properties_invalid');
  if (properties.size > 32) throw new Refused('properties_too_many');
  const pairs = [...properties].map(([name, value]) => {
    if (!namePattern.test(name)) throw new Refused('property_invalid');
    return `${name}=${propertyText(value)}`;
  });
  return pairs.sort().join('\n');
}

/** A value with its type: 1 and "1" are different. */
function propertyText(value: Json): string {
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') {
    if (isUnfit(value) || [...value].length > 1_024) throw new Refused('property_invalid');
    return JSON.stringify(value);
  }
  const number = value instanceof WrittenNumber ? plainText(value.text) : null;
  if (number === null) throw new Refused('property_invalid');
  return number;
}
