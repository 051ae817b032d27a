/**
 * The rows of a usage or cost answer in each of its formats: JSON objects, CSV, NDJSON and Parquet. Exact numbers are texts
 * everywhere: a decimal of 38 digits, or a fraction, has no other place in them.
 */
import { Readable } from 'node:stream';
import { formatTime, type PropertyValue } from '@countinghouse/client/wire';
import type { FastifyReply } from 'fastify';
import { makeTurns } from '../turns.ts';
import type { EncodeParquet } from '../usecases/encode-parquet.ts';
import { type CsvCell, csvPieces } from './csv.ts';
import { MadeRows } from './large-answers.ts';

export type RowFormat = 'json' | 'csv' | 'ndjson' | 'parquet';

export interface AnswerRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** In the order of the question's `group_by`. */
  readonly keys: readonly (PropertyValue | null)[];
  /** What the answer is about, in the order of its columns: `quantity`, or `cost` and `currency`. */
  readonly values: readonly (readonly [name: string, text: string])[];
  readonly events: number;
}

/** The columns between the windows and `events`. */
export interface RowColumns {
  readonly groupBy: readonly string[];
  readonly values: readonly string[];
}

/** The rows as JSON objects, each made when it is written. */
export function toRows(rows: readonly AnswerRow[], groupBy: readonly string[]): MadeRows<AnswerRow, object> {
  return new MadeRows(rows, makeToRow(groupBy));
}

function makeToRow(groupBy: readonly string[]): (row: AnswerRow) => object {
  const timeText = makeTimeTexts();
  return ({ windowStartMs, windowEndMs, keys, values, events }) => {
    const row: Record<string, unknown> = {
      window_start: timeText(windowStartMs),
      window_end: timeText(windowEndMs),
    };
    groupBy.forEach((key, index) => {
      row[key] = keys[index] ?? null;
    });
    for (const [name, text] of values) row[name] = text;
    row.events = events;
    return row;
  };
}

const timeTextsMax = 10_000;

/** The rows of an answer share few moments; a moment's text costs as much as the rest of a row. */
function makeTimeTexts(): (ms: number) => string {
  const texts = new Map<number, string>();
  return (ms) => {
    const known = texts.get(ms);
    if (known !== undefined) return known;
    const text = formatTime(ms);
    if (texts.size < timeTextsMax) texts.set(ms, text);
    return text;
  };
}

/** Every format but `json`, whose head the route adds. */
export function sendRows(
  reply: FastifyReply,
  format: Exclude<RowFormat, 'json'>,
  columns: RowColumns,
  rows: readonly AnswerRow[],
  encodeParquet: EncodeParquet,
): FastifyReply | Promise<FastifyReply> {
  if (format === 'csv') return sendCsv(reply, columns, rows);
  if (format === 'parquet') return sendParquet(reply, columns, rows, encodeParquet);
  return sendLines(reply, toLines(rows, columns.groupBy));
}

/** Texts of whole lines. */
export function sendLines(reply: FastifyReply, pieces: AsyncIterable<string>): FastifyReply {
  return reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(Readable.from(pieces));
}

const linesAtOnce = 64;

/** In pieces, so that a long answer does not hold up everybody else. */
async function* toLines(rows: readonly AnswerRow[], groupBy: readonly string[]): AsyncGenerator<string> {
  const turns = makeTurns();
  const toRow = makeToRow(groupBy);
  for (let start = 0; start < rows.length; start += linesAtOnce) {
    if (turns.isOver()) await turns.next();
    yield rows
      .slice(start, start + linesAtOnce)
      .map((row) => `${JSON.stringify(toRow(row))}\n`)
      .join('');
  }
}

function sendCsv(reply: FastifyReply, { groupBy, values: names }: RowColumns, rows: readonly AnswerRow[]) {
  const header = ['window_start', 'window_end', ...groupBy, ...names, 'events'];
  const timeText = makeTimeTexts();
  const cellsOf = ({ windowStartMs, windowEndMs, keys, values, events }: AnswerRow): CsvCell[] => [
    timeText(windowStartMs),
    timeText(windowEndMs),
    ...keys,
    ...values.map(([, text]) => ({ number: text })),
    events,
  ];
  const pieces = csvPieces(header, rows, cellsOf);
  return reply.header('content-type', 'text/csv; charset=utf-8').send(Readable.from(pieces));
}

/** Keys are texts too: a property may be of any type from row to row. */
async function sendParquet(
  reply: FastifyReply,
  { groupBy, values: names }: RowColumns,
  rows: readonly AnswerRow[],
  encodeParquet: EncodeParquet,
): Promise<FastifyReply> {
  const bytes = await encodeParquet({
    columns: [
      { name: 'window_start', type: 'moment' },
      { name: 'window_end', type: 'moment' },
      ...groupBy.map((name) => ({ name, type: 'text' as const })),
      ...names.map((name) => ({ name, type: 'text' as const })),
      { name: 'events', type: 'count' },
    ],
    rows: rows.map(({ windowStartMs, windowEndMs, keys, values, events }) => [
      ...[windowStartMs, windowEndMs],
      ...keys.map((key) => (key === null ? null : String(key))),
      ...values.map(([, text]) => text),
      events,
    ]),
  });
  return reply.header('content-type', 'application/vnd.apache.parquet').send(Buffer.from(bytes));
}
