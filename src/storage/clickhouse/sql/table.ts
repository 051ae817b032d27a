/** A table of any origin as a query's answer, so that the engine writes it in one of its formats. */
import { fieldText } from '../../../domain/events/content-text.ts';
import type { Table } from '../../usage-store.ts';
import type { Statement } from '../connection.ts';

const types = { moment: "DateTime64(3, 'UTC')", text: 'Nullable(String)', count: 'UInt64' } as const;

export function tableStatement({ columns, rows }: Table): Statement {
  const structure = columns.map(({ type }, index) => `c${index} ${types[type]}`).join(', ');
  const lines = rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]?.type)).join('\t'));
  const names = columns.map(({ name }, index) => `c${index} AS ${identifier(name)}`);
  return {
    sql: `SELECT ${names.join(', ')} FROM format(TSV, {structure:String}, {rows:String})`,
    params: { structure, rows: lines.map((line) => `${line}\n`).join('') },
    settings: {
      input_format_tsv_detect_header: 0,
      // Texts as texts: else readers see bytes.
      output_format_parquet_string_as_string: 1,
    },
  };
}

function cellText(cell: string | number | null, type: keyof typeof types | undefined): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return fieldText(cell);
  return type === 'moment' ? momentText(cell) : String(cell);
}

/** Whole milliseconds as seconds; no moment here lies before 1970. */
function momentText(ms: number): string {
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Names are ours, or a property's, which holds letters, digits, `_`, `.` and `-` only. */
function identifier(name: string): string {
  if (!/^[\w.-]+$/.test(name)) throw new TypeError(`not a column's name: ${name}`);
  return `\`${name}\``;
}
