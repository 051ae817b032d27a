/** Rows as CSV (RFC 4180). Texts that a spreadsheet would run as a formula get a leading apostrophe; numbers do not. */
import type { PropertyValue } from '@countinghouse/client/wire';

/** A number's text is written as it is; any other text is neutralised. */
export type CsvCell = { readonly number: string } | PropertyValue | null;

export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
    .concat('\r\n');
}

function cell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value === 'object') return value.number;
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
