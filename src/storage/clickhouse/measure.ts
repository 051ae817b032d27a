/**
 * Meters over the engine: asks as few scans as the questions allow (measure-scans.ts), reads their rows, and gives them out
 * (measure-pieces.ts). The numbers are exact all the way.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import { parseDecimal } from '../../money/decimal.ts';
import { type Fraction, fractionFromDecimal, zeroFraction } from '../../money/fraction.ts';
import { eachInTurns, makeTurns, mapInTurns, sortInTurns } from '../../turns.ts';
import type { GroupKey, MeasuredRow, MeasureQuery, MeasureSpan } from '../metered-usage.ts';
import { ResultTooLarge } from '../usage-store.ts';
import type { Statement } from './connection.ts';
import { readProperty } from './mapping.ts';
import { type LevelChange, levelPieces } from './measure-levels.ts';
import { type Piece, type PieceGroup, rowsOf } from './measure-pieces.ts';
import { isMergeable, planScans, type SharedScan } from './measure-scans.ts';
import { TooManyGroups } from './query-errors.ts';
import { levelsStatement } from './sql/levels.ts';
import { type MeasureScan, type MeasureScanRow, measureNumbers, measureStatement } from './sql/measure.ts';
import type { SourceView } from './sql/usage-source.ts';

export type AskInto = <Read>(statement: Statement, read: (row: MeasureScanRow) => Read) => Promise<Read[]>;

export interface MeasureContext {
  readonly ask: AskInto;
  readonly view: SourceView;
  readonly rowsMax: number;
}

export async function measure(
  queries: readonly MeasureQuery[],
  context: MeasureContext,
): Promise<MeasuredRow[][]> {
  const answers: MeasuredRow[][] = queries.map(() => []);
  const whole = queries.map((query) => (needsPrefixes(query) ? { ...query, spans: [] } : query));
  const scans = planScans(whole);
  const takeTurns = async () => {
    for (let scan = scans.shift(); scan !== undefined; scan = scans.shift()) {
      const groups = await scanGroups(scan, context);
      for (const place of scan.queries) {
        const query = queries[place] as MeasureQuery;
        answers[place] = await rowsOfAll(query, groups.get(query.meter.service) ?? []);
      }
    }
  };
  await Promise.all(Array.from({ length: scansAtOnce }, takeTurns));
  for (const [place, query] of queries.entries()) {
    if (needsPrefixes(query)) answers[place] = await measurePrefixes(query, context);
  }
  const count = answers.reduce((sum, { length }) => sum + length, 0);
  if (count > context.rowsMax) throw new ResultTooLarge(context.rowsMax);
  return answers;
}

/** In the order of the groups, of which some may be about customers that the question does not ask for. */
async function rowsOfAll(query: MeasureQuery, groups: readonly PieceGroup[]): Promise<MeasuredRow[]> {
  const spans = new Map(query.spans.map((span) => [span.customerId, span]));
  const turns = makeTurns();
  const rows: MeasuredRow[] = [];
  for (const group of groups) {
    const span = spans.get(group.customerId);
    if (span === undefined) continue;
    for (const row of rowsOf(query, span, group)) rows.push(row);
    if (turns.isOver()) await turns.next();
  }
  return rows;
}

/** More would only wait for each other, and crowd out other questions. */
const scansAtOnce = 2;

function needsPrefixes({ isCumulative, meter, spans }: MeasureQuery): boolean {
  if (!isCumulative || isMergeable(meter.aggregation)) return false;
  return spans.some(({ cutsMs }) => cutsMs.length > 0);
}

/** So many scans at most for one question: each reads the span up to another end. */
const prefixesMax = 1_000;

/** What cannot be put together from parts is asked anew for each end of a stretch. */
async function measurePrefixes(query: MeasureQuery, context: MeasureContext): Promise<MeasuredRow[]> {
  const endsOf = ({ cutsMs, toMs }: MeasureSpan) => [...cutsMs, toMs];
  const depth = query.spans.reduce((most, span) => Math.max(most, span.cutsMs.length + 1), 0);
  if (depth > prefixesMax) throw new ResultTooLarge(prefixesMax);
  const rows: MeasuredRow[] = [];
  for (let index = 0; index < depth; index += 1) {
    const spans = query.spans.flatMap((span) => {
      const toMs = endsOf(span)[index];
      return toMs === undefined ? [] : [{ ...span, toMs, cutsMs: [] }];
    });
    const [part = []] = await measure([{ ...query, spans, isCumulative: false }], context);
    for (const row of part) rows.push(row);
  }
  // The sort is stable, and ends rise from prefix to prefix.
  return sorted(rows);
}

/** By service: what each customer and combination of keys brings, stretch by stretch. */
async function scanGroups(scan: SharedScan, context: MeasureContext): Promise<Map<string, PieceGroup[]>> {
  const { view, rowsMax } = context;
  const isLevel = scan.meter.aggregation === 'time_weighted';
  const read = (row: MeasureScanRow) => readPiece(row, scan, isLevel);
  const pieces = await askLimited(context, measureStatement(scan, view, rowsMax), read);
  if (isLevel) {
    const spans = new Map(scan.spans.map((span) => [span.customerId, span]));
    const levels = await scanLevels(scan, context, (id) => spans.get(id) as MeasureSpan);
    // Not as arguments, of which a function takes some 100,000.
    for (const level of levels) pieces.push(level);
  }
  return groupPieces(pieces);
}

async function askLimited<Read>(
  { ask, rowsMax }: MeasureContext,
  statement: Statement,
  read: (row: MeasureScanRow) => Read,
): Promise<Read[]> {
  const rows = await ask(statement, read).catch((error: unknown) => {
    if (error instanceof TooManyGroups) throw new ResultTooLarge(rowsMax);
    throw error;
  });
  if (rows.length > rowsMax) throw new ResultTooLarge(rowsMax);
  return rows;
}

/** A piece with its place. */
interface PlacedPiece {
  readonly service: string;
  readonly customerId: string;
  readonly keys: readonly (PropertyValue | null)[];
  readonly piece: Piece;
}

function readPlace(row: MeasureScanRow, numbers: number, keys: readonly GroupKey[]) {
  const [customerId, service, startMs] = row as unknown as [string, string, number];
  const texts = row.slice(3, row.length - numbers) as string[];
  return { customerId, service, startMs, keys: keys.map((key, at) => readKey(key, texts[at] as string)) };
}

function readPiece(row: MeasureScanRow, scan: MeasureScan, isLevel: boolean): PlacedPiece {
  const { customerId, service, startMs, keys } = readPlace(row, measureNumbers, scan.keys);
  const [value, events, amount, eventsWithAmount] = row.slice(-measureNumbers) as [
    ...[string, number, string, number],
  ];
  const numbers = { events, amount: exact(amount), eventsWithAmount };
  const piece = { startMs, value: isLevel ? zeroFraction : exact(value), ...numbers };
  return { customerId, service, keys, piece };
}

function exact(text: string): Fraction {
  return fractionFromDecimal(parseDecimal(text));
}

/**
 * Level × milliseconds for each stretch of each customer's span; without the events. At most `rowsMax` pieces: one level
 * that holds on makes one for every stretch.
 */
export async function scanLevels(
  scan: MeasureScan,
  context: MeasureContext,
  spanOf: (customerId: string) => MeasureSpan,
): Promise<PlacedPiece[]> {
  const rows = await askLimited(context, levelsStatement(scan, context.view, context.rowsMax), (row) => row);
  const groups = new Map<string, Omit<PlacedPiece, 'piece'> & { changes: LevelChange[] }>();
  for (const row of rows) {
    const { startMs, ...place } = readPlace(row, 2, scan.keys);
    const name = JSON.stringify([place.service, place.customerId, place.keys]);
    const group = groups.get(name) ?? { ...place, changes: [] };
    groups.set(name, group);
    const [difference, moment] = row.slice(-2) as [string, string];
    group.changes.push({ startMs, difference: exact(difference), moment: exact(moment) });
  }
  const turns = makeTurns();
  const placed: PlacedPiece[] = [];
  for (const { changes, ...place } of groups.values()) {
    const span = spanOf(place.customerId);
    for (const piece of levelPieces(changes, { span, untilMs: scan.levelsUntilMs })) {
      if (placed.length >= context.rowsMax) throw new ResultTooLarge(context.rowsMax);
      if (placed.length % piecesPerLook === 0 && turns.isOver()) await turns.next();
      placed.push({ ...place, piece });
    }
  }
  return placed;
}

/** Asking for the time costs as much as a piece. */
const piecesPerLook = 32;

/** By service; a service's groups by customer and keys, as bytes. */
async function groupPieces(pieces: readonly PlacedPiece[]): Promise<Map<string, PieceGroup[]>> {
  const groups = new Map<string, PieceGroup>();
  const byService = new Map<string, PieceGroup[]>();
  await mapInTurns(pieces, ({ service, customerId, keys, piece }) => {
    const name = JSON.stringify([service, customerId, keys]);
    let group = groups.get(name);
    if (group === undefined) {
      group = { customerId, keys, pieces: [] };
      groups.set(name, group);
      const own = byService.get(service);
      if (own) own.push(group);
      else byService.set(service, [group]);
    }
    group.pieces.push(piece);
  });
  await eachInTurns(groups.values(), ({ pieces: own }) => void own.sort((a, b) => a.startMs - b.startMs));
  for (const [service, own] of byService) byService.set(service, await sorted(own));
  return byService;
}

/** A key as the engine wrote it: a property as JSON text, '' when missing. */
export function readKey(key: GroupKey, text: string): PropertyValue | null {
  if (!key.startsWith('properties.')) return text;
  return text === '' ? null : readProperty(text);
}

type Named = Pick<PieceGroup, 'customerId' | 'keys'>;

/** By customer and keys, as bytes. */
async function sorted<Item extends Named>(items: readonly Item[]): Promise<Item[]> {
  const turns = makeTurns();
  const named = await mapInTurns(items, (item) => ({ item, name: Buffer.from(sortText(item)) }), turns);
  const inOrder = await sortInTurns(named, (a, b) => Buffer.compare(a.name, b.name), turns);
  return inOrder.map(({ item }) => item);
}

/** Neither customers nor JSON texts hold control characters. A missing property comes first. */
function sortText({ customerId, keys }: Named): string {
  return [customerId, ...keys.map((key) => (key === null ? '' : JSON.stringify(key)))].join('\0');
}
