/**
 * A list of customers out of CSV text: the good rows, and what is wrong with the others, by line.
 * One bad row costs only itself. Whether a time zone or a currency exists is judged where customers are
 * written, not here.
 */
import { eventLimits, textFault, textFaultMessage } from '@countinghouse/client/wire';
import { type CsvLine, readCsvLines } from './csv-lines.ts';
import { type ColumnChoice, type CustomerColumns, findCustomerColumns } from './customer-columns.ts';
import { slugOf } from './slug.ts';

export interface ListedCustomer {
  /** Line of the file, from 1. */
  readonly line: number;
  /** As given, else made of the name. */
  readonly id: string;
  readonly name: string;
  readonly timeZone?: string;
  readonly currency?: string;
}

export interface LineProblem {
  readonly line: number;
  readonly reason: string;
}

export interface CustomerList {
  readonly customers: readonly ListedCustomer[];
  readonly problems: readonly LineProblem[];
}

type RowResult = { ok: true; customer: ListedCustomer } | { ok: false; reason: string };

export function readCustomerList(text: string, choice: ColumnChoice = {}): CustomerList {
  const [header, ...rows] = readCsvLines(text);
  if (header === undefined)
    return { customers: [], problems: [{ line: 1, reason: 'no header: the file is empty' }] };
  if (!header.ok) return { customers: [], problems: [{ line: 1, reason: `header ${header.reason}` }] };
  const found = findCustomerColumns(header.fields, choice);
  if (!found.ok) return { customers: [], problems: [{ line: 1, reason: found.reason }] };
  return readRows(rows, found.columns, header.fields.length);
}

function readRows(rows: readonly CsvLine[], columns: CustomerColumns, width: number): CustomerList {
  const customers: ListedCustomer[] = [];
  const problems: LineProblem[] = [];
  const lineOfId = new Map<string, number>();
  for (const row of rows) {
    const { line } = row;
    const result = readRow(row, columns, width);
    if (!result.ok) {
      problems.push({ line, reason: result.reason });
      continue;
    }
    const { id } = result.customer;
    const earlier = lineOfId.get(id);
    if (earlier !== undefined) {
      problems.push({ line, reason: `duplicate: same id as line ${earlier} (${id})` });
      continue;
    }
    lineOfId.set(id, line);
    customers.push(result.customer);
  }
  return { customers, problems };
}

function readRow(row: CsvLine, columns: CustomerColumns, width: number): RowResult {
  if (!row.ok) return row;
  const { line, fields } = row;
  if (fields.every((field) => field === '')) return refuse('blank row');
  if (fields.length !== width) return refuse(`malformed: ${countOf(fields.length)}, the header has ${width}`);
  const cell = (column: number | null) => (column === null ? '' : (fields[column] ?? ''));

  const name = cell(columns.name);
  if (name === '') return refuse('name missing');
  const nameFault = faultOf(name);
  if (nameFault !== null) return refuse(`name ${nameFault}`);

  const id = cell(columns.id) || slugOf(name);
  if (id === '') return refuse('id missing: the name has no letter or digit to make one of');
  const idFault = faultOf(id);
  if (idFault !== null) return refuse(`id ${idFault}`);

  const timeZone = cell(columns.timeZone);
  const currency = cell(columns.currency);
  return {
    ok: true,
    customer: { line, id, name, ...(timeZone && { timeZone }), ...(currency && { currency }) },
  };
}

/** U+FFFD stands where the file's bytes were not UTF-8: such a name is not the customer's. */
function faultOf(text: string): string | null {
  if (text.includes('\ufffd')) return 'is not UTF-8';
  const fault = textFault(text, eventLimits.idLengthMax);
  return fault === null ? null : textFaultMessage(fault, eventLimits.idLengthMax);
}

function countOf(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`;
}

function refuse(reason: string): RowResult {
  return { ok: false, reason };
}
