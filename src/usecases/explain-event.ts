/**
 * From one event up to everything it is in (promise 4): each meter of its service with the value it brings, or the reason
 * why it brings none; each line with what it would be without the event; or why there is no line: voided, a record missing,
 * no price. What the event is worth is found by pricing its periods twice, with it and without it, so that it is right for
 * every model and aggregation. It changes nothing.
 */
import { type Correction, correctedEvent } from '../domain/events/correction.ts';
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { Meter } from '../domain/meters/meter.ts';
import { type EventReading, readForMeter } from '../domain/meters/read-event.ts';
import type { DimensionValue } from '../domain/pricing/price-terms.ts';
import { earliestOpen } from '../domain/statements/period-chain.ts';
import { periodsIn } from '../domain/statements/periods-in.ts';
import type { ExactLine, ExactUnpriced, PricedPeriod } from '../domain/statements/priced-period.ts';
import { statementId } from '../domain/statements/statement.ts';
import { type Refusal, refuse } from '../errors.ts';
import { type Fraction, formatFraction, subtractFractions, zeroFraction } from '../money/fraction.ts';
import type { CatalogView } from './catalog.ts';
import { chainOf } from './chain-of.ts';
import type { Dependencies } from './dependencies.ts';
import { type PeriodToPrice, pricePeriods } from './price-periods.ts';
import { type AskedMoment, type AsOf, resolveAsOf } from './resolve-as-of.ts';

/** Exact numbers as texts: a plain decimal, or "n/d" where none ends. */
export interface WithAndWithout {
  readonly now: string;
  readonly without: string;
  readonly difference: string;
}

export interface LineOfEvent {
  readonly line: string;
  readonly meter: string;
  readonly dimension: DimensionValue;
  /** False where the event only changes the line: a level that it ended, or carried on. */
  readonly isIn: boolean;
  readonly quantity: WithAndWithout;
  readonly exactAmount: WithAndWithout;
}

export interface PeriodOfEvent {
  /** `2026-10`. */
  readonly period: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isClosed: boolean;
  /** The statement that billed it on time. */
  readonly statement: string | null;
  readonly currency: string;
  readonly lines: readonly LineOfEvent[];
  readonly unpriced: readonly {
    readonly meter: string;
    readonly dimension: DimensionValue;
    readonly reason: string;
  }[];
  /** When it came after the period's close. `statement`: the one with the adjustment; null: the next close makes it. */
  readonly late: {
    readonly policy: string;
    readonly statement: string | null;
    readonly period: string | null;
  } | null;
}

export interface EventExplanation {
  readonly ok: true;
  readonly sequenceMax: number;
  /** As first accepted. */
  readonly event: StoredEvent;
  readonly corrections: readonly Correction[];
  /** As it counts; null when it was voided. */
  readonly countsAs: StoredEvent | null;
  /** The records that it waits for. */
  readonly missing: readonly ('customer' | 'service')[];
  readonly meters: readonly { readonly meter: string; readonly reading: EventReading }[];
  readonly periods: readonly PeriodOfEvent[];
}

export type ExplainEvent = (identity: Identity, asOf: AsOf | null) => Promise<EventExplanation | Refusal>;

export function makeExplainEvent(dependencies: Dependencies): ExplainEvent {
  const { usageStore } = dependencies;
  return async (identity, asOf) => {
    const moment = await resolveAsOf(dependencies, asOf);
    const { view, sequenceMax } = moment;
    const event = await usageStore.findEvent(identity);
    if (event === null || event.sequence > sequenceMax) {
      return refuse('not_found', 'no event with this source and id is stored');
    }
    const all = await usageStore.findCorrections(identity);
    const corrections = all.filter(({ sequence }) => sequence <= sequenceMax);
    const countsAs = correctedEvent(event, corrections);
    const found = { ok: true, sequenceMax, event, corrections, countsAs } as const;
    if (countsAs === null) return { ...found, missing: [], meters: [], periods: [] };
    const isKnown = { customer: view.customer(countsAs.customerId), service: view.service(countsAs.service) };
    const missing = (['customer', 'service'] as const).filter((record) => !isKnown[record]);
    const meters = view.metersOf(countsAs.service);
    const readings = meters.map((meter) => ({ meter: meter.id, reading: readForMeter(meter, countsAs) }));
    const since = Math.max(event.sequence, corrections.at(-1)?.sequence ?? 0);
    const periods =
      missing.length > 0 ? [] : await periodsOf(dependencies, moment, { countsAs, meters, since });
    return { ...found, missing, meters: readings, periods };
  };
}

interface Counted {
  readonly countsAs: StoredEvent;
  readonly meters: readonly Meter[];
  /** The sequence since when it counts so. */
  readonly since: number;
}

/** A level holds on: so many periods are looked at for what the event still changes. */
const periodsMax = 24;

async function periodsOf(
  dependencies: Dependencies,
  { view, sequenceMax }: AskedMoment,
  { countsAs, meters, since }: Counted,
): Promise<PeriodOfEvent[]> {
  const { catalog, clock, usageStore } = dependencies;
  const customer = view.customer(countsAs.customerId);
  if (!customer) return [];
  const nowMs = clock.nowMs();
  const holdsOn = meters.some(
    (meter) => meter.aggregation === 'time_weighted' && readForMeter(meter, countsAs).isIn,
  );
  const toMs = holdsOn ? Math.max(countsAs.timeMs, nowMs) + 1 : countsAs.timeMs + 1;
  const chain = chainOf(catalog, view, customer, null);
  const touched = periodsIn(chain, countsAs.timeMs, toMs).slice(0, periodsMax);
  const services = new Set([countsAs.service]);
  const asked = touched.map(({ period, close }) => ({ customer, period, close, services }));
  const price = (plus: Correction[]) =>
    pricePeriods(usageStore, { view, usage: { sequenceMax, plus }, periods: asked, nowMs });
  const now = await price([]);
  const without = await price([voidOf(countsAs, nowMs)]);
  const compared = touched.map((_, index) => linesOf(now[index], without[index]));
  const lifted = await Promise.all(
    asked.map((one, index) =>
      liftedSince(dependencies, {
        view,
        countsAs,
        asked: one,
        now: now[index],
        lines: compared[index] ?? [],
      }),
    ),
  );
  return touched.flatMap(({ period, close }, index) => {
    const [priced, rest] = [now[index], without[index]];
    if (!priced || !rest) return [];
    const lines = compared[index] ?? [];
    const unpriced = unpricedOf(priced, rest);
    // Later periods that the event has no part in any more are not told.
    if (index > 0 && lines.length === 0 && unpriced.length === 0) return [];
    const countedSince = lifted[index] ?? since;
    const isLate = close !== null && countedSince > close.watermark;
    const adjusting = chain.closes.find(
      ({ watermark, fromMs }) => watermark >= countedSince && fromMs >= period.toMs,
    );
    const late = isLate && {
      policy: view.latePolicyAt(customer.id, countedSince),
      statement: adjusting ? statementId(customer.id, adjusting.period) : null,
      period: adjusting?.period ?? earliestOpen(chain),
    };
    const span = { period: period.name, fromMs: period.fromMs, toMs: period.toMs };
    const { currency } = customer;
    const isBilled = close !== null && !isLate;
    const statement = isBilled ? statementId(customer.id, period.name) : null;
    const told = { isClosed: close !== null, statement, currency };
    return [{ ...span, ...told, lines, unpriced, late: late || null }];
  });
}

function voidOf({ source, id }: StoredEvent, receivedAtMs: number): Correction {
  return {
    ...{ id: '', action: 'void', source, eventId: id, reason: '', actor: '', event: null },
    ...{ sequence: Number.MAX_SAFE_INTEGER, receivedAtMs },
  };
}

interface MaybeLifted {
  readonly view: CatalogView;
  readonly countsAs: StoredEvent;
  readonly asked: PeriodToPrice;
  readonly now: PricedPeriod | undefined;
  readonly lines: readonly LineOfEvent[];
}

/** Usage that was in no line when its period was closed counts since the price that lifted it; null: nothing did. */
async function liftedSince(
  { catalog, clock, usageStore }: Dependencies,
  { view, countsAs, asked, now, lines }: MaybeLifted,
): Promise<number | null> {
  const { customer, period, close, services } = asked;
  if (close === null || now === undefined) return null;
  const { watermark } = close;
  const isIn = new Set(lines.filter((line) => line.isIn).map(({ line }) => line));
  const slices = now.lines.filter(({ line }) => isIn.has(line)).flatMap((line) => line.slices);
  const ids = new Set(slices.map(({ priceId }) => priceId));
  const later = view.prices.find(({ id, sequence }) => sequence > watermark && ids.has(id));
  if (later === undefined) return null;
  const price = async (plus: Correction[]) => {
    const atClose = { view: catalog.asOf(watermark), usage: { sequenceMax: watermark, plus } };
    const periods = [{ customer, period, close: null, ...(services && { services }) }];
    return (await pricePeriods(usageStore, { ...atClose, periods, nowMs: clock.nowMs() }))[0];
  };
  const billed = linesOf(await price([]), await price([voidOf(countsAs, clock.nowMs())]));
  return billed.some((line) => line.isIn) ? null : later.sequence;
}

/** The lines that are others without the event; one that would not be there at all is 0 then. */
function linesOf(now: PricedPeriod | undefined, without: PricedPeriod | undefined): LineOfEvent[] {
  if (!now || !without) return [];
  const others = new Map(without.lines.map((line) => [line.line, line]));
  const gone = without.lines.filter(({ line }) => !now.lines.some((one) => one.line === line));
  return [...now.lines, ...gone].flatMap((line) => {
    const here = gone.includes(line) ? undefined : line;
    const other = others.get(line.line);
    const quantity = compared(here?.quantity, other?.quantity);
    const exactAmount = compared(here?.exactAmount, other?.exactAmount);
    const isIn = (here?.events ?? 0) > (other?.events ?? 0);
    if (!isIn && quantity.difference === '0' && exactAmount.difference === '0') return [];
    const { meter, dimension } = line satisfies ExactLine;
    return [{ line: line.line, meter, dimension, isIn, quantity, exactAmount }];
  });
}

function compared(now: Fraction = zeroFraction, without: Fraction = zeroFraction): WithAndWithout {
  const difference = subtractFractions(now, without);
  return {
    now: formatFraction(now),
    without: formatFraction(without),
    difference: formatFraction(difference),
  };
}

function unpricedOf(now: PricedPeriod, without: PricedPeriod) {
  const nameOf = ({ meter, dimension, reason }: ExactUnpriced) => JSON.stringify([meter, dimension, reason]);
  const events = new Map(without.unpriced.map((entry) => [nameOf(entry), entry.events]));
  return now.unpriced
    .filter((entry) => entry.events > (events.get(nameOf(entry)) ?? 0))
    .map(({ meter, dimension, reason }) => ({ meter, dimension, reason }));
}
