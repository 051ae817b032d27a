/**
 * Stored events to rows and back: TabSeparated text on the way in, JSON arrays on the way out.
 * It validates nothing but what the engine would change silently.
 */
import type { Property, PropertyValue } from '@countinghouse/client/wire';
import type { StoredEvent } from '../../domain/events/stored-event.ts';

/** A 13th decimal would be cut without a word, and a longer number refused with the whole block. */
const storableDecimal = /^-?\d{1,26}(\.\d{1,12})?$/;
/** Tested before it replaces, because nearly no text has any of these. */
const tsvSpecial = /[\\\p{Cc}]/u;
const everyTsvSpecial = /[\\\p{Cc}]/gu;
const mapSpecial = /[\\']/;
const everyMapSpecial = /[\\']/g;

/** Turning one long text into bytes costs 10 µs a row, texts of this many rows 1.2 µs. */
const rowsPerText = 128;

/** Rows in the order of `insertedColumns` (schema.ts). */
export function encodeBlock(events: readonly StoredEvent[]): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < events.length; start += rowsPerText) {
    let text = '';
    for (const event of events.slice(start, start + rowsPerText)) text += encodeRow(event);
    parts.push(Buffer.from(text, 'utf8'));
  }
  return Buffer.concat(parts);
}

function encodeRow(event: StoredEvent): string {
  const place = `${tsvText(event.customerId)}\t${tsvText(event.service)}\t${instant(event.timeMs)}`;
  const identity = `${tsvText(event.source)}\t${tsvText(event.id)}`;
  const numbers = `${decimal(event.quantity)}\t${event.amount === null ? '\\N' : decimal(event.amount)}`;
  const content = `${properties(event.properties)}\t${tsvText(event.traceparent)}`;
  const record = `${fingerprintNumber(event.fingerprint)}\t${event.sequence}\t${instant(event.receivedAtMs)}`;
  return `${place}\t${identity}\t${numbers}\t${content}\t${record}\n`;
}

/** One value of TabSeparated text. */
export function tsvText(value: string): string {
  return tsvSpecial.test(value) ? value.replace(everyTsvSpecial, tsvEscape) : value;
}

function tsvEscape(character: string): string {
  if (character === '\\') return '\\\\';
  const code = character.charCodeAt(0);
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}

/** Seconds and milliseconds since the epoch: the one form of a moment that leaves nothing to a calendar. */
function instant(ms: number): string {
  const rest = ms % 1000;
  return `${(ms - rest) / 1000}.${String(rest).padStart(3, '0')}`;
}

function decimal(value: string): string {
  if (!storableDecimal.test(value)) throw new RangeError(`not a storable decimal: ${value}`);
  return value;
}

/** A map is escaped once, as `{'name':'value'}`, not a second time for TabSeparated. */
function properties(list: readonly Property[]): string {
  let text = '';
  for (const [name, value] of list) {
    text += `${text === '' ? '' : ','}${mapText(name)}:${mapText(JSON.stringify(value))}`;
  }
  return `{${text}}`;
}

function mapText(value: string): string {
  return mapSpecial.test(value) ? `'${value.replace(everyMapSpecial, '\\$&')}'` : `'${value}'`;
}

function fingerprintNumber(fingerprint: string): bigint {
  return BigInt(`0x${fingerprint}`);
}

export function readFingerprint(text: string): string {
  return BigInt(text).toString(16).padStart(16, '0');
}

/** The map comes as two arrays: an object would reorder names like "10" and "9". */
export const eventColumns = `customer_id, service, toUnixTimestamp64Milli(time), source, id, toString(quantity),
  toString(amount), mapKeys(properties), mapValues(properties), traceparent, toString(fingerprint), sequence,
  toUnixTimestamp64Milli(received_at)`;

export type EventRow = readonly [
  customerId: string,
  service: string,
  timeMs: number,
  source: string,
  id: string,
  quantity: string,
  amount: string | null,
  names: readonly string[],
  values: readonly string[],
  traceparent: string,
  fingerprint: string,
  sequence: number,
  receivedAtMs: number,
];

export function readEvent(row: EventRow): StoredEvent {
  const [customerId, service, timeMs, source, id, quantity, amount, names, values, traceparent] = row;
  const list = names.map((name, index): Property => [name, readProperty(values[index] ?? '')]);
  return {
    ...{ customerId, service, timeMs, source, id, quantity, amount, traceparent },
    properties: list,
    fingerprint: readFingerprint(row[10]),
    sequence: row[11],
    receivedAtMs: row[12],
  };
}

export function readProperty(json: string): PropertyValue {
  return JSON.parse(json) as PropertyValue;
}
