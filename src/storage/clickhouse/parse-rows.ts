/**
 * The engine's JSON lines (JSONCompactEachRow) to rows, slice by slice, so that an answer of 100,000 rows does not hold the
 * thread: in one piece it took 100 ms and more. A slice is cut behind a line feed; one inside a string is always escaped.
 */
import { makeTurns, type Turns } from '../../turns.ts';

/** Half a millisecond to decode and parse. A row that is longer is a slice of its own. */
const sliceBytes = 65_536;
/** Asking for the time costs as much as a row. */
const rowsPerLook = 64;
const lineFeed = 10;

/** A row becomes what `read` makes of it before the next slice is parsed, so that most of the engine's own rows die young. */
export async function parseRows<Row extends readonly unknown[], Read>(
  lines: Uint8Array,
  read: (row: Row) => Read,
  turns: Turns = makeTurns(),
): Promise<Read[]> {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const rows: Read[] = [];
  for (let start = 0; start < bytes.length; ) {
    if (turns.isOver()) await turns.next();
    const end = endOfSlice(bytes, start);
    let sinceLook = 0;
    for (const row of parseSlice<Row>(bytes.toString('utf8', start, end))) {
      if (sinceLook === rowsPerLook && turns.isOver()) await turns.next();
      sinceLook = sinceLook === rowsPerLook ? 0 : sinceLook + 1;
      rows.push(read(row));
    }
    start = end;
  }
  return rows;
}

/** Behind the last line feed within a slice, or behind the next one, or at the end. */
function endOfSlice(bytes: Buffer, start: number): number {
  const most = start + sliceBytes;
  if (most >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(lineFeed, most - 1);
  if (last >= start) return last + 1;
  const next = bytes.indexOf(lineFeed, most);
  return next === -1 ? bytes.length : next + 1;
}

function parseSlice<Row>(lines: string): Row[] {
  return JSON.parse(`[${lines.trimEnd().replaceAll('\n', ',')}]`) as Row[];
}
