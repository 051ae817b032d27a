/** Rows as CSV (RFC 4180). Texts that a spreadsheet would run as a formula get a leading apostrophe; numbers do not. */
import type { PropertyValue } from '@countinghouse/client/wire';
import { makeTurns, type Turns } from '../turns.ts';

/** A quarter of a millisecond's work. */
const pieceCharacters = 16_384;

/** A number's text is written as it is; any other text is neutralised. */
export type CsvCell = { readonly number: string } | PropertyValue | null;

/** Some thousand characters at a time, in turns, so that a large table does not hold the thread. */
export async function* csvPieces<Row>(
  header: readonly string[],
  rows: readonly Row[],
  cellsOf: (row: Row) => readonly CsvCell[],
  turns: Turns = makeTurns(),
): AsyncGenerator<string> {
  let piece = lineOf(header);
  for (const row of rows) {
    if (piece.length >= pieceCharacters) {
      yield piece;
      piece = '';
      if (turns.isOver()) await turns.next();
    }
    piece += lineOf(cellsOf(row));
  }
  yield piece;
}

/** A small table at once. */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map(lineOf).join('');
}

function lineOf(cells: readonly CsvCell[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value === 'object') return value.number;
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
