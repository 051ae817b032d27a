/**
 * Large answers leave in pieces: their rows are made and written some milliseconds at a time, so that 100,000 of them do not
 * hold the thread, and neither the whole text nor all its objects are ever in memory. Small ones leave as ever.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { makeTurns, type Turns } from '../turns.ts';

/** A thousand rows, the longest page of a list, take about a millisecond. */
const rowsAtOnce = 1000;
const pieceRows = 64;
/** A piece is handed on when it has so many characters. */
const pieceCharacters = 65_536;

/** Rows that are made when they are written. `JSON.stringify` writes it as the array of what `work` makes. */
export class MadeRows<Item, Row> {
  readonly items: readonly Item[];
  readonly work: (item: Item) => Row;

  constructor(items: readonly Item[], work: (item: Item) => Row) {
    this.items = items;
    this.work = work;
  }

  toJSON(): Row[] {
    return this.items.map(this.work);
  }
}

declare module 'fastify' {
  interface FastifyReply {
    /** An answer that is written in pieces. */
    largeAnswer: object | null;
  }
}

export function addLargeAnswers(app: FastifyInstance): void {
  app.decorateReply('largeAnswer', null);
  app.addHook('preSerialization', (_, reply, payload, done) => {
    if (!isLarge(payload)) return done(null, payload);
    reply.largeAnswer = payload;
    done(null, {});
  });
  app.addHook('onSend', ({ method }, { largeAnswer }, payload, done) => {
    const sent = largeAnswer === null ? payload : Readable.from(jsonPieces(largeAnswer));
    done(null, method === 'HEAD' && sent instanceof Readable ? unmade(sent) : sent);
  });
}

/** Fastify reads what HEAD does not send to its end, after the answer: all stored events, made for nobody. */
function unmade(sent: Readable): Readable {
  sent.destroy();
  return Readable.from([]);
}

function isLarge(payload: unknown): payload is object {
  if (typeof payload !== 'object' || payload === null) return false;
  return Object.values(payload).some((value) => (itemsOf(value)?.length ?? 0) > rowsAtOnce);
}

function itemsOf(value: unknown): readonly unknown[] | null {
  if (value instanceof MadeRows) return value.items;
  return Array.isArray(value) ? value : null;
}

/** Together they are what `JSON.stringify(answer)` gives. Members that are arrays or `MadeRows` are written row by row. */
export async function* jsonPieces(answer: object, turns: Turns = makeTurns()): AsyncGenerator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(answer)) {
    const items = itemsOf(value);
    const text = items === null ? JSON.stringify(value) : '';
    // A member without a value is left out, as JSON.stringify leaves it out.
    if (text === undefined) continue;
    yield `${before}${JSON.stringify(name)}:${text}`;
    before = ',';
    if (items !== null)
      yield* arrayPieces(items, value instanceof MadeRows ? value.work : (item) => item, turns);
  }
  yield before === '{' ? '{}' : '}';
}

async function* arrayPieces(
  items: readonly unknown[],
  work: (item: unknown) => unknown,
  turns: Turns,
): AsyncGenerator<string> {
  let piece = '[';
  for (let start = 0; start < items.length; start += pieceRows) {
    if (turns.isOver()) await turns.next();
    const rows = JSON.stringify(items.slice(start, start + pieceRows).map((item) => work(item)));
    piece += `${start === 0 ? '' : ','}${rows.slice(1, -1)}`;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]`;
}
