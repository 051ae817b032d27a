/**
 * CSV text as physical lines of fields. A quoted field may not go on in the next line: so an unclosed quote
 * costs its own line and not the rest of the file. It knows nothing of headers or of what the fields mean.
 */
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';

export type CsvLine = { readonly line: number } & (
  | { readonly ok: true; readonly fields: readonly string[] }
  | { readonly ok: false; readonly reason: string }
);

/** Lines counted from 1. A byte order mark, and the line break at the end of the file, are not content. */
export function readCsvLines(text: string): CsvLine[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  const delimiter = delimiterOf(lines[0] ?? '');
  return lines.map((line, index) => ({ line: index + 1, ...readLine(line, delimiter) }));
}

/** Spreadsheets of many countries write semicolons, and some tabs; the header tells. */
function delimiterOf(header: string): string {
  if (header.includes(',')) return ',';
  return [';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
}

type LineResult = { ok: true; fields: readonly string[] } | { ok: false; reason: string };

function readLine(line: string, delimiter: string): LineResult {
  try {
    const rows = parse(line, { delimiter, trim: true, relax_column_count: true });
    return { ok: true, fields: rows[0] ?? [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { ok: false, reason: reasonOf(error.code) };
  }
}

function reasonOf(code: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'malformed: a quote is not closed';
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'malformed: a quote inside a field (write "" for one, and quotes around the whole field)';
    default:
      return 'malformed: not CSV';
  }
}
