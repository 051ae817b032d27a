/** Sendings as the bytes of a file: NDJSON as they are sent, or CSV with what is well-formed. It writes no file. */
import { type LineWriter, lineBytesMax, makeLineWriter } from './event-bytes.ts';
import type { Batch, Sending } from './sending.ts';

export type FileFormat = 'ndjson' | 'csv';

const columns = [
  'source',
  'id',
  'customer_id',
  'service',
  'time',
  'quantity',
  'amount',
  'properties',
] as const;

export function fileHeader(format: FileFormat): string {
  return format === 'csv' ? `${columns.join(',')}\n` : '';
}

const bufferBytes = 256 * 1_024;

/** Takes a piece of the file; the bytes are its own only until it returns. */
export type TakeBytes = (bytes: Uint8Array) => void;

/** Hands over the bytes of batches, in their order and in pieces. */
export function makeFileBytes(format: FileFormat, take: TakeBytes): (batches: readonly Batch[]) => void {
  const writeLine = makeLineWriter();
  const buffer = Buffer.allocUnsafe(bufferBytes);
  return (batches) => {
    let at = 0;
    for (const { sendings } of batches) {
      if (format === 'csv') {
        take(Buffer.from(sendings.map(csvLine).join('')));
        continue;
      }
      for (const sending of sendings) {
        if (at > bufferBytes - lineBytesMax) {
          take(buffer.subarray(0, at));
          at = 0;
        }
        at = writeSending(sending, buffer, at, writeLine, take);
      }
    }
    if (at > 0) take(buffer.subarray(0, at));
  };
}

/** A mistake may be longer than any event. */
function writeSending(
  sending: Sending,
  buffer: Buffer,
  at: number,
  writeLine: LineWriter,
  take: TakeBytes,
): number {
  if (sending.event !== null) return writeLine(buffer, at, sending.event);
  const line = Buffer.from(`${sending.text}\n`);
  if (at > 0) take(buffer.subarray(0, at));
  take(line);
  return 0;
}

/** Mistakes have no place in columns, and respellings are lost there: they are left out, or become plain repeats. */
function csvLine({ kind, text }: Sending): string {
  if (kind === 'mistake') return '';
  const event = JSON.parse(text) as Record<string, unknown>;
  return `${columns.map((column) => cell(event[column])).join(',')}\n`;
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
