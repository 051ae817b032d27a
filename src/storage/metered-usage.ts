/**
 * Part of the port to stored usage (usage-store.ts): what meters say of it, exactly, as of any sequence, and the proof over
 * it (MONEY.md 5.1, 5.6, 5.7). Shapes only. It knows no prices, no records and no periods: spans are instants.
 */
import type { PropertyValue } from '@countinghouse/client/wire';
import type { Correction } from '../domain/events/correction.ts';
import type { Identity, StoredEvent } from '../domain/events/stored-event.ts';
import type { EventCondition, PropertyPath } from '../domain/meters/condition.ts';
import type { Meter } from '../domain/meters/meter.ts';
import type { Fraction } from '../money/fraction.ts';

/** What counts: the events and the corrections with a sequence up to this one. */
export interface UsageView {
  /** null: all that is stored. */
  readonly sequenceMax: number | null;
  /** Corrections that are not stored, taken as if they were, behind all others: for previews. */
  readonly plus?: readonly Correction[];
}

/** Everything that is stored, as it counts now. */
export const currentView: UsageView = { sequenceMax: null };

/** A key to group by; each different value makes rows of its own. */
export type GroupKey = 'customer_id' | 'service' | 'source' | PropertyPath;

/** One customer's span, cut into stretches: [from, cut 1), [cut 1, cut 2), … [last cut, to). */
export interface MeasureSpan {
  readonly customerId: string;
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Ascending, each once, all between `fromMs` and `toMs`, both excluded. */
  readonly cutsMs: readonly number[];
}

/** One meter's question about many customers. A customer has at most one span. */
export interface MeasureQuery {
  readonly meter: Meter;
  readonly spans: readonly MeasureSpan[];
  /** The price's dimension, or any other keys: [] gives one row a stretch. */
  readonly keys: readonly GroupKey[];
  /**
   * Only what these events bring. A level of `time_weighted` is set by every event of the meter, and counts while the
   * event that set it meets this.
   */
  readonly where?: EventCondition;
  /**
   * false: each stretch on its own. true: each row is about [from, end of the stretch): what the meter said by then.
   * A stretch that brings nothing new may be left out then, but the last never is.
   */
  readonly isCumulative?: boolean;
  /**
   * Levels count up to here: the moment of asking, so that a running period holds what was used and not what will be.
   * Other aggregations ignore it.
   */
  readonly levelsUntilMs: number;
}

/** What a meter says about one stretch. There is no row where it has neither an event nor a level. */
export interface MeasuredRow {
  readonly customerId: string;
  /** The stretch. Cumulative: `fromMs` is the span's. */
  readonly fromMs: number;
  readonly toMs: number;
  /** In the order of the question; null: the events lack the property. */
  readonly keys: readonly (PropertyValue | null)[];
  /** Exact. */
  readonly quantity: Fraction;
  /** Events of the meter whose time lies in the stretch: 0 where only a level was carried in. */
  readonly events: number;
  /** Σ `amount` over these events; those without one add nothing. */
  readonly amount: Fraction;
  readonly eventsWithAmount: number;
}

export interface MeasureOptions {
  readonly view: UsageView;
  /** More rows than this, over all the questions, are refused with `ResultTooLarge`. */
  readonly rowsMax: number;
}

export interface DigestSpan {
  readonly customerId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface DigestQuery {
  readonly spans: readonly DigestSpan[];
  /** The time-weighted meters, whose levels are carried in: the events that set them are covered too. */
  readonly levelMeters: readonly Meter[];
  readonly view: UsageView;
}

/** The proof over one customer's span (MONEY.md 5.7), and what was used in it: both are of the same events, read once. */
export interface Digest {
  readonly customerId: string;
  /** Lower-case hex SHA-256. Where there is no event, that of the empty list. */
  readonly digest: string;
  /** How many it covers: also those that only carry a level into the span. */
  readonly events: number;
  /** By service (bytewise), of the span alone; services without events in it are absent. */
  readonly used: readonly UsedService[];
}

/** What was used of a service, known or not, as its default meter says. */
export interface UsedService {
  readonly service: string;
  readonly quantity: string;
  readonly events: number;
}

/** One line of the list that a digest is the hash of. */
export interface DayHash {
  readonly service: string;
  /** The UTC day: `2026-10-31`. */
  readonly day: string;
  /** Lower-case hex SHA-256 over the sorted hashes of its events. */
  readonly hash: string;
}

/** The events behind a line, oldest first. */
export interface MeteredPage {
  readonly meter: Meter;
  readonly customerId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Events with these values only, when given: the line's dimension. */
  readonly keys: readonly { readonly key: GroupKey; readonly value: PropertyValue | null }[];
  readonly after: { readonly timeMs: number; readonly sequence: number } | null;
  readonly limit: number;
  readonly view: UsageView;
}

/**
 * That something came late: an event, or a correction, which touches the place it takes the event from and the one it puts
 * it in. By customer, service and UTC day, each once.
 */
export interface LateTouch {
  readonly customerId: string;
  readonly service: string;
  /** The start of the UTC day. */
  readonly dayMs: number;
}

export interface LateQuery {
  readonly customers: readonly {
    readonly customerId: string;
    /** Only what has a greater sequence. */
    readonly afterSequence: number;
    /** Only what happened before this moment. */
    readonly beforeMs: number;
  }[];
  /** Only what has no greater sequence; null: all. */
  readonly sequenceMax: number | null;
}

export interface MeteredUsage {
  /** Rows of each question, in the order of the questions; within one by customer and keys (bytewise), then by time. */
  measure(queries: readonly MeasureQuery[], options: MeasureOptions): Promise<MeasuredRow[][]>;
  /** One for each span, in their order. */
  digest(query: DigestQuery): Promise<Digest[]>;
  /** The list behind one customer's digest, by service and day (bytewise). */
  digestDays(span: DigestSpan, levelMeters: readonly Meter[], view: UsageView): Promise<DayHash[]>;
  /** Levels that were set before the span and hold into it: the events that set them (time-weighted meters). */
  listCarriedLevels(span: DigestSpan, levelMeters: readonly Meter[], view: UsageView): Promise<StoredEvent[]>;
  listMetered(page: MeteredPage): Promise<StoredEvent[]>;
  /** The time of each customer's earliest event as it counts in the view; customers without events are absent. */
  firstEventTimes(customerIds: readonly string[], view: UsageView): Promise<Map<string, number>>;
  lateTouches(query: LateQuery): Promise<LateTouch[]>;
}

/** Corrections as the usage store keeps them. */
export interface StoredCorrections {
  /**
   * Stores corrections (usage-rows/encode-corrections.ts), visible to every later query. Storing one again changes
   * nothing, so it may be tried again.
   */
  appendCorrections(rows: readonly Buffer[]): Promise<void>;
  findCorrection(id: string): Promise<Correction | null>;
  /** All of one event's, in the order of their sequences. */
  findCorrections(event: Identity): Promise<Correction[]>;
  /** In the order of their sequences, all that come after one. */
  listCorrections(page: { readonly afterSequence: number; readonly limit: number }): Promise<Correction[]>;
  /** What these identities' last corrections do; uncorrected ones are absent. Keys as `source` + tab + `id`. */
  lastActions(identities: readonly Identity[]): Promise<ReadonlyMap<string, Correction['action']>>;
  /** The greatest sequence of an event or a correction that was received by then; 0 when there is none. */
  sequenceAt(timeMs: number): Promise<number>;
}
