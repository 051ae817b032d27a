/**
 * One line of a statement: the slices of a period under their prices, minimum and maximum on their sum, one rounding at
 * the end (MONEY.md 5.3 and 5.4). It is told quantities, and which version is in force where.
 */
import { costOfAmount, costOfFirst, flatOf, type PriceTerms, read } from './price-terms.ts';
import {
  add,
  isLess,
  larger,
  multiply,
  type Ratio,
  ratio,
  smaller,
  subtract,
  sumOf,
  toMinor,
  zero,
} from './ratio.ts';

/** What a price asks of one value of its dimension. */
export interface ValueTerms extends Omit<PriceTerms, 'model'> {
  readonly value: string;
}

/** A price version that is posted, in the order in which versions were made. */
export interface Version extends PriceTerms {
  /** Such as `properties.region`: each value is a line of its own. */
  readonly dimension?: string;
  readonly rates?: readonly ValueTerms[];
  /** For all other values, and for events without one. */
  readonly fallback?: Omit<PriceTerms, 'model'>;
  readonly id: string;
  /** The customer's own beats everyone's. */
  readonly isOwn: boolean;
  /** Null: since always. */
  readonly effectiveFromMs: number | null;
}

/** What a meter counts between two moments at which versions may change. */
export interface Portion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantity: Ratio;
  readonly amount: Ratio;
  readonly events: number;
}

export interface LineOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** They cover the period without gaps, and no version begins inside one. */
  readonly portions: readonly Portion[];
  readonly versions: readonly Version[];
  /** Whether the meter counts on through the period (count, sum, time_weighted), or is never cut. */
  readonly isAdditive: boolean;
  readonly minorDigits: number;
  /** What a version asks of this line; null: nothing. Left out: its own terms. */
  readonly termsOf?: (version: Version) => PriceTerms | null;
}

export interface ExpectedSlice {
  readonly priceId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly quantity: Ratio;
  readonly events: number;
  readonly exact: Ratio;
}

export interface ExpectedLine {
  readonly quantity: Ratio;
  readonly events: number;
  readonly slices: readonly ExpectedSlice[];
  readonly exact: Ratio;
  /** In minor units. */
  readonly amount: bigint;
  readonly unpricedEvents: number;
}

/** The customer's own version beats everyone's, then the latest start, then the latest made; `inherit` ends one's own. */
export function versionAt(versions: readonly Version[], ms: number): Version | null {
  const started = versions.filter(({ effectiveFromMs }) => effectiveFromMs === null || effectiveFromMs <= ms);
  for (const isOwn of [true, false]) {
    let best: Version | null = null;
    for (const version of started) {
      if (version.isOwn !== isOwn) continue;
      const start = version.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
      if (best === null || start >= (best.effectiveFromMs ?? Number.NEGATIVE_INFINITY)) best = version;
    }
    if (best !== null && best.model !== 'inherit') return best;
  }
  return null;
}

interface Cut extends Portion {
  readonly version: Version;
  readonly terms: PriceTerms;
  /** What was counted in the period before. */
  readonly before: Ratio;
}

/** Null where there is no line: nothing was used and no price asks for anything, or nothing used has a price. */
export function expectLine(options: LineOptions): ExpectedLine | null {
  const { portions, minorDigits } = options;
  const whole = sumOf(portions.map(({ quantity }) => quantity));
  const events = portions.reduce((sum, portion) => sum + portion.events, 0);
  const cuts = options.isAdditive
    ? cutByVersion(options)
    : [uncut(options, whole, events)].filter((cut) => cut !== null);
  const charged = cuts.filter((cut) => events > 0 || isAsked(cut));
  if (charged.length === 0) return null;
  const slices = charged.map((cut) => asSlice(cut, whole, shareOf(cut, options)));
  const sum = sumOf(slices.map(({ exact }) => exact));
  const exact = isLess(whole, zero) ? sum : bounded(sum, charged, slices, options);
  const pricedEvents = charged.reduce((all, cut) => all + cut.events, 0);
  const quantity = sumOf(charged.map((cut) => cut.quantity));
  const isEmpty = pricedEvents === 0 && quantity.n === 0n && exact.n === 0n;
  if (isEmpty && !charged.some(isAsked)) return null;
  return {
    quantity,
    events: pricedEvents,
    ...{ slices, exact, amount: toMinor(exact, minorDigits) },
    unpricedEvents: events - pricedEvents,
  };
}

/** A customer's own price may ask for something in a period without usage. */
function isAsked({ version, terms }: Cut): boolean {
  return version.isOwn && (terms.model === 'flat' || terms.minimum_amount !== undefined);
}

const ownTerms = (version: Version): PriceTerms => version;

/** Neighbouring portions under one version are one slice. */
function cutByVersion({ portions, versions, termsOf = ownTerms }: LineOptions): Cut[] {
  const cuts: Cut[] = [];
  let before = zero;
  for (const portion of portions) {
    const version = versionAt(versions, portion.fromMs);
    const terms = version === null ? null : termsOf(version);
    const last = cuts.at(-1);
    if (terms !== null && last !== undefined && last.version === version && last.toMs === portion.fromMs) {
      cuts[cuts.length - 1] = {
        ...last,
        toMs: portion.toMs,
        quantity: add(last.quantity, portion.quantity),
        amount: add(last.amount, portion.amount),
        events: last.events + portion.events,
      };
    } else if (version !== null && terms !== null) cuts.push({ ...portion, version, terms, before });
    before = add(before, portion.quantity);
  }
  return cuts;
}

/** The version at the period's start, or the first that starts in it, prices all. */
function uncut(
  { fromMs, toMs, portions, versions, termsOf = ownTerms }: LineOptions,
  quantity: Ratio,
  events: number,
): Cut | null {
  const moments = [fromMs, ...portions.map((portion) => portion.fromMs)];
  const version = moments.map((ms) => versionAt(versions, ms)).find((one) => one !== null);
  const terms = version === undefined ? null : termsOf(version as Version);
  if (terms === null) return null;
  const amount = sumOf(portions.map((portion) => portion.amount));
  return { fromMs, toMs, quantity, amount, events, version: version as Version, terms, before: zero };
}

function shareOf(cut: Cut, { fromMs, toMs }: LineOptions): Ratio {
  return ratio(BigInt(cut.toMs - cut.fromMs), BigInt(toMs - fromMs));
}

function asSlice(cut: Cut, whole: Ratio, share: Ratio): ExpectedSlice {
  const { version, terms, before, quantity, amount } = cut;
  const after = add(before, quantity);
  const counted = subtract(costOfFirst(terms, after, whole), costOfFirst(terms, before, whole));
  const flat = multiply(flatOf(terms, whole), share);
  return {
    priceId: version.id,
    ...{ fromMs: cut.fromMs, toMs: cut.toMs, quantity, events: cut.events },
    exact: add(add(counted, flat), costOfAmount(terms, amount)),
  };
}

/** Both act on the sum, each version with its part of the period; the minimum first. */
function bounded(
  sum: Ratio,
  cuts: readonly Cut[],
  slices: readonly ExpectedSlice[],
  options: LineOptions,
): Ratio {
  const part = (amount: string, cut: Cut) => multiply(read(amount), shareOf(cut, options));
  const minimum = sumOf(
    cuts.map((cut) => (cut.terms.minimum_amount === undefined ? zero : part(cut.terms.minimum_amount, cut))),
  );
  const hasMinimum = cuts.some(({ terms }) => terms.minimum_amount !== undefined);
  const raised = hasMinimum ? larger(sum, minimum) : sum;
  if (cuts.every(({ terms }) => terms.maximum_amount === undefined)) return raised;
  const maximum = sumOf(
    cuts.map((cut, at) =>
      cut.terms.maximum_amount === undefined
        ? (slices[at] as ExpectedSlice).exact
        : part(cut.terms.maximum_amount, cut),
    ),
  );
  return smaller(raised, maximum);
}
