/** Sendings as the text of a file: NDJSON as they are sent, or CSV with what is well-formed. It writes no file. */
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

/** ASCII, like all simulated texts. */
export function fileText(batches: readonly Batch[], format: FileFormat): string {
  let text = '';
  for (const { sendings } of batches) {
    for (const sending of sendings) text += format === 'ndjson' ? `${sending.text}\n` : csvLine(sending);
  }
  return text;
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
