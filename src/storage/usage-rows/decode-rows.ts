/**
 * Encoded blocks read back and cut: what a replay and the search for a culprit need. A row ends at a line feed, which
 * occurs nowhere inside one, because it is escaped.
 */
import type { Property, PropertyValue } from '@countinghouse/client/wire';
import { formatFingerprint } from '../../domain/events/fingerprint.ts';
import type { StoredEvent } from '../../domain/events/stored-event.ts';

const fieldsPerRow = 12;
const lineFeed = 0x0a;

/** The events of an encoding, in their order. Throws on anything that `encodeRows` does not make. */
export function decodeRows(rows: Buffer): StoredEvent[] {
  const lines = rows.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Error('the encoded block ends in the middle of a row');
  return lines.map(decodeRow);
}

/** Two parts of about the same size, cut between rows; null when there is but one row. */
export function halveRows(rows: readonly Buffer[]): readonly [readonly Buffer[], readonly Buffer[]] | null {
  const all = Buffer.concat(rows as Buffer[]);
  const middle = all.length >> 1;
  const behind = all.indexOf(lineFeed, middle) + 1;
  const cut = behind > 0 && behind < all.length ? behind : all.lastIndexOf(lineFeed, middle - 1) + 1;
  return cut === 0 ? null : [[all.subarray(0, cut)], [all.subarray(cut)]];
}

function decodeRow(line: string): StoredEvent {
  const fields = line.split('\t');
  if (fields.length !== fieldsPerRow) throw new Error(`a row has ${fields.length} fields`);
  const [source, id, time, customerId, service, quantity, amount, properties, traceparent] = fields as [
    ...[string, string, string, string, string, string, string, string, string],
  ];
  return {
    customerId: text(customerId),
    service: text(service),
    timeMs: instantMs(time),
    source: text(source),
    id: text(id),
    quantity,
    amount: amount === '\\N' ? null : amount,
    properties: readProperties(properties),
    traceparent: text(traceparent),
    fingerprint: formatFingerprint(BigInt(fields[9] as string)),
    sequence: Number.parseInt(fields[10] as string, 10),
    receivedAtMs: instantMs(fields[11] as string),
  };
}

const escapeSequence = /\\(?:x([0-9a-f]{2})|(.))/g;

function text(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replace(escapeSequence, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Written as seconds, a point and three digits; a moment before 1970 has the sign on both. */
function instantMs(field: string): number {
  return Number.parseInt(field.replace('.', ''), 10);
}

const quoted = /'((?:[^'\\]|\\.)*)'/g;

/** `{'name':'value',…}`, escaped once, where each value is JSON text. */
function readProperties(field: string): Property[] {
  const texts = Array.from(field.matchAll(quoted), ([, content = '']) => content.replace(/\\(.)/g, '$1'));
  const properties: Property[] = [];
  for (let at = 0; at + 1 < texts.length; at += 2) {
    properties.push([texts[at] as string, JSON.parse(texts[at + 1] as string) as PropertyValue]);
  }
  return properties;
}
