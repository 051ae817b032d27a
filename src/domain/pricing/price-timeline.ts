/**
 * Which price version prices which stretch of a period, for the meters of one service and one customer
 * (MONEY.md 5.2, 5.3, 5.5). Versions that were made after a period was closed do not act in it, unless they say so or
 * fill what stood unpriced: the shifting and the filling are here and nowhere else. It measures and computes nothing.
 */
import type { CloseStamp } from '../statements/close-stamp.ts';
import type { Price } from './price.ts';
import type { PriceBook } from './price-book.ts';
import type { CompiledPrice } from './price-terms.ts';

/** `[fromMs, toMs)`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PricedStretch extends Stretch {
  /** null: no version of this meter is in force. */
  readonly price: CompiledPrice | null;
}

export interface MeterTimeline {
  readonly meter: string;
  /** Whether the meter's numbers add up over time; the others are never cut: one stretch, the whole period. */
  readonly additive: boolean;
  /** They tile the period, in order; neighbours have different versions. */
  readonly stretches: readonly PricedStretch[];
}

export interface UnpricedStretch extends Stretch {
  readonly reason: 'price_missing' | 'currency_mismatch';
}

export interface ServiceTimeline {
  /** In the order of the question's meters. */
  readonly meters: readonly MeterTimeline[];
  /** Where none of the service's meters has a price in force: its usage is unpriced there. In order. */
  readonly unpriced: readonly UnpricedStretch[];
}

export interface TimelineMeter {
  readonly id: string;
  readonly additive: boolean;
}

export interface TimelineQuestion {
  /** Holds the versions of the view that is asked (`as_of`), no later ones. */
  readonly book: PriceBook;
  /** All meters of the service in the view, the default one included. */
  readonly meters: readonly TimelineMeter[];
  readonly customerId: string;
  readonly currency: string;
  readonly period: Stretch;
  /** The close of this very period, when it is closed in the view. */
  readonly close: Pick<CloseStamp, 'watermark'> | null;
  /** All closes of the customer in the view, in order. */
  readonly closes: readonly Pick<CloseStamp, 'toMs' | 'watermark'>[];
}

export function priceTimeline(question: TimelineQuestion): ServiceTimeline {
  const acting = question.meters.map((meter) => actingStretches(meter, question));
  const fillable = question.close ? stoodUnpriced(question, question.close.watermark) : [];
  const meters = question.meters.map((meter, index) => {
    const stretches = acting[index] as Acting[];
    const filled = fillable.length === 0 ? stretches : fill(meter, stretches, fillable, question);
    return { meter: meter.id, additive: meter.additive, stretches: compiledStretches(filled, question.book) };
  });
  return { meters, unpriced: unpricedStretches(meters, question) };
}

/** The instants at which a timeline's measured numbers must be cut: the starts of its stretches but the first. */
export function cutsOf(timeline: MeterTimeline): number[] {
  return timeline.stretches.slice(1).map(({ fromMs }) => fromMs);
}

interface Acting extends Stretch {
  readonly price: Price | null;
}

/** A version with the moment from which it acts for this customer. */
interface ActingVersion {
  readonly price: Price;
  readonly startMs: number;
}

/** Which version acts where, without what fills a closed period. */
function actingStretches(meter: TimelineMeter, question: TimelineQuestion, knownUpTo = Infinity): Acting[] {
  const { book, customerId, currency, period } = question;
  const line = { meter: meter.id, currency };
  const own = actingVersions(book.versionsOf({ ...line, customerId }), question, knownUpTo);
  const general = actingVersions(book.versionsOf({ ...line, customerId: null }), question, knownUpTo);
  const starts = [...own, ...general].map(({ startMs }) => startMs);
  const stretches = cut(period, starts).map((stretch) => {
    const override = inForce(own, stretch.fromMs);
    const price =
      override === null || override.model === 'inherit' ? inForce(general, stretch.fromMs) : override;
    return { ...stretch, price };
  });
  return meter.additive ? merged(stretches) : [uncut(period, stretches)];
}

/** Ordered by what wins last: the latest start, then the latest made. */
function actingVersions(
  versions: readonly Price[],
  { period, closes }: TimelineQuestion,
  knownUpTo: number,
): ActingVersion[] {
  const known = versions
    .filter((price) => price.sequence <= knownUpTo)
    .map((price) => ({ price, startMs: startOf(price, closes) }));
  const proposed = known.filter(({ price }) => price.isProposed);
  const replacedMs = Math.min(...proposed.map(({ startMs }) => startMs));
  return known
    .filter(({ price, startMs }) => startMs < period.toMs && (price.isProposed || startMs < replacedMs))
    .sort((a, b) => a.startMs - b.startMs || a.price.sequence - b.price.sequence);
}

/** A version acts from the end of the last period that was closed before it was known, if it would act earlier. */
function startOf(price: Price, closes: TimelineQuestion['closes']): number {
  const asked = price.effectiveFromMs ?? -Infinity;
  if (price.appliesToClosed) return asked;
  const last = closes.findLast(({ watermark }) => watermark < price.sequence);
  return last === undefined ? asked : Math.max(asked, last.toMs);
}

function inForce(versions: readonly ActingVersion[], atMs: number): Price | null {
  return versions.findLast(({ startMs }) => startMs <= atMs)?.price ?? null;
}

/** Numbers that do not add up are priced as a whole by the version at the start, or the first that begins. */
function uncut(period: Stretch, stretches: readonly Acting[]): Acting {
  const { fromMs, toMs } = period;
  return { fromMs, toMs, price: stretches.find(({ price }) => price !== null)?.price ?? null };
}

/** Where no meter of the service had a price in force as far as was known at the close. */
function stoodUnpriced(question: TimelineQuestion, watermark: number): Stretch[] {
  const acting = question.meters.map((meter) => actingStretches(meter, question, watermark));
  return gaps(question.period, acting);
}

/** First prices act where usage stood unpriced at the close: there the first one made prices, and no later one. */
function fill(
  meter: TimelineMeter,
  stretches: readonly Acting[],
  fillable: readonly Stretch[],
  { book, customerId, currency, period, close }: TimelineQuestion,
): Acting[] {
  const line = { meter: meter.id, currency };
  const firsts = [
    ...book.versionsOf({ ...line, customerId }),
    ...book.versionsOf({ ...line, customerId: null }),
  ]
    .filter((price) => price.sequence > (close?.watermark ?? Infinity))
    .filter((price) => price.model !== 'inherit' && (price.effectiveFromMs ?? -Infinity) < period.toMs)
    .sort((a, b) => a.sequence - b.sequence);
  if (firsts.length === 0) return [...stretches];
  if (!meter.additive) return fillUncut(stretches, fillable, firsts, period);
  const moments = [...fillable.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), ...firsts.map(asked)];
  return merged(
    stretches
      .flatMap((stretch) => cut(stretch, moments).map((piece) => ({ ...piece, price: stretch.price })))
      .map((piece) => {
        const open = piece.price === null && fillable.some((gap) => holds(gap, piece.fromMs));
        return open
          ? { ...piece, price: firsts.find((price) => asked(price) <= piece.fromMs) ?? null }
          : piece;
      }),
  );
}

/** A number that is never cut can only be filled in where the whole period stood unpriced. */
function fillUncut(
  stretches: readonly Acting[],
  fillable: readonly Stretch[],
  firsts: readonly Price[],
  period: Stretch,
): Acting[] {
  const [only] = stretches;
  const [gap] = fillable;
  const whole = gap?.fromMs === period.fromMs && gap.toMs === period.toMs;
  if (only === undefined || only.price !== null || !whole) return [...stretches];
  const atStart = firsts.find((price) => asked(price) <= period.fromMs);
  const soonest = firsts.reduce((first, price) => (asked(price) < asked(first) ? price : first));
  return [{ ...only, price: atStart ?? soonest }];
}

function asked(price: Price): number {
  return price.effectiveFromMs ?? -Infinity;
}

function unpricedStretches(meters: readonly MeterTimeline[], question: TimelineQuestion): UnpricedStretch[] {
  const open = gaps(
    question.period,
    meters.map(({ stretches }) => stretches),
  );
  if (open.length === 0) return [];
  const elsewhere = otherCurrencies(question).map((currency) => ({ ...question, currency }));
  const foreign = elsewhere.flatMap((asked) => asked.meters.map((meter) => actingStretches(meter, asked)));
  const moments = foreign.flatMap((stretches) => stretches.map(({ fromMs }) => fromMs));
  const pieces = open.flatMap((gap) => cut(gap, moments));
  return pieces.map((piece) => {
    const mismatch = foreign.some((stretches) =>
      stretches.some((stretch) => stretch.price !== null && holds(stretch, piece.fromMs)),
    );
    return { ...piece, reason: mismatch ? ('currency_mismatch' as const) : ('price_missing' as const) };
  });
}

function otherCurrencies({ book, meters, currency }: TimelineQuestion): string[] {
  const all = new Set(meters.flatMap(({ id }) => [...book.currenciesOf(id)]));
  all.delete(currency);
  return [...all];
}

/** The stretches of the period in which nobody has a price. */
function gaps(
  period: Stretch,
  timelines: readonly (readonly (Stretch & { readonly price: unknown })[])[],
): Stretch[] {
  const moments = timelines.flatMap((stretches) => stretches.map(({ fromMs }) => fromMs));
  const open = cut(period, moments).filter(
    ({ fromMs }) => !timelines.some((all) => all.some((one) => one.price !== null && holds(one, fromMs))),
  );
  return joined(open);
}

/** Cuts a stretch at those moments that lie inside it. */
function cut(stretch: Stretch, moments: readonly number[]): Stretch[] {
  const inside = moments.filter((ms) => ms > stretch.fromMs && ms < stretch.toMs);
  const starts = [stretch.fromMs, ...[...new Set(inside)].sort((a, b) => a - b)];
  return starts.map((fromMs, index) => ({ fromMs, toMs: starts[index + 1] ?? stretch.toMs }));
}

function merged(stretches: readonly Acting[]): Acting[] {
  const result: Acting[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last && last.price === stretch.price) result[result.length - 1] = { ...last, toMs: stretch.toMs };
    else result.push(stretch);
  }
  return result;
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { fromMs, toMs } of stretches) {
    const last = result.at(-1);
    if (last && last.toMs === fromMs) result[result.length - 1] = { fromMs: last.fromMs, toMs };
    else result.push({ fromMs, toMs });
  }
  return result;
}

function holds({ fromMs, toMs }: Stretch, ms: number): boolean {
  return fromMs <= ms && ms < toMs;
}

function compiledStretches(stretches: readonly Acting[], book: PriceBook): PricedStretch[] {
  return stretches.map(({ price, ...stretch }) => ({ ...stretch, price: price && book.compiled(price) }));
}
