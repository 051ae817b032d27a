/**
 * A file of usage events, line by line: NDJSON, or CSV whose header names the members (`properties.region` for a
 * property; an empty cell is left out). It reads; whether an event is valid is for the wire's rules to say.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readCsvLines } from '../domain/records/csv-lines.ts';
import { parseJson } from '../http/parse-json.ts';

export interface EventLine {
  /** From 1, the header of a CSV file included. */
  readonly line: number;
  /** What stands there; unreadable when `reason` says why. */
  readonly event: unknown;
  readonly reason?: string;
}

export type EventFormat = 'ndjson' | 'csv';

const linesPerPiece = 1_000;

/** `file`: a path, or `-` for standard input. Pieces of at most 1,000 lines, empty lines left out, from `after` on. */
export async function* readEventFile(
  file: string,
  format: EventFormat,
  after: number,
): AsyncGenerator<EventLine[], void, undefined> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let header: string | null = null;
  let number = 0;
  let piece: { readonly line: number; readonly text: string }[] = [];
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (format === 'csv' && header === null) {
      header = number === 1 ? text.replace(/^\ufeff/, '') : text;
      continue;
    }
    if (number <= after || text.trim() === '') continue;
    if (piece.push({ line: number, text }) < linesPerPiece) continue;
    yield readPiece(piece, header);
    piece = [];
  }
  if (piece.length > 0) yield readPiece(piece, header);
}

/** An id for a line without one: the same for the same line of the same file, so that sending it again counts once. */
export function lineId(file: string, { line, event }: EventLine): string {
  const hash = createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 24);
  return `${file.slice(-80)}:${line}:${hash}`;
}

function readPiece(
  piece: readonly { readonly line: number; readonly text: string }[],
  header: string | null,
): EventLine[] {
  if (header === null) {
    return piece.map(({ line, text }) => {
      const parsed = parseJson(text);
      if (parsed.ok) return { line, event: parsed.value };
      return { line, event: null, reason: `not valid JSON: ${parsed.message}` };
    });
  }
  const [names, ...rows] = readCsvLines([header, ...piece.map(({ text }) => text)].join('\n'));
  const columns = names?.ok ? names.fields : [];
  return rows.map((row, index) => {
    const line = piece[index]?.line ?? 0;
    if (!row.ok) return { line, event: null, reason: row.reason };
    return row.fields.length > columns.length
      ? { line, event: null, reason: 'more fields than the header has' }
      : { line, event: eventOf(columns, row.fields) };
  });
}

function eventOf(columns: readonly string[], fields: readonly string[]): object {
  const event: Record<string, unknown> = {};
  const properties: Record<string, string> = {};
  columns.forEach((name, index) => {
    const value = fields[index] ?? '';
    if (value === '') return;
    if (name.startsWith('properties.')) properties[name.slice('properties.'.length)] = value;
    else event[name] = value;
  });
  return Object.keys(properties).length === 0 ? event : { ...event, properties };
}
