/**
 * The properties of a plain event, from a body's bytes to the map that a row holds: `{'name':'json',…}`, sorted by name.
 * They are turned over as they are read, because where they go in the row is known only at the event's end.
 */
import { eventLimits } from '@countinghouse/client/wire';
import { byte, nameEnd, notPlain, numberEnd, skipSpace, textEnd, trimmedEnd } from './plain-json.ts';

const trueBytes = Buffer.from('true');
const falseBytes = Buffer.from('false');

export class PlainProperties {
  /** What was read last, each property as `'name':'json'`, one behind the other. */
  #pieces = Buffer.alloc(16_384);
  #length = 0;
  #count = 0;
  #sorted = true;
  /** Whether any text is not ASCII: then the body has to be UTF-8. */
  beyondAscii = false;
  readonly #starts = new Int32Array(eventLimits.propertiesMax + 1);
  /** A name begins behind its piece's first quote. */
  readonly #nameLengths = new Int32Array(eventLimits.propertiesMax);
  readonly #order: number[] = [];

  clear(): void {
    this.#length = 0;
    this.#count = 0;
    this.#sorted = true;
  }

  /** The place behind the closing brace of the object that opens at `from`, or `notPlain`. */
  read(bytes: Buffer, from: number): number {
    if (bytes[from] !== byte.openBrace) return notPlain;
    let at = skipSpace(bytes, from + 1);
    if (bytes[at] === byte.closeBrace) return at + 1;
    for (;;) {
      at = this.#readOne(bytes, at);
      if (at === notPlain) return notPlain;
      at = skipSpace(bytes, at);
      if (bytes[at] === byte.closeBrace) return at + 1;
      if (bytes[at] !== byte.comma) return notPlain;
      at = skipSpace(bytes, at + 1);
    }
  }

  /** An upper bound of what `write` writes. */
  get bytesMax(): number {
    return this.#length + this.#count + 2;
  }

  /** Returns the end. */
  write(rows: Buffer, from: number): number {
    rows[from] = byte.openBrace;
    let end = from + 1;
    if (!this.#sorted) this.#sort();
    for (let place = 0; place < this.#count; place += 1) {
      const piece = this.#sorted ? place : (this.#order[place] as number);
      if (place > 0) {
        rows[end] = byte.comma;
        end += 1;
      }
      end = this.#writePiece(piece, rows, end);
    }
    rows[end] = byte.closeBrace;
    return end + 1;
  }

  #writePiece(piece: number, rows: Buffer, from: number): number {
    const pieces = this.#pieces;
    const stop = this.#starts[piece + 1] as number;
    let end = from;
    for (let at = this.#starts[piece] as number; at < stop; at += 1) {
      rows[end] = pieces[at] as number;
      end += 1;
    }
    return end;
  }

  /** One `"name": value`; returns the place behind it, or `notPlain`. */
  #readOne(bytes: Buffer, from: number): number {
    if (bytes[from] !== byte.quote || this.#count === eventLimits.propertiesMax) return notPlain;
    const end = nameEnd(bytes, from + 1);
    if (end === notPlain) return notPlain;
    const colon = skipSpace(bytes, end + 1);
    if (bytes[colon] !== byte.colon) return notPlain;
    const valueAt = skipSpace(bytes, colon + 1);
    // A value may grow to twice its length by what is escaped in it.
    if (this.#length + 2 * (eventLimits.propertyStringLengthMax + 128) > this.#pieces.length) this.#grow();
    this.#starts[this.#count] = this.#length;
    this.#nameLengths[this.#count] = end - from - 1;
    this.#put(byte.apostrophe);
    this.#copy(bytes, from + 1, end);
    this.#put(byte.apostrophe);
    this.#put(byte.colon);
    this.#put(byte.apostrophe);
    const behind = this.#readValue(bytes, valueAt);
    this.#put(byte.apostrophe);
    return behind !== notPlain && this.#isInPlace() ? behind : notPlain;
  }

  #readValue(bytes: Buffer, from: number): number {
    if (bytes[from] === byte.quote) {
      const end = textEnd(bytes, from + 1);
      if (end === notPlain) return notPlain;
      this.#copyText(bytes, from, end + 1);
      return end + 1;
    }
    const end = literalEnd(bytes, from);
    if (end === notPlain) return notPlain;
    this.#copy(bytes, from, end);
    return end;
  }

  /** Takes the piece that was just put; false when its name was there before. */
  #isInPlace(): boolean {
    const count = this.#count;
    this.#count += 1;
    this.#starts[this.#count] = this.#length;
    if (count === 0) return true;
    if (this.#sorted && this.#compare(count - 1, count) < 0) return true;
    this.#sorted = false;
    for (let other = 0; other < count; other += 1) if (this.#compare(other, count) === 0) return false;
    return true;
  }

  /** By the names' bytes, which are ASCII: the order in which names are sorted everywhere. */
  #compare(left: number, right: number): number {
    const pieces = this.#pieces;
    const leftAt = (this.#starts[left] as number) + 1;
    const rightAt = (this.#starts[right] as number) + 1;
    const leftLength = this.#nameLengths[left] as number;
    const rightLength = this.#nameLengths[right] as number;
    const shorter = Math.min(leftLength, rightLength);
    for (let at = 0; at < shorter; at += 1) {
      const difference = (pieces[leftAt + at] as number) - (pieces[rightAt + at] as number);
      if (difference !== 0) return difference;
    }
    return leftLength - rightLength;
  }

  #sort(): void {
    this.#order.length = 0;
    for (let piece = 0; piece < this.#count; piece += 1) this.#order.push(piece);
    this.#order.sort((left, right) => this.#compare(left, right));
  }

  #put(code: number): void {
    this.#pieces[this.#length] = code;
    this.#length += 1;
  }

  #copy(bytes: Buffer, from: number, end: number): void {
    const pieces = this.#pieces;
    let length = this.#length;
    for (let at = from; at < end; at += 1) {
      pieces[length] = bytes[at] as number;
      length += 1;
    }
    this.#length = length;
  }

  /** An apostrophe would end the value in the row's map. */
  #copyText(bytes: Buffer, from: number, end: number): void {
    const pieces = this.#pieces;
    let length = this.#length;
    for (let at = from; at < end; at += 1) {
      const code = bytes[at] as number;
      if (code === byte.apostrophe) {
        pieces[length] = byte.backslash;
        length += 1;
      } else if (code >= 0x80) this.beyondAscii = true;
      pieces[length] = code;
      length += 1;
    }
    this.#length = length;
  }

  #grow(): void {
    const larger = Buffer.alloc(this.#pieces.length * 2);
    this.#pieces.copy(larger);
    this.#pieces = larger;
  }
}

/** The end of a number or a boolean, written as it is kept. */
function literalEnd(bytes: Buffer, from: number): number {
  if (bytes[from] === trueBytes[0]) return wordEnd(bytes, from, trueBytes);
  if (bytes[from] === falseBytes[0]) return wordEnd(bytes, from, falseBytes);
  const end = numberEnd(bytes, from);
  // Zeros at the end of a fraction are not kept, and the rest is not worth a case of its own.
  return end === notPlain || trimmedEnd(bytes, from, end) !== end ? notPlain : end;
}

function wordEnd(bytes: Buffer, from: number, word: Buffer): number {
  for (let at = 0; at < word.length; at += 1) if (bytes[from + at] !== word[at]) return notPlain;
  return from + word.length;
}
