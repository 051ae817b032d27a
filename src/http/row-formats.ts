/**
 * The rows of a usage or cost answer in each of its formats: JSON objects, CSV, NDJSON and Parquet. Exact numbers are texts
 * everywhere: a decimal of 38 digits, or a fraction, has no other place in them.
 */
import { Readable } from 'node:stream';
import { formatTime, type PropertyValue } from '@countinghouse/client/wire';
import type { FastifyReply } from 'fastify';
import type { EncodeParquet } from '../usecases/encode-parquet.ts';
import { type CsvCell, toCsv } from './csv.ts';

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

export function toRow(
  { windowStartMs, windowEndMs, keys, values, events }: AnswerRow,
  groupBy: readonly string[],
) {
  return {
    window_start: formatTime(windowStartMs),
    window_end: formatTime(windowEndMs),
    ...Object.fromEntries(groupBy.map((key, index) => [key, keys[index] ?? null])),
    ...Object.fromEntries(values),
    events,
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

const linesPerPiece = 1_000;

/** In pieces, so that a long answer does not hold up everybody else. */
async function* toLines(rows: readonly AnswerRow[], groupBy: readonly string[]): AsyncGenerator<string> {
  for (let start = 0; start < rows.length; start += linesPerPiece) {
    const piece = rows.slice(start, start + linesPerPiece);
    yield piece.map((row) => `${JSON.stringify(toRow(row, groupBy))}\n`).join('');
    await new Promise(setImmediate);
  }
}

function sendCsv(reply: FastifyReply, { groupBy, values: names }: RowColumns, rows: readonly AnswerRow[]) {
  const header = ['window_start', 'window_end', ...groupBy, ...names, 'events'];
  const cells = rows.map(({ windowStartMs, windowEndMs, keys, values, events }): CsvCell[] => [
    formatTime(windowStartMs),
    formatTime(windowEndMs),
    ...keys,
    ...values.map(([, text]) => ({ number: text })),
    events,
  ]);
  return reply.header('content-type', 'text/csv; charset=utf-8').send(toCsv(header, cells));
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
