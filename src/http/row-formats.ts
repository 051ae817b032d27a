/**
 * The rows of a usage or cost answer in each of its formats: JSON objects, CSV, NDJSON and Parquet. Exact numbers are texts
 * everywhere: a decimal of 38 digits, or a fraction, has no other place in them.
 */
import { Readable } from 'node:stream';
import { formatTime, type PropertyValue } from '@countinghouse/client/wire';
import type { FastifyReply } from 'fastify';
import { makeTurns, mapInTurns } from '../turns.ts';
import type { EncodeParquet } from '../usecases/encode-parquet.ts';
import { type CsvCell, csvPieces } from './csv.ts';
import { MadeRows } from './large-answers.ts';

export type RowFormat = 'json' | 'csv' | 'ndjson' | 'parquet';

export interface AnswerRow {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  /** In the order of the question's `group_by`. */
  readonly keys: readonly (PropertyValue | null)[];
  readonly events: number;
}

/** What the answer is about: `quantity`, or `cost` and `currency`. Read from a row when it is written. */
export type ValueColumn<Row> = readonly [name: string, textOf: (row: Row) => string];

/** The columns between the windows and `events`. */
export interface RowColumns<Row> {
  readonly groupBy: readonly string[];
  readonly values: readonly ValueColumn<Row>[];
}

/** The rows as JSON objects, each made when it is written. */
export function toRows<Row extends AnswerRow>(
  rows: readonly Row[],
  columns: RowColumns<Row>,
): MadeRows<Row, object> {
  return new MadeRows(rows, makeToRow(columns));
}

function makeToRow<Row extends AnswerRow>({ groupBy, values }: RowColumns<Row>): (row: Row) => object {
  const timeText = makeTimeTexts();
  return (answered) => {
    const { windowStartMs, windowEndMs, keys, events } = answered;
    const row: Record<string, unknown> = {
      window_start: timeText(windowStartMs),
      window_end: timeText(windowEndMs),
    };
    for (let index = 0; index < groupBy.length; index += 1)
      row[groupBy[index] as string] = keys[index] ?? null;
    for (const [name, textOf] of values) row[name] = textOf(answered);
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
export function sendRows<Row extends AnswerRow>(
  reply: FastifyReply,
  format: Exclude<RowFormat, 'json'>,
  columns: RowColumns<Row>,
  rows: readonly Row[],
  encodeParquet: EncodeParquet,
): FastifyReply | Promise<FastifyReply> {
  if (format === 'csv') return sendCsv(reply, columns, rows);
  if (format === 'parquet') return sendParquet(reply, columns, rows, encodeParquet);
  return sendLines(reply, toLines(rows, columns));
}

/** Texts of whole lines. */
export function sendLines(reply: FastifyReply, pieces: AsyncIterable<string>): FastifyReply {
  return reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(Readable.from(pieces));
}

const linesAtOnce = 64;

/** In pieces, so that a long answer does not hold up everybody else. */
async function* toLines<Row extends AnswerRow>(
  rows: readonly Row[],
  columns: RowColumns<Row>,
): AsyncGenerator<string> {
  const turns = makeTurns();
  const toRow = makeToRow(columns);
  for (let start = 0; start < rows.length; start += linesAtOnce) {
    if (turns.isOver()) await turns.next();
    yield rows
      .slice(start, start + linesAtOnce)
      .map((row) => `${JSON.stringify(toRow(row))}\n`)
      .join('');
  }
}

function sendCsv<Row extends AnswerRow>(
  reply: FastifyReply,
  { groupBy, values }: RowColumns<Row>,
  rows: readonly Row[],
) {
  const header = ['window_start', 'window_end', ...groupBy, ...values.map(([name]) => name), 'events'];
  const timeText = makeTimeTexts();
  const cellsOf = (row: Row): CsvCell[] => [
    timeText(row.windowStartMs),
    timeText(row.windowEndMs),
    ...row.keys,
    ...values.map(([, textOf]) => ({ number: textOf(row) })),
    row.events,
  ];
  const pieces = csvPieces(header, rows, cellsOf);
  return reply.header('content-type', 'text/csv; charset=utf-8').send(Readable.from(pieces));
}

/** Keys are texts too: a property may be of any type from row to row. */
async function sendParquet<Row extends AnswerRow>(
  reply: FastifyReply,
  { groupBy, values }: RowColumns<Row>,
  rows: readonly Row[],
  encodeParquet: EncodeParquet,
): Promise<FastifyReply> {
  const bytes = await encodeParquet({
    columns: [
      { name: 'window_start', type: 'moment' },
      { name: 'window_end', type: 'moment' },
      ...groupBy.map((name) => ({ name, type: 'text' as const })),
      ...values.map(([name]) => ({ name, type: 'text' as const })),
      { name: 'events', type: 'count' },
    ],
    rows: await mapInTurns(rows, (row) => [
      row.windowStartMs,
      row.windowEndMs,
      ...row.keys.map((key) => (key === null ? null : String(key))),
      ...values.map(([, textOf]) => textOf(row)),
      row.events,
    ]),
  });
  return reply.header('content-type', 'application/vnd.apache.parquet').send(Buffer.from(bytes));
}
