/** Sendings as the bytes of a file: NDJSON as they are sent, or CSV with what is well-formed. It writes no file. */
import { lineBytesMax, makeLineWriter } from './event-bytes.ts';
import type { Batch, Sending } from './sending.ts';
import { makeEvents } from './usage-event.ts';
import type { World } from './world.ts';

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
        const { event } = sending;
        // The text of an event is not asked for: its bytes are written without it.
        const room = event === null ? Buffer.byteLength(sending.text) + 1 : lineBytesMax;
        if (at + room > bufferBytes) {
          take(buffer.subarray(0, at));
          at = 0;
        }
        if (event === null) at += buffer.write(`${sending.text}\n`, at);
        else at = writeLine(buffer, at, event);
      }
    }
    if (at > 0) take(buffer.subarray(0, at));
  };
}

/**
 * Usage events alone, as lines: quicker than by way of waves, since nothing is kept. Writes those with the ordinals
 * [from, to), in pieces.
 */
export function makeUsageBytes(world: World, take: TakeBytes): (from: number, to: number) => void {
  const events = makeEvents(world);
  const writeLine = makeLineWriter();
  const buffer = Buffer.allocUnsafe(bufferBytes);
  return (from, to) => {
    let at = 0;
    for (let ordinal = from; ordinal < to; ordinal += 1) {
      if (at + lineBytesMax > bufferBytes) {
        take(buffer.subarray(0, at));
        at = 0;
      }
      at = writeLine(buffer, at, events.usage(ordinal));
    }
    if (at > 0) take(buffer.subarray(0, at));
  };
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
