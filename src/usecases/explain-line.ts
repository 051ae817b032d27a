/**
 * Why a line of a closed statement costs what it costs (MONEY.md 5.3, promise 4): the price versions, the parts of each
 * slice with their exact numbers, minimum and maximum, the rounding, the quantities day by day, and the events behind
 * them a page at a time. All of it as of the statement's watermark, computed again by what made the line.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { StoredEvent } from '../domain/events/stored-event.ts';
import type { Meter } from '../domain/meters/meter.ts';
import type { Price } from '../domain/pricing/price.ts';
import { type ExplainedLine, explainLine } from '../domain/statements/explained-line.ts';
import type { LineDocument, StatementDocument } from '../domain/statements/statement-document.ts';
import { readStatement } from '../domain/statements/statement-document.ts';
import { type Refusal, refuse } from '../errors.ts';
import { limits } from '../limits.ts';
import { minorDigits } from '../money/currency.ts';
import { formatFraction } from '../money/fraction.ts';
import type { RoundingMode } from '../money/rounding.ts';
import type { StoredStatement } from '../storage/record-store.ts';
import type { EventPosition, GroupKey } from '../storage/usage-store.ts';
import { windowGrid } from '../time/window.ts';
import type { Dependencies } from './dependencies.ts';
import { pricePeriods } from './price-periods.ts';

export interface ExplainQuestion {
  readonly statementId: string;
  readonly line: string;
  /** The last event of the page before; null for the first page. */
  readonly after: EventPosition | null;
  readonly limit: number;
}

/** What the meter said of one local day: for additive meters the days add up to the line. */
export interface DayOfLine {
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantity: string;
  readonly events: number;
}

export interface LineExplanation {
  readonly ok: true;
  readonly statement: StatementDocument;
  /** As it was billed. */
  readonly billed: LineDocument;
  readonly meter: Meter;
  /** As it was computed. */
  readonly explained: ExplainedLine;
  /** Those of the slices, each once. */
  readonly prices: readonly Price[];
  readonly rounding: { readonly mode: RoundingMode; readonly digits: number };
  readonly days: readonly DayOfLine[];
  /** Set before the period and holding into it; none but for time-weighted meters. */
  readonly carriedLevels: readonly StoredEvent[];
  readonly events: readonly StoredEvent[];
}

export type LineEvents = { readonly ok: true; readonly events: readonly StoredEvent[] };

export interface ExplainLine {
  (question: ExplainQuestion): Promise<LineExplanation | Refusal>;
  /** Only the page of events. */
  events(question: ExplainQuestion): Promise<LineEvents | Refusal>;
}

export function makeExplainLine(dependencies: Dependencies): ExplainLine {
  const { catalog, clock, usageStore } = dependencies;
  const explain = async (question: ExplainQuestion): Promise<LineExplanation | Refusal> => {
    const found = await findLine(dependencies, question);
    if (!found.ok) return found;
    const { stored, statement, billed, meter } = found;
    const view = catalog.asOf(stored.watermark);
    const customer = view.customer(stored.customerId);
    if (!customer) throw new Error(`the statement ${stored.id} has no customer`);
    const period = { name: stored.period, fromMs: stored.fromMs, toMs: stored.toMs };
    const usage = { sequenceMax: stored.watermark };
    const asked = { customer, period, close: null, services: new Set([meter.service]) };
    const [priced, events, days, carriedLevels] = await Promise.all([
      pricePeriods(usageStore, { view, usage, periods: [asked], nowMs: clock.nowMs(), measureAll: true }),
      listEvents(dependencies, found, question),
      measureDays(dependencies, found),
      listLevels(dependencies, found),
    ]);
    const exact = priced[0]?.lines.find(({ line }) => line === billed.line);
    if (!exact)
      throw new Error(`the line ${billed.line} of ${stored.id} cannot be computed again: run verify`);
    const ids = new Set(exact.slices.map(({ priceId }) => priceId));
    return {
      ok: true,
      ...{ statement, billed, meter, explained: explainLine(exact) },
      prices: view.prices.filter(({ id }) => ids.has(id)),
      rounding: { mode: view.rounding, digits: minorDigits(stored.currency) },
      ...{ days, carriedLevels, events },
    };
  };
  const events = async (question: ExplainQuestion): Promise<LineEvents | Refusal> => {
    const found = await findLine(dependencies, question);
    return found.ok ? { ok: true, events: await listEvents(dependencies, found, question) } : found;
  };
  return Object.assign(explain, { events });
}

interface FoundLine {
  readonly ok: true;
  readonly stored: StoredStatement;
  readonly statement: StatementDocument;
  readonly billed: LineDocument;
  readonly meter: Meter;
  /** The property that the line's prices tell apart, with the line's value; none: []. */
  readonly keys: readonly { readonly key: GroupKey; readonly value: PropertyValue | null }[];
  readonly fromMs: number;
  readonly toMs: number;
}

async function findLine(
  { catalog, ingest, recordStore }: Dependencies,
  { statementId, line }: ExplainQuestion,
): Promise<FoundLine | Refusal> {
  const stored = await recordStore.findStatement(statementId);
  if (!stored) return refuse('not_found', `there is no statement ${JSON.stringify(statementId)}`);
  const statement = readStatement(stored.canonical, stored.hash);
  const billed = statement.lines.find((one) => one.line === line);
  if (!billed) return refuse('not_found', `the statement ${statementId} has no line ${JSON.stringify(line)}`);
  const view = catalog.asOf(stored.watermark);
  const meter = view.meter(billed.meter);
  if (!meter) throw new Error(`the meter ${billed.meter} of ${statementId} is missing`);
  await ingest.barrier();
  const priceIds = new Set(billed.slices.map((slice) => slice.price_id));
  const dimension = view.prices.find(({ id }) => priceIds.has(id))?.definition.dimension;
  const hasDimension = dimension !== undefined && billed.dimension !== undefined;
  const keys = hasDimension ? [{ key: dimension as GroupKey, value: billed.dimension ?? null }] : [];
  const [fromMs, toMs] = [Date.parse(billed.from), Date.parse(billed.to)];
  return { ok: true, stored, statement, billed, meter, keys, fromMs, toMs };
}

function listEvents(
  { usageStore }: Pick<Dependencies, 'usageStore'>,
  { stored, meter, keys, fromMs, toMs }: FoundLine,
  { after, limit }: ExplainQuestion,
): Promise<StoredEvent[]> {
  const { customerId, watermark } = stored;
  return usageStore.listMetered({
    meter,
    customerId,
    fromMs,
    toMs,
    keys,
    after,
    limit,
    view: { sequenceMax: watermark },
  });
}

async function measureDays({ usageStore, clock }: Dependencies, found: FoundLine): Promise<DayOfLine[]> {
  const { stored, statement, meter, keys, fromMs, toMs } = found;
  const { starts } = windowGrid({ unit: 'day', count: 1 }, statement.time_zone, fromMs, toMs);
  const cutsMs = starts.filter((ms) => ms > fromMs && ms < toMs);
  const query = {
    meter,
    spans: [{ customerId: stored.customerId, fromMs, toMs, cutsMs }],
    keys: keys.map(({ key }) => key),
    levelsUntilMs: clock.nowMs(),
  };
  const options = { view: { sequenceMax: stored.watermark }, rowsMax: limits.rowsMax };
  const [rows = []] = await usageStore.measure([query], options);
  return rows
    .filter((row) => keys.every(({ value }, index) => row.keys[index] === value))
    .map((row) => ({
      fromMs: row.fromMs,
      toMs: row.toMs,
      quantity: formatFraction(row.quantity),
      events: row.events,
    }));
}

async function listLevels(
  { usageStore }: Dependencies,
  { stored, meter, fromMs, toMs }: FoundLine,
): Promise<StoredEvent[]> {
  if (meter.aggregation !== 'time_weighted') return [];
  const span = { customerId: stored.customerId, fromMs, toMs };
  return usageStore.listCarriedLevels(span, [meter], { sequenceMax: stored.watermark });
}
