/**
 * Reads JSON and keeps the text of every number, since a quantity's digits count. Written anew on purpose, and strict:
 * what RFC 8259 does not allow is no JSON. It judges nothing.
 */

/** A number as it was written. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Objects are maps, so that no member's name is special. */
export type Json = string | boolean | null | WrittenNumber | Json[] | Map<string, Json>;

class Malformed extends Error {}

/** Null when the text is no JSON. */
export function readJson(text: string): { readonly value: Json } | null {
  const reader = { text, at: 0 };
  try {
    const value = readValue(reader);
    skipSpace(reader);
    return reader.at === text.length ? { value } : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    reader.at += 1;
  }
}

const words: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const numberAt = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readValue(reader: Reader): Json {
  skipSpace(reader);
  const first = reader.text[reader.at];
  if (first === '"') return readString(reader);
  if (first === '{') return readObject(reader);
  if (first === '[') return readList(reader);
  for (const [word, value] of words) {
    if (!reader.text.startsWith(word, reader.at)) continue;
    reader.at += word.length;
    return value;
  }
  numberAt.lastIndex = reader.at;
  const number = numberAt.exec(reader.text)?.[0];
  if (number === undefined) throw new Malformed();
  reader.at += number.length;
  return new WrittenNumber(number);
}

/** The string's end is found first; what is within quotes is left to the platform only where it has escapes. */
function readString(reader: Reader): string {
  const { text } = reader;
  let at = reader.at + 1;
  let isSimple = true;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) break;
    if (code < 32 || Number.isNaN(code)) throw new Malformed();
    if (code !== 92) continue;
    isSimple = false;
    at += 1;
  }
  const quoted = text.slice(reader.at, at + 1);
  reader.at = at + 1;
  if (isSimple) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new Malformed();
  }
}

function expectMark(reader: Reader, mark: string): void {
  skipSpace(reader);
  if (reader.text[reader.at] !== mark) throw new Malformed();
  reader.at += 1;
}

/** Whether the list or object ends here; else passes the comma before its next item. */
function isEnd(reader: Reader, mark: string, isFirst: boolean): boolean {
  skipSpace(reader);
  if (reader.text[reader.at] === mark) {
    reader.at += 1;
    return true;
  }
  if (!isFirst) expectMark(reader, ',');
  return false;
}

function readObject(reader: Reader): Map<string, Json> {
  const members = new Map<string, Json>();
  expectMark(reader, '{');
  while (!isEnd(reader, '}', members.size === 0)) {
    skipSpace(reader);
    if (reader.text[reader.at] !== '"') throw new Malformed();
    const name = readString(reader);
    expectMark(reader, ':');
    members.set(name, readValue(reader));
  }
  return members;
}

function readList(reader: Reader): Json[] {
  const items: Json[] = [];
  expectMark(reader, '[');
  while (!isEnd(reader, ']', items.length === 0)) items.push(readValue(reader));
  return items;
}
