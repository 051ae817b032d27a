/**
 * The rows of plain events, written one behind the other as `rowText` (storage/usage-rows) writes them, byte for byte.
 * Strings are made only of what is asked for in memory: the identity, the customer and the service.
 */
import { eventLimits, parseTime } from '@countinghouse/client/wire';
import { tailWidthMax, writeDigits, writeTail } from '../../storage/usage-rows/encode-rows.ts';
import type { Candidate } from '../candidate.ts';
import type { Place, PlainEvent } from './plain-event.ts';
import { byte } from './plain-json.ts';

export interface PlainRowsOptions {
  readonly defaultSource: string;
  /** Printable ASCII without a backslash. */
  readonly traceparent: string;
  readonly nowMs: number;
  readonly hash64: (bytes: Uint8Array) => bigint;
}

const secondsDigits = 10;
const instantWidth = secondsDigits + 4;
/** Seconds since the epoch have ten digits from 2001 to 2286; other times are left to the ordinary way. */
const tenDigitsFromMs = 1e12;
const tenDigitsToMs = 1e13;
const hasTenDigits = (ms: number) => ms >= tenDigitsFromMs && ms < tenDigitsToMs;

export class PlainRows {
  readonly #bytes: Buffer;
  readonly #options: PlainRowsOptions;
  readonly #sourceLengthMax: number;
  #rows: Buffer;
  #end = 0;
  #count = 0;

  constructor(bytes: Buffer, options: PlainRowsOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#sourceLengthMax = Math.max(options.defaultSource.length, eventLimits.idLengthMax);
    // A row is about as long as the event in JSON: what its names and quotes take, the tail takes.
    this.#rows = Buffer.allocUnsafe(bytes.length + (bytes.length >> 2) + 256);
  }

  /** A copy where most of the room was not needed (a body of spaces): the rows wait in memory, and only they are counted. */
  written(): Buffer {
    const rows = this.#rows.subarray(0, this.#end);
    return rows.length * 2 < this.#rows.length ? Buffer.from(rows) : rows;
  }

  /** The event as a row and a candidate; null when its time, or the clock's, is not plain. */
  add(event: PlainEvent): Candidate | null {
    const { nowMs, hash64, traceparent } = this.#options;
    const isTimed = event.time.end > 0;
    const timeMs = isTimed ? parseTime(this.#text(event.time)) : nowMs;
    if (timeMs === null || !hasTenDigits(timeMs) || !hasTenDigits(nowMs)) return null;
    this.#makeRoom(event);
    const rowStart = this.#end;
    if (event.source.end > 0) this.#copy(event.source, byte.tab);
    else this.#put(this.#options.defaultSource, byte.tab);
    this.#copy(event.id, byte.tab);
    const timeAt = this.#end;
    this.#putInstant(timeMs);
    const customerAt = this.#end;
    this.#copy(event.customer, byte.tab);
    this.#copy(event.service, byte.tab);
    this.#putDecimal(event.quantity, '1');
    this.#putDecimal(event.amount, '\\N');
    const contentEnd = event.properties.write(this.#rows, this.#end);
    const fingerprint = hash64(this.#rows.subarray(isTimed ? timeAt : customerAt, contentEnd));
    this.#end = contentEnd;
    this.#put('', byte.tab);
    if (traceparent !== '') this.#end += this.#rows.write(traceparent, this.#end, 'latin1');
    this.#end = writeTail(this.#rows, this.#end, fingerprint, nowMs);
    this.#count += 1;
    return {
      index: this.#count - 1,
      key: this.#rows.toString('latin1', rowStart, timeAt - 1),
      customerId: this.#text(event.customer),
      service: this.#text(event.service),
      timeMs,
      isNegative: event.quantity.end > 0 && this.#bytes[event.quantity.from] === byte.minus,
      fingerprint,
      rowStart,
      rowEnd: this.#end,
      claim: null,
    };
  }

  #text({ from, end }: Place): string {
    return this.#bytes.toString('latin1', from, end);
  }

  #makeRoom(event: PlainEvent): void {
    const texts = this.#sourceLengthMax + 5 * (eventLimits.idLengthMax + 1);
    const need = texts + event.properties.bytesMax + this.#options.traceparent.length + tailWidthMax;
    if (this.#end + need <= this.#rows.length) return;
    const larger = Buffer.allocUnsafe(this.#rows.length * 2 + need);
    this.#rows.copy(larger, 0, 0, this.#end);
    this.#rows = larger;
  }

  #copy({ from, end }: Place, separator: number): void {
    const [bytes, rows] = [this.#bytes, this.#rows];
    let to = this.#end;
    for (let at = from; at < end; at += 1) {
      rows[to] = bytes[at] as number;
      to += 1;
    }
    rows[to] = separator;
    this.#end = to + 1;
  }

  #put(text: string, separator: number): void {
    for (let at = 0; at < text.length; at += 1) this.#rows[this.#end + at] = text.charCodeAt(at);
    this.#rows[this.#end + text.length] = separator;
    this.#end += text.length + 1;
  }

  #putDecimal(place: Place, otherwise: string): void {
    if (place.end > 0) this.#copy(place, byte.tab);
    else this.#put(otherwise, byte.tab);
  }

  #putInstant(ms: number): void {
    const rest = ms % 1000;
    writeDigits(this.#rows, this.#end, (ms - rest) / 1000, secondsDigits);
    this.#rows[this.#end + secondsDigits] = byte.point;
    writeDigits(this.#rows, this.#end + secondsDigits + 1, rest, 3);
    this.#rows[this.#end + instantWidth] = byte.tab;
    this.#end += instantWidth + 1;
  }
}
