/**
 * One plain event in a body's bytes: where its members stand. It finds and checks them; it decodes and keeps nothing, and
 * is used again for the next event.
 */
import { byte, idEnd, isDecimal, notPlain, numberEnd, skipSpace, trimmedEnd } from './plain-json.ts';
import { PlainProperties } from './plain-properties.ts';

/** The members, as bits: a member that comes twice is not plain. */
const member = {
  source: 1,
  id: 2,
  customer: 4,
  service: 8,
  time: 16,
  quantity: 32,
  amount: 64,
  properties: 128,
} as const;
const required = member.id | member.customer | member.service;

const names: readonly (readonly [name: Buffer, bit: number])[] = [
  ['source', member.source],
  ['id', member.id],
  ['customer_id', member.customer],
  ['service', member.service],
  ['time', member.time],
  ['quantity', member.quantity],
  ['amount', member.amount],
  ['properties', member.properties],
].map(([name, bit]) => [Buffer.from(`${name}"`), bit as number]);

/** By the length of the name with its closing quote and its first letter, which tell all of them apart. */
const byShape: (readonly [name: Buffer, bit: number])[] = [];
const shapeOf = (length: number, first: number) => length * 256 + first;
for (const entry of names) byShape[shapeOf(entry[0].length, entry[0][0] as number)] = entry;

/** Half-open; empty where the member was not given. */
export interface Place {
  from: number;
  end: number;
}

const nowhere = (): Place => ({ from: 0, end: 0 });

export class PlainEvent {
  readonly source = nowhere();
  readonly id = nowhere();
  readonly customer = nowhere();
  readonly service = nowhere();
  readonly time = nowhere();
  /** In shortest form. */
  readonly quantity = nowhere();
  readonly amount = nowhere();
  readonly properties = new PlainProperties();
  #found = 0;

  /** For the next body. */
  reset(): void {
    this.properties.beyondAscii = false;
  }

  get beyondAscii(): boolean {
    return this.properties.beyondAscii;
  }

  /** The place behind the object that opens at `from`, or `notPlain`. */
  read(bytes: Buffer, from: number): number {
    this.#clear();
    if (bytes[from] !== byte.openBrace) return notPlain;
    let at = skipSpace(bytes, from + 1);
    for (;;) {
      at = this.#readMember(bytes, at);
      if (at === notPlain) return notPlain;
      at = skipSpace(bytes, at);
      if (bytes[at] === byte.closeBrace) break;
      if (bytes[at] !== byte.comma) return notPlain;
      at = skipSpace(bytes, at + 1);
    }
    return (this.#found & required) === required ? at + 1 : notPlain;
  }

  #clear(): void {
    this.#found = 0;
    this.properties.clear();
    for (const place of [this.source, this.time, this.quantity, this.amount]) {
      place.from = 0;
      place.end = 0;
    }
  }

  #readMember(bytes: Buffer, from: number): number {
    if (bytes[from] !== byte.quote) return notPlain;
    const entry = memberAt(bytes, from + 1);
    if (entry === undefined) return notPlain;
    const [name, bit] = entry;
    if ((this.#found & bit) !== 0) return notPlain;
    this.#found |= bit;
    const colon = skipSpace(bytes, from + 1 + name.length);
    if (bytes[colon] !== byte.colon) return notPlain;
    return this.#readValue(bit, bytes, skipSpace(bytes, colon + 1));
  }

  #readValue(bit: number, bytes: Buffer, from: number): number {
    switch (bit) {
      case member.source:
        return readText(bytes, from, this.source);
      case member.id:
        return readText(bytes, from, this.id);
      case member.customer:
        return readText(bytes, from, this.customer);
      case member.service:
        return readText(bytes, from, this.service);
      case member.time:
        return readText(bytes, from, this.time);
      case member.quantity:
        return readDecimal(bytes, from, this.quantity);
      case member.amount:
        return readDecimal(bytes, from, this.amount);
      default:
        return this.properties.read(bytes, from);
    }
  }
}

/** The member whose name begins at `from`; undefined when it is none of ours. */
function memberAt(bytes: Buffer, from: number): (typeof byShape)[number] | undefined {
  let end = from;
  while (bytes[end] !== byte.quote && end < bytes.length && end - from < 16) end += 1;
  const entry = byShape[shapeOf(end - from + 1, bytes[from] as number)];
  if (entry === undefined) return undefined;
  const [name] = entry;
  for (let at = 0; at < name.length; at += 1) if (bytes[from + at] !== name[at]) return undefined;
  return entry;
}

function readText(bytes: Buffer, from: number, place: Place): number {
  if (bytes[from] !== byte.quote) return notPlain;
  const end = idEnd(bytes, from + 1);
  if (end === notPlain) return notPlain;
  place.from = from + 1;
  place.end = end;
  return end + 1;
}

/** A decimal as a text or as a number. */
function readDecimal(bytes: Buffer, from: number, place: Place): number {
  const isText = bytes[from] === byte.quote;
  const start = isText ? from + 1 : from;
  const end = isText ? idEnd(bytes, start) : numberEnd(bytes, start);
  if (end === notPlain || !isDecimal(bytes, start, end)) return notPlain;
  place.from = start;
  place.end = trimmedEnd(bytes, start, end);
  const isMinusZero =
    place.end === start + 2 && bytes[start] === byte.minus && bytes[start + 1] === byte.zero;
  if (isMinusZero) return notPlain;
  return isText ? end + 1 : end;
}
